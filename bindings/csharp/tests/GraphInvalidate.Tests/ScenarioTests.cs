using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class ScenarioTests(Emulator emulator)
{
    public static TheoryData<string> Names => [.. Scenario.Names];

    [Fact]
    public void There_are_scenarios() => Assert.True(Scenario.Names.Count() >= 60);

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_scenario_ends_as_it_says(string name) => RunAsync(name, blocking: true);

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_scenario_ends_as_it_says_when_awaited(string name) => RunAsync(name, blocking: false);

    private async Task RunAsync(string name, bool blocking)
    {
        Scenario scenario = Scenario.Read(name);
        string? token = await scenario.ArrangeAsync(emulator);
        ScenarioOptions said = scenario.Options ?? new();
        GraphInvalidateClientOptions options = new()
        {
            AccessToken = token,
            Cloud = said.Cloud,
            Endpoint = said.EndpointFor(emulator),
            Api = said.Api,
            Timeout = TimeSpan.FromMilliseconds(said.TimeoutMs),
        };
        InvalidateOutcome outcome;
        string shown = options.ToString();
        try
        {
            outcome = await CallAsync(scenario, options, blocking);
        }
        catch (GraphInvalidateException failure)
        {
            outcome = failure.Outcome;
            shown += failure + JsonSerializer.Serialize(failure.Data);
        }

        shown += outcome + JsonSerializer.Serialize(outcome);
        await scenario.JudgeAsync(Observed.From(outcome), emulator);
        if (token is { Length: > 10 })
        {
            Assert.DoesNotContain(token, shown, StringComparison.Ordinal);
        }
    }

    private static async Task<InvalidateOutcome> CallAsync(Scenario scenario, GraphInvalidateClientOptions options, bool blocking)
    {
        using GraphInvalidateClient client = new(options);
        if (scenario.Call == "invalidate")
        {
            return blocking ? client.Invalidate(scenario.User) : await client.InvalidateAsync(scenario.User);
        }

        DateTimeOffset notBefore = scenario.NotBefore == "accepted"
            ? client.Invalidate(scenario.User).ServerDate!.Value
            : DateTimeOffset.Parse(scenario.NotBefore!, System.Globalization.CultureInfo.InvariantCulture);
        return blocking ? client.Verify(scenario.User, notBefore) : await client.VerifyAsync(scenario.User, notBefore);
    }
}
