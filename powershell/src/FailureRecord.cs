using System;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Text;

namespace GraphInvalidate.PowerShell;

/// <summary>
/// A failed call as scripts for Microsoft's cmdlet expect it: its id, its category, and its block of text.
/// </summary>
internal static class FailureRecord
{
    /// <summary>
    /// The record of a call that failed; whether its connection had a person sign in changes what is to be done.
    /// </summary>
    internal static ErrorRecord Of(GraphInvalidateException failure, object? target, bool isOfAPerson)
    {
        InvalidateOutcome outcome = failure.Outcome;
        ErrorCategory category = outcome.HttpStatus is null ? ErrorCategory.NotSpecified : ErrorCategory.InvalidOperation;
        return new ErrorRecord(failure, Code(outcome), category, target)
        {
            ErrorDetails = new ErrorDetails(Text(outcome)) { RecommendedAction = Advice(outcome, isOfAPerson) },
        };
    }

    /// <summary>Graph's own code; where Graph gave none, the name of the status.</summary>
    private static string Code(InvalidateOutcome outcome) =>
        string.IsNullOrEmpty(outcome.Code) ? outcome.Status : outcome.Code!;

    /// <summary>
    /// What to do next; in this shell's words where the library can only say that its client needs a token.
    /// </summary>
    private static string Advice(InvalidateOutcome outcome, bool isOfAPerson) => outcome.Status switch
    {
        "token_missing" => $"Run Connect-GraphInvalidate, or set $env:{Connection.TokenVariable}.",
        "sign_in_interaction_required" when isOfAPerson => "The sign-in is over: run Connect-GraphInvalidate again.",
        _ => outcome.Hint ?? string.Empty,
    };

    private static string Text(InvalidateOutcome outcome)
    {
        StringBuilder text = new();
        text.AppendLine(outcome.Message ?? outcome.Status).AppendLine();
        if (outcome.HttpStatus is { } status)
        {
            Line(text, $"Status: {status} ({(HttpStatusCode)status})");
        }

        Line(text, $"ErrorCode: {Code(outcome)}");
        if (outcome.ServerDate is { } date)
        {
            Line(text, $"Date: {date.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}");
        }

        if (outcome.RequestId is { } request)
        {
            Line(text, $"request-id: {request}");
        }

        return text.ToString().TrimEnd();
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
