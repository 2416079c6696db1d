using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;

namespace GraphInvalidate;

/// <summary>What became of one call. The fields are the same in every language, in the command's JSON and in journals.</summary>
public sealed partial class InvalidateOutcome
{
    private const int FirstFailure = 100;

    private unsafe InvalidateOutcome(int status, graph_outcome* native)
    {
        StatusNumber = native is null ? status : native->status;
        Status = StatusName(StatusNumber);
        if (native is null)
        {
            Time = DateTimeOffset.UtcNow;
            Headers = [];
            return;
        }

        Time = ReadTime(native->time) ?? DateTimeOffset.UtcNow;
        User = NativeStrings.Read(native->user);
        Id = NativeStrings.Read(native->id);
        HttpStatus = native->http_status == 0 ? null : native->http_status;
        Code = NativeStrings.Read(native->code);
        Message = NativeStrings.Read(native->message);
        Hint = NativeStrings.Read(native->hint);
        Attempts = (int)native->attempts;
        RequestId = NativeStrings.Read(native->request_id);
        ClientRequestId = NativeStrings.Read(native->client_request_id);
        ServerDate = ReadTime(native->server_date);
        RetryAfter = native->retry_after > 0 ? TimeSpan.FromSeconds(native->retry_after) : null;
        KeyValuePair<string, string>[] headers = new KeyValuePair<string, string>[(int)native->headers_len];
        for (int index = 0; index < headers.Length; index++)
        {
            graph_header header = native->headers[index];
            headers[index] = new(NativeStrings.Read(header.name) ?? string.Empty, NativeStrings.Read(header.value) ?? string.Empty);
        }

        Headers = Array.AsReadOnly(headers);
    }

    /// <summary>When the outcome was known, by the local clock.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The user key as given, trimmed; <c>me</c> for the signed-in user; null where no user is concerned.</summary>
    public string? User { get; }

    /// <summary>The user's object id, where it is known.</summary>
    public string? Id { get; }

    /// <summary>
    /// The name of the status: <c>accepted</c>, <c>verified</c>, <c>signed_in</c>, or what went wrong, for example <c>user_not_found</c>.
    /// </summary>
    public string Status { get; }

    /// <summary>The HTTP status of the last answer, where there was one.</summary>
    public int? HttpStatus { get; }

    /// <summary>
    /// The service's own error code: Graph's, for example <c>Request_ResourceNotFound</c>, or the sign-in service's. Where a person is
    /// to sign in, the code for them to enter.
    /// </summary>
    public string? Code { get; }

    /// <summary>What happened, in one sentence.</summary>
    public string? Message { get; }

    /// <summary>What to do next.</summary>
    public string? Hint { get; }

    /// <summary>How many times the request was tried.</summary>
    public int Attempts { get; }

    /// <summary>The service's id of the last request: what its support asks for.</summary>
    public string? RequestId { get; }

    /// <summary>The library's id of the last request, a GUID.</summary>
    public string? ClientRequestId { get; }

    /// <summary>The service's clock when it answered: what <see cref="GraphInvalidateClient.Verify"/> takes.</summary>
    public DateTimeOffset? ServerDate { get; }

    /// <summary>How long the service asked to wait, where it asked.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The headers of the last answer, in the order received, names in lower case.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    internal int StatusNumber { get; }

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
    internal InvalidateOutcome OrThrow(CancellationToken cancellationToken)
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

    internal static unsafe DateTimeOffset? ReadTime(byte* text) =>
        DateTimeOffset.TryParse(NativeStrings.Read(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : null;
}
