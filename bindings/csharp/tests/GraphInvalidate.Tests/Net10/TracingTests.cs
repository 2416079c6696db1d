using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>Calls as a trace shows them.</summary>
public sealed class TracingTests(Emulator emulator)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_is_an_activity_and_its_request_belongs_to_the_trace(bool blocking)
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        List<Activity> seen = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "GraphInvalidate",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = seen.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using Activity incident = new Activity("incident").Start();

        _ = blocking ? client.Invalidate(Emulator.Adele) : await client.InvalidateAsync(Emulator.Adele);
        string sent = (await emulator.RequestsAsync())[^1].GetRawText();
        await Assert.ThrowsAsync<UserException>(() => blocking ? Task.Run(() => client.Invalidate("nobody@contoso.example")) : client.InvalidateAsync("nobody@contoso.example"));

        Assert.Equal(["invalidate", "invalidate"], seen.ConvertAll(activity => activity.OperationName));
        Assert.All(seen, activity => Assert.Equal(incident.TraceId, activity.TraceId));
        Assert.Equal(("accepted", 200), (seen[0].GetTagItem("graph_invalidate.status"), seen[0].GetTagItem("http.response.status_code")));
        Assert.Equal((ActivityStatusCode.Error, "user_not_found"), (seen[1].Status, seen[1].GetTagItem("error.type")));
        Assert.Contains(seen[0].Id!, sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_trace_nothing_is_said_of_one()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        Assert.Null(Activity.Current);
        client.Invalidate(Emulator.Adele);

        Assert.DoesNotContain("traceparent", (await emulator.RequestsAsync())[^1].GetRawText(), StringComparison.Ordinal);
    }
}
