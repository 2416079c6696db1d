using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>The scenarios of signing in, on two emulators: what blocks and what is awaited wait at once.</summary>
public sealed class SignInScenarioTests(Emulator emulator, SecondEmulator second) : IClassFixture<SecondEmulator>
{
    public static TheoryData<string> Names => [.. SignInScenario.Names];

    [Fact]
    public void There_are_scenarios() => Assert.True(SignInScenario.Names.Count() >= 85);

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_sign_in_ends_as_its_scenario_says_whether_it_blocks_or_is_awaited(string name) => Task.WhenAll(
        Task.Run(() => RunAsync(name, emulator, blocking: true)),
        Task.Run(() => RunAsync(name, second.Emulator, blocking: false)));

    private static async Task RunAsync(string name, Emulator emulator, bool blocking)
    {
        string tokenFile = Path.GetTempFileName();
        try
        {
            SignInScenario scenario = SignInScenario.Read(name, emulator, tokenFile);
            SignInOptions said = scenario.Options ?? new();
            GraphInvalidateClientOptions options = new()
            {
                Credential = await scenario.ArrangeAsync(emulator, tokenFile),
                Endpoint = said.Endpoint ? emulator.Address : null,
                Cloud = said.Cloud,
                Timeout = TimeSpan.FromMilliseconds(said.TimeoutMs),
            };
            InvalidateOutcome? outcome = null;
            string shown = options.ToString();
            try
            {
                using GraphInvalidateClient client = new(options);
                foreach (string call in scenario.Calls ?? ["invalidate"])
                {
                    outcome = call == "sign_in" ? await SignInTests.SignInAsync(client, blocking)
                        : blocking ? client.Invalidate(Emulator.Adele)
                        : await client.InvalidateAsync(Emulator.Adele);
                }
            }
            catch (GraphInvalidateException failure)
            {
                outcome = failure.Outcome;
                shown += failure + JsonSerializer.Serialize(failure.Data);
            }

            await scenario.JudgeAsync(outcome!, emulator);
            SignInTests.AssertHushed(shown + outcome + JsonSerializer.Serialize(outcome));
        }
        finally
        {
            File.Delete(tokenFile);
        }
    }
}
