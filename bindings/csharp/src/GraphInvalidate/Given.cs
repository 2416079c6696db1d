using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace GraphInvalidate;

/// <summary>
/// What protects, or says where things go: an option that knows whether it was set. What was set to nothing, by a
/// variable that is missing or a list that was used up, is not the same as left out: it would protect nobody, without a
/// word.
/// </summary>
/// <param name="Value">What was given.</param>
internal readonly record struct Given<T>(T? Value)
    where T : class
{
    private bool IsGiven { get; } = true;

    /// <summary>The value; null where none was given. One that was given as nothing is refused.</summary>
    internal T? OrRefused(string option) => !IsGiven || Value is not null ? Value : throw Options.GivenAsNothing(option, "null");
}

/// <summary>What options of all kinds have in common.</summary>
internal static class Options
{
    internal static InvalidInputException GivenAsNothing(string option, string what) => Refused(
        $"{option} was given, as {what}: it would not do what it is there for.", $"Give {option} what it takes, or leave it out.");

    internal static InvalidInputException Refused(string message, string hint)
    {
        GraphInvalidateLibrary.Load();
        return new InvalidInputException(new InvalidateOutcome(Native.GRAPH_STATUS_INVALID_OPTION, message, hint), cause: null);
    }

    /// <summary>Zero, which is the default, a time below 49 days, or none at all.</summary>
    internal static TimeSpan? Checked(TimeSpan? value) =>
        value is { } time && time != Timeout.InfiniteTimeSpan && (time < TimeSpan.Zero || time.TotalMilliseconds > uint.MaxValue)
            ? throw new ArgumentOutOfRangeException(
                nameof(value), time, "A time is not below zero, which is the default, and not above 49 days; Timeout.InfiniteTimeSpan stands for no limit.")
            : value;

    /// <summary>As the native library takes a time: 0 where it is left out, the longest for none at all.</summary>
    internal static uint Milliseconds(TimeSpan? time) => time is not { } given ? 0
        : given == Timeout.InfiniteTimeSpan ? uint.MaxValue
        : (uint)Math.Ceiling(given.TotalMilliseconds);

    /// <summary>Zero, which is the default, any longer time, or none at all.</summary>
    internal static TimeSpan? CheckedWithoutLimit(TimeSpan? value) =>
        value is { } time && time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan
            ? throw new ArgumentOutOfRangeException(
                nameof(value), time, "A time is not below zero, which is the default; Timeout.InfiniteTimeSpan stands for no limit.")
            : value;

    /// <summary>The same where the native library knows no longest time.</summary>
    internal static ulong MillisecondsWithoutLimit(TimeSpan? time) =>
        time == Timeout.InfiniteTimeSpan ? ulong.MaxValue : (ulong)Math.Ceiling(time.GetValueOrDefault().TotalMilliseconds);

    /// <summary>A list as it was given; one that holds nobody is refused.</summary>
    internal static string[] Listed(string option, Given<IEnumerable<string>> list)
    {
        string[]? given = list.OrRefused(option)?.ToArray();
        return given is { Length: 0 } ? throw GivenAsNothing(option, "a list that holds nobody") : given ?? [];
    }

    /// <summary>A list as it may be shown: one that can be read once is left alone.</summary>
    internal static string Joined(IEnumerable<string>? list) => list is ICollection<string> known ? string.Join(", ", known) : string.Empty;

    /// <summary>An address as it may be shown: what stands before an @ in it is a secret.</summary>
    internal static string? Shown(string? address)
    {
        int end = address?.LastIndexOf('@') ?? -1;
        int begin = address?.IndexOf("//", StringComparison.Ordinal) ?? -1;
        return end < 0 ? address : string.Concat(address!.Substring(0, begin < 0 || begin > end ? 0 : begin + 2), "***", address.Substring(end));
    }

    /// <summary>Names without their values, which may be secrets.</summary>
    internal static string Names(IDictionary<string, string>? pairs) => pairs is null ? string.Empty : string.Join(", ", pairs.Select(pair => pair.Key));
}
