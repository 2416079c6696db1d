using System;
using System.Collections;
using System.Linq;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// Makes a parameter take one thing that may name a user, or a list of them; what each names is looked at later, one by
/// one.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UsersAttribute : ConversionAttribute
{
    private protected override object? Convert(object? given) => Split(given);

    internal static object?[] Split(object? given) =>
        Plain(given) is IEnumerable list and not string and not IDictionary ? [.. list.Cast<object?>()] : [given];
}

/// <summary>
/// Makes a parameter take users who are protected: each of them has to have a key, and nobody at all is refused.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ProtectedUsersAttribute : ConversionAttribute
{
    private protected override object? Convert(object? given)
    {
        object?[] users = given is null ? throw GivenAsNothing("$null") : UsersAttribute.Split(given);
        return users.Length == 0 ? throw GivenAsNothing("an empty list") : users.Select((user, index) => Key(user, index, users.Length)).ToArray();
    }

    private static string Key(object? user, int index, int count)
    {
        string? key = UserKey.Of(user, out string? sentence);
        sentence ??= string.IsNullOrWhiteSpace(key) ? "The text is empty." : null;
        return sentence is null ? key! : throw Refusal(count == 1 ? sentence : $"Number {index + 1} of {count} would protect nobody. {sentence}");
    }
}
