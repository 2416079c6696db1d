using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Text.RegularExpressions;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// Converts an argument ourselves: the engine would take an object by its text, nothing for "not given", and show what
/// it cannot convert.
/// </summary>
internal abstract class ConversionAttribute : ArgumentTransformationAttribute
{
    /// <summary>
    /// What is taken, where the parameter itself is declared to take anything: a proxy function or a mock, which is
    /// made of the declaration, then leaves the conversion to us.
    /// </summary>
    public virtual Type? Taken => null;

    public sealed override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        Convert(ReferenceEquals(inputData, AutomationNull.Value) ? null : inputData);

    private protected abstract object? Convert(object? given);

    /// <summary>Whether this protects nobody and leads nowhere: null, an empty text, an empty list.</summary>
    internal static bool IsNothing(object? value) => Plain(value) switch
    {
        null => true,
        string text => string.IsNullOrWhiteSpace(text),
        ICollection list => list.Count == 0,
        _ => false,
    };

    internal static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>
    /// Ends the conversion. The inner exception tells the engine that this parameter is not meant by what comes down
    /// the pipeline.
    /// </summary>
    internal static Exception Refusal(string sentence) => new ArgumentTransformationMetadataException(sentence, new PSInvalidCastException(sentence));

    /// <summary>
    /// What is given as nothing, by a misspelt variable for example, is another thing than what is left out.
    /// </summary>
    private protected static Exception GivenAsNothing(string what) =>
        Refusal($"The parameter was given, but its value is {what}, so it would have no effect. Check the variable or the file that it comes from, or leave the parameter out.");

    /// <summary>
    /// Whether this is what the engine makes of an object where text is wanted. The library knows it in a user key
    /// alone.
    /// </summary>
    private static bool IsTextOfAnObject(string text) => text.TrimStart().StartsWith("@{", StringComparison.Ordinal);

    /// <summary>Text, or a plain value that is text to everybody; the type alone is named of anything else.</summary>
    private protected static string TextOf(object? given) => Plain(given) switch
    {
        null => throw GivenAsNothing("$null"),
        string text when string.IsNullOrWhiteSpace(text) => throw GivenAsNothing("an empty text"),
        string text when IsTextOfAnObject(text) => throw Refusal("This is the text of a whole object. Give one of its properties."),
        string text => text,
        FileSystemInfo file => file.FullName,
        PathInfo path => path.Path,
        Uri address => address.OriginalString,
        ValueType value => LanguagePrimitives.ConvertTo<string>(value),
        { } other => throw Refusal($"This takes text, but an object of type {other.GetType().Name} was given. Give one of its properties."),
    };
}

/// <summary>Makes a parameter take text alone, and refuse nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TextAttribute : ConversionAttribute
{
    private protected override object? Convert(object? given) => TextOf(given);
}

/// <summary>Makes a parameter take a list of texts, and refuse nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TextsAttribute : ConversionAttribute
{
    private protected override object? Convert(object? given)
    {
        string[] texts = Plain(given) is IEnumerable list and not string and not IDictionary ? [.. list.Cast<object?>().Select(TextOf)] : [TextOf(given)];
        return texts.Length == 0 ? throw GivenAsNothing("an empty list") : texts;
    }
}

/// <summary>Makes a parameter refuse nothing; everything else is the engine's to convert.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotNothingAttribute : ConversionAttribute
{
    private protected override object? Convert(object? given) => Plain(given) switch
    {
        null => throw GivenAsNothing("$null"),
        string text when string.IsNullOrWhiteSpace(text) => throw GivenAsNothing("an empty text"),
        _ => given,
    };
}

/// <summary>
/// Makes a parameter take objects of one type, and name the type alone of anything else: that may hold a secret.
/// </summary>
/// <param name="type">The type.</param>
/// <param name="hint">How to come by such an object.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute(Type type, string hint) : ConversionAttribute
{
    public override Type? Taken => type;

    /// <summary>Whether nothing may be given.</summary>
    public bool AllowsNothing { get; set; }

    private protected override object? Convert(object? given)
    {
        object? plain = Plain(given);
        return plain is null
            ? AllowsNothing ? null : throw GivenAsNothing("$null")
            : type.IsInstanceOfType(plain) ? plain : throw Refusal($"This takes a {type.Name}, but an object of type {plain.GetType().Name} was given. {hint}");
    }
}

/// <summary>Makes a parameter take an address, which may hold a password: one that is none is not shown.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AddressAttribute : ConversionAttribute
{
    private protected override object? Convert(object? given) =>
        Plain(given) as Uri
        ?? (Uri.TryCreate(TextOf(given), UriKind.RelativeOrAbsolute, out Uri address) ? address : throw Refusal("This is no address. Give one such as http://proxy.contoso.example:8080."));
}

/// <summary>
/// Makes a parameter take a time, from text only as ISO 8601: 05.12. is in May to one machine and in December to
/// another.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeAttribute : ConversionAttribute
{
    public override Type? Taken => typeof(DateTimeOffset);

    private static readonly Regex Iso = new(@"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$", RegexOptions.CultureInvariant);

    private protected override object? Convert(object? given) => Plain(given) switch
    {
        DateTimeOffset time => time,
        DateTime time => new DateTimeOffset(time),
        string text when Iso.IsMatch(text.Trim()) && DateTimeOffset.TryParse(text.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time) => time,
        string text when !string.IsNullOrWhiteSpace(text) => throw No(
            $"'{text}' can mean different times on different machines. Give the time as ISO 8601 with its offset, such as 2026-11-28T09:41:42.123Z:"
            + " the ServerDate of an outcome will do, and in a file its ToString('o')."),
        null or string => throw No("There is no time in it, though it was given: check where the ServerDate of the outcome was lost."),
        // As jobs and Import-Clixml bring a DateTimeOffset.
        { } other => Plain(PSObject.AsPSObject(given).Properties["UtcDateTime"]?.Value) is DateTime { Kind: DateTimeKind.Utc } utc
            ? new DateTimeOffset(utc)
            : throw No($"An object of type {other.GetType().Name} is no time."),
    };

    /// <summary>
    /// Without an inner exception: to the engine a time that cannot be read must not be one that was not given.
    /// </summary>
    private static ArgumentTransformationMetadataException No(string sentence) => new(sentence);
}
