// Made by `cargo xtask abi` from the library's source: do not edit.
using System;
using System.Collections.Generic;
#if NET
using System.Text.Json;
#endif

namespace GraphInvalidate;

/// <content>What outcomes hold.</content>
public sealed partial class InvalidateOutcome
{
    private unsafe InvalidateOutcome(int status, graph_outcome* native)
        : this(StatusName(native is null ? status : native->status))
    {
        _statusNumber = native is null ? status : native->status;
        if (native is null)
        {
            return;
        }

        Time = ReadTime(native->time) ?? Time;
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
        Headers = ResponseHeaders.Read(native->headers, native->headers_len);
        SessionsValidFrom = ReadTime(native->sessions_valid_from);
    }

    /// <summary>
    /// When the outcome was known, by the local clock.
    /// </summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>
    /// The user key as given, trimmed; me for the signed-in user; null where no user is concerned.
    /// </summary>
    public string? User { get; init; }

    /// <summary>
    /// The user's object id, where it is known.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>
    /// The HTTP status of the last answer, where there was one.
    /// </summary>
    public int? HttpStatus { get; init; }

    /// <summary>
    /// The service's own error code: Graph's, for example Request_ResourceNotFound, or the sign-in service's.
    /// Where a person is to sign in, the code for them to enter.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>
    /// What happened, in one sentence.
    /// </summary>
    public string? Message { get; init; }

    /// <summary>
    /// What to do next.
    /// </summary>
    public string? Hint { get; init; }

    /// <summary>
    /// Number of attempts.
    /// </summary>
    public int Attempts { get; init; }

    /// <summary>
    /// The service's id of the last request: what its support asks for.
    /// </summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// The library's id of the last request, a GUID.
    /// </summary>
    public string? ClientRequestId { get; init; }

    /// <summary>
    /// The service's clock when it answered. What <see cref="GraphInvalidateClient.Verify"/> takes as
    /// <c>notBefore</c>.
    /// </summary>
    public DateTimeOffset? ServerDate { get; init; }

    /// <summary>
    /// How long the service asked to wait, where it asked.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The headers of the last answer, in the order received, names in lower case. As text: a line for each.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>
    /// From when the user's sign-in sessions are valid, as the last read of it showed.
    /// </summary>
    public DateTimeOffset? SessionsValidFrom { get; init; }
}

/// <content>What became of the call, without the way through its outcome.</content>
public partial class GraphInvalidateException
{
    /// <inheritdoc cref="InvalidateOutcome.Time"/>
    public DateTimeOffset Time => Outcome.Time;

    /// <inheritdoc cref="InvalidateOutcome.User"/>
    public string? User => Outcome.User;

    /// <inheritdoc cref="InvalidateOutcome.Id"/>
    public string? Id => Outcome.Id;

    /// <inheritdoc cref="InvalidateOutcome.Status"/>
    public string Status => Outcome.Status;

    /// <inheritdoc cref="InvalidateOutcome.HttpStatus"/>
    public int? HttpStatus => Outcome.HttpStatus;

    /// <inheritdoc cref="InvalidateOutcome.Code"/>
    public string? Code => Outcome.Code;

    /// <inheritdoc cref="InvalidateOutcome.Hint"/>
    public string? Hint => Outcome.Hint;

    /// <inheritdoc cref="InvalidateOutcome.Attempts"/>
    public int Attempts => Outcome.Attempts;

    /// <inheritdoc cref="InvalidateOutcome.RequestId"/>
    public string? RequestId => Outcome.RequestId;

    /// <inheritdoc cref="InvalidateOutcome.ClientRequestId"/>
    public string? ClientRequestId => Outcome.ClientRequestId;

    /// <inheritdoc cref="InvalidateOutcome.ServerDate"/>
    public DateTimeOffset? ServerDate => Outcome.ServerDate;

    /// <inheritdoc cref="InvalidateOutcome.RetryAfter"/>
    public TimeSpan? RetryAfter => Outcome.RetryAfter;

    /// <inheritdoc cref="InvalidateOutcome.Headers"/>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => Outcome.Headers;

    /// <inheritdoc cref="InvalidateOutcome.SessionsValidFrom"/>
    public DateTimeOffset? SessionsValidFrom => Outcome.SessionsValidFrom;
}

#if NET
/// <content>The fields, under the names of the journal.</content>
internal sealed partial class OutcomeJson
{
    private static InvalidateOutcome Read(JsonElement json)
    {
        string status = Text(json, "status") ?? throw new JsonException("This is no outcome: it has no \"status\".");
        return new InvalidateOutcome(status)
        {
            Time = Time(json, "time") ?? default,
            User = Text(json, "user"),
            Id = Text(json, "id"),
            HttpStatus = Find(json, "http_status")?.GetInt32(),
            Code = Text(json, "code"),
            Message = Text(json, "message"),
            Hint = Text(json, "hint"),
            Attempts = Find(json, "attempts")?.GetInt32() ?? 0,
            RequestId = Text(json, "request_id"),
            ClientRequestId = Text(json, "client_request_id"),
            ServerDate = Time(json, "server_date"),
            RetryAfter = Seconds(json, "retry_after"),
            Headers = Headers(json),
            SessionsValidFrom = Time(json, "sessions_valid_from"),
        };
    }

    private static void WriteFields(Utf8JsonWriter writer, InvalidateOutcome value)
    {
        Write(writer, "time", value.Time == default ? null : value.Time);
        Write(writer, "user", value.User);
        Write(writer, "id", value.Id);
        Write(writer, "status", value.Status);
        Write(writer, "http_status", value.HttpStatus);
        Write(writer, "code", value.Code);
        Write(writer, "message", value.Message);
        Write(writer, "hint", value.Hint);
        writer.WriteNumber("attempts", value.Attempts);
        Write(writer, "request_id", value.RequestId);
        Write(writer, "client_request_id", value.ClientRequestId);
        Write(writer, "server_date", value.ServerDate);
        Write(writer, "retry_after", value.RetryAfter);
        Write(writer, "sessions_valid_from", value.SessionsValidFrom);
    }
}
#endif
