using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;

namespace GraphInvalidate.PowerShell;

/// <summary>Takes the user key out of what a script has: text, a row of a table, a user object, a hashtable.</summary>
internal static class UserKey
{
    /// <summary>The names under which a key is looked for, the surest first.</summary>
    private static readonly string[] Names = ["UserId", "Id", "UserPrincipalName"];

    /// <summary>The key; null where there is none.</summary>
    internal static string? Of(object? value)
    {
        object? plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        return Text(plain) ?? Names.Select(name => Text(Member(value, plain, name))).FirstOrDefault(key => !string.IsNullOrWhiteSpace(key));
    }

    /// <summary>What to say about something that holds no key.</summary>
    internal static string Sentence(object? value)
    {
        object? plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        return plain is IEnumerable and not IDictionary
            ? "This takes one user; send several down the pipeline."
            : $"No user is named by this {plain?.GetType().Name}: a user is text, or has a {string.Join(", ", Names)} that is text.";
    }

    private static object? Member(object? value, object? plain, string name) => plain is IDictionary dictionary
        ? dictionary.Keys.Cast<object>().Where(key => name.Equals(key as string, StringComparison.OrdinalIgnoreCase)).Select(key => dictionary[key]).FirstOrDefault()
        : value is null ? null : PSObject.AsPSObject(value).Properties[name]?.Value;

    /// <summary>Text, or an object id; a number is neither.</summary>
    private static string? Text(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        string text => text,
        Guid id => id.ToString(),
        _ => null,
    };
}

/// <summary>Makes a parameter take everything that names a user.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UserKeyAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is null)
        {
            return null;
        }

        if (UserKey.Of(inputData) is { } key)
        {
            return key;
        }

        // The inner exception tells the engine that this parameter is not meant, and to look at the others.
        string sentence = UserKey.Sentence(inputData);
        throw new ArgumentTransformationMetadataException(sentence, new PSInvalidCastException(sentence));
    }
}
