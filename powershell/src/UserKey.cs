using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// Takes the user key out of what a script has: text, a row of a table, an outcome, another module's object, a
/// hashtable.
/// </summary>
internal static class UserKey
{
    /// <summary>The key; where there is none, null and a sentence that says so.</summary>
    internal static string? Of(object? value, out string? sentence)
    {
        object? plain = ConversionAttribute.Plain(value);
        sentence = null;
        switch (plain)
        {
            case null:
                sentence = "No user is named: the value is $null.";
                return null;
            case string text when IsNameOfAType(text):
                sentence = "No user is named: this is the text of a whole object. Give its key, or the object itself.";
                return null;
            case string text:
                return text;
            case Guid id:
                return id.ToString();
            case InvalidateOutcome { User: { } user }:
                return user;
            case ValueType or ScriptBlock:
                sentence = $"No user is named by an object of type {plain.GetType().Name}: give an object id, a user principal name, or an object that has one.";
                return null;
            case IEnumerable and not IDictionary:
                sentence = "This takes one user. Send several down the pipeline.";
                return null;
            default:
                return OfRow(Cells(value!, plain), plain, out sentence);
        }
    }

    /// <summary>
    /// Whether this is the name of a type, which the engine makes of objects that have no better text: the name of a
    /// user has an at sign.
    /// </summary>
    private static bool IsNameOfAType(string text) => !text.Contains("@")
        && (text.StartsWith("System.", StringComparison.Ordinal) || text.StartsWith("Microsoft.", StringComparison.Ordinal));

    /// <summary>Which value is meant is the native library's to say: it has the one table of names.</summary>
    private static unsafe string? OfRow(List<KeyValuePair<string, string>> cells, object plain, out string? sentence)
    {
        sentence = $"No user is named by an object of type {plain.GetType().Name}, which has no properties.";
        if (cells.Count == 0)
        {
            return null;
        }

        GraphInvalidateLibrary.Load();
        using NativeStrings strings = new();
        byte** names = strings.Add([.. cells.Select(cell => cell.Key)]);
        byte** values = strings.Add([.. cells.Select(cell => cell.Value)]);
        nuint index;
        graph_outcome* failure;
        int status = Native.graph_user_of_row(names, values, (nuint)cells.Count, &index, &failure);
        sentence = InvalidateOutcome.Take(status, failure).Message;
        return status == 0 ? cells[(int)index].Value : null;
    }

    /// <summary>
    /// The texts of an object under their names, those of an object inside it too; what is no text counts as empty.
    /// </summary>
    private static List<KeyValuePair<string, string>> Cells(object value, object plain)
    {
        List<KeyValuePair<string, string>> cells = [];
        foreach (KeyValuePair<string, object?> cell in Members(value, plain))
        {
            object? inside = ConversionAttribute.Plain(cell.Value);
            cells.Add(new(cell.Key, Text(inside)));
            if (inside is IDictionary or PSCustomObject)
            {
                cells.AddRange(Members(cell.Value!, inside).Select(inner => new KeyValuePair<string, string>($"{cell.Key}.{inner.Key}", Text(ConversionAttribute.Plain(inner.Value)))));
            }
        }

        return cells;
    }

    private static IEnumerable<KeyValuePair<string, object?>> Members(object value, object plain) => plain is IDictionary dictionary
        ? dictionary.Keys.Cast<object>().Where(key => key is string).Select(key => new KeyValuePair<string, object?>((string)key, dictionary[key]))
        : PSObject.AsPSObject(value).Properties.Select(property => new KeyValuePair<string, object?>(property.Name, ValueOf(property)));

    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.IsGettable ? property.Value : null;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    /// <summary>Text, or an object id; a number is neither.</summary>
    private static string Text(object? plain) => plain switch
    {
        string text when !IsNameOfAType(text) => text,
        Guid id => id.ToString(),
        _ => string.Empty,
    };
}

/// <summary>Makes a parameter take everything that names a user.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UserKeyAttribute : ConversionAttribute
{
    private protected override object? Convert(object? given) =>
        UserKey.Of(given, out string? sentence) ?? throw Refusal(sentence!);
}
