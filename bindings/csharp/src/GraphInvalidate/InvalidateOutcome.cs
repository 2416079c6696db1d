using System;
using System.Collections.Generic;
using System.Globalization;

namespace GraphInvalidate;

/// <summary>
/// What became of one call. The fields are the same in every language, in the command's JSON and in journals.
/// </summary>
/// <remarks>
/// Programs make their own for tests. On .NET, System.Text.Json writes an outcome under the names that the command's
/// <c>--output json</c> has, and reads both back.
/// </remarks>
#if NET
[System.Text.Json.Serialization.JsonConverter(typeof(OutcomeJson))]
#endif
public sealed partial class InvalidateOutcome
{
    private const int FirstFailure = 100;
    private const int Last = 1000;

    private static readonly string[] Rfc3339 = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private static readonly Lazy<Dictionary<string, int>> Numbers = new(NumbersByName);

    private readonly int? _statusNumber;

    /// <summary>Makes an outcome, as tests need them.</summary>
    /// <param name="status">The name of its status: <c>accepted</c>, <c>throttled</c>, ….</param>
    public InvalidateOutcome(string status)
    {
        Status = status ?? throw new ArgumentNullException(nameof(status));
        Time = DateTimeOffset.UtcNow;
        Headers = ResponseHeaders.None;
    }

    /// <summary>An outcome of this assembly's own making, for what the native library does not come to see.</summary>
    internal InvalidateOutcome(int status, string message, string? hint)
        : this(StatusName(status))
    {
        _statusNumber = status;
        Message = message;
        Hint = hint;
    }

    /// <summary>
    /// The name of the status: <c>accepted</c>, <c>verified</c>, <c>signed_in</c>, or what went wrong, for example
    /// <c>user_not_found</c>.
    /// </summary>
    public string Status { get; }

    /// <summary>The number of the status; 900, that of an internal error, for a name that no status has.</summary>
    internal int StatusNumber => _statusNumber ?? (Numbers.Value.TryGetValue(Status, out int number) ? number : Native.GRAPH_STATUS_INTERNAL_ERROR);

    /// <summary>Shows the outcome in one line.</summary>
    /// <returns>User, status and message.</returns>
    public override string ToString() => $"{User ?? "-"}: {Status}{(Message is null ? string.Empty : $": {Message}")}";

    /// <summary>Reads a native outcome, which may be NULL, and frees it.</summary>
    internal static unsafe InvalidateOutcome Take(int status, graph_outcome* native)
    {
        try
        {
            return new InvalidateOutcome(status, native);
        }
        finally
        {
            Native.graph_outcome_free(native);
        }
    }

    /// <summary>Gives itself back where nothing failed; else throws what its status asks for.</summary>
    internal InvalidateOutcome OrThrow(System.Threading.CancellationToken cancellationToken)
    {
        if (StatusNumber < FirstFailure)
        {
            return this;
        }

        GraphInvalidateException failure = GraphInvalidateException.For(this);
        if (StatusNumber == Native.GRAPH_STATUS_CANCELLED && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(failure.Message, failure, cancellationToken);
        }

        throw failure;
    }

    internal static unsafe string StatusName(int status) =>
        NativeStrings.Read(Native.graph_status_name(status)) ?? status.ToString(CultureInfo.InvariantCulture);

    internal static unsafe DateTimeOffset? ReadTime(byte* text) => ReadTime(NativeStrings.Read(text));

    /// <summary>
    /// Reads RFC 3339. Every other text, such as a date whose day and month could be taken for each other, is no time.
    /// </summary>
    internal static DateTimeOffset? ReadTime(string? text) =>
        DateTimeOffset.TryParseExact(text, Rfc3339, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private static unsafe Dictionary<string, int> NumbersByName()
    {
        GraphInvalidateLibrary.Load();
        Dictionary<string, int> numbers = [];
        for (int number = 0; number < Last; number++)
        {
            if (NativeStrings.Read(Native.graph_status_name(number)) is { } name)
            {
                numbers[name] = number;
            }
        }

        return numbers;
    }
}
