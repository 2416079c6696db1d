#if NET
using System;
using System.Diagnostics;

namespace GraphInvalidate;

/// <summary>
/// The calls as OpenTelemetry and its like see them: activities of the source <c>GraphInvalidate</c>, which name no
/// user.
/// </summary>
internal static class Tracing
{
    private static readonly ActivitySource Source = new("GraphInvalidate", typeof(Tracing).Assembly.GetName().Version?.ToString(3));

    /// <summary>The trace that a call belongs to, as requests carry it; null where there is none.</summary>
    internal static string? Parent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    internal static Activity? Begin(string name) => Source.StartActivity(name, ActivityKind.Client);

    /// <summary>Says how the call ended, in the activity's last moment.</summary>
    internal static void End(Activity? activity, InvalidateOutcome outcome)
    {
        activity?.SetTag("graph_invalidate.status", outcome.Status);
        activity?.SetTag("graph_invalidate.request_id", outcome.RequestId);
        activity?.SetTag("http.response.status_code", outcome.HttpStatus);
    }

    /// <summary>The same for a call that failed.</summary>
    internal static void Fail(Activity? activity, Exception failure)
    {
        InvalidateOutcome? outcome = ((failure as GraphInvalidateException) ?? (failure.InnerException as GraphInvalidateException))?.Outcome;
        if (activity is not null && outcome is not null)
        {
            End(activity, outcome);
        }

        activity?.SetTag("error.type", outcome?.Status ?? failure.GetType().FullName);
        activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
    }
}
#endif
