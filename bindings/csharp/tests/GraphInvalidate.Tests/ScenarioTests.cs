using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>The scenarios of one call, on two emulators: what blocks and what is awaited wait at once.</summary>
public sealed class ScenarioTests(Emulator emulator, SecondEmulator second) : IClassFixture<SecondEmulator>
{
    public static TheoryData<string> Names => [.. Scenario.Names];

    [Fact]
    public void There_are_scenarios() => Assert.True(Scenario.Names.Count() >= 60);

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_scenario_ends_as_it_says_whether_it_blocks_or_is_awaited(string name) => Task.WhenAll(
        Task.Run(() => RunAsync(name, emulator, blocking: true)),
        Task.Run(() => RunAsync(name, second.Emulator, blocking: false)));

    private static async Task RunAsync(string name, Emulator emulator, bool blocking)
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
