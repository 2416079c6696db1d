using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>What -Headers says: names and values, as a hashtable has them.</summary>
internal static class RequestHeaders
{
    /// <summary>Each header as text; the values of a list stand between commas.</summary>
    internal static List<KeyValuePair<string, string>> Of(IDictionary? given)
    {
        List<KeyValuePair<string, string>> headers = [];
        foreach (DictionaryEntry header in given ?? new Hashtable())
        {
            object? value = header.Value is PSObject wrapped ? wrapped.BaseObject : header.Value;
            headers.Add(new(TextOf(header.Key), value is IEnumerable list and not string ? string.Join(", ", list.Cast<object?>().Select(TextOf)) : TextOf(value)));
        }

        return headers;
    }

    private static string TextOf(object? value) => LanguagePrimitives.ConvertTo<string>(value) ?? string.Empty;
}
