using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>An emulator with a tenant of thousands.</summary>
public sealed class CrowdedEmulator : IDisposable
{
    internal Emulator Emulator { get; } = new(["--users", "5000"]);

    public void Dispose() => Emulator.Dispose();
}

public sealed class RunScenarioTests(CrowdedEmulator crowded) : IClassFixture<CrowdedEmulator>
{
    private readonly Emulator _emulator = crowded.Emulator;

    public static TheoryData<string> Names => [.. RunScenario.Names];

    [Fact]
    public void There_are_scenarios_of_runs() => Assert.True(RunScenario.Names.Count() >= 30);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_scenario_of_runs_ends_as_it_says(string name)
    {
        RunScenario scenario = RunScenario.Read(name);
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string journal = Path.Combine(folder.FullName, "journal.jsonl");
            await _emulator.ResetAsync();
            string? token = await RunScenario.MintAsync(scenario.Token, _emulator);
            foreach (RunStep step in scenario.Runs)
            {
                await step.ArrangeAsync(_emulator, journal);
                Queue<string> tokens = new();
                foreach (System.Text.Json.JsonElement description in step.TokensWhenNeeded ?? [])
                {
                    tokens.Enqueue((await RunScenario.MintAsync(description, _emulator))!);
                }

                ObservedRun observed = await Task.Run(() => Observe(step, step.ToOptions(journal), token, tokens));
                await step.JudgeAsync(observed, _emulator);
                Assert.False(token is not null && File.Exists(journal) && File.ReadAllText(journal).Contains(token, StringComparison.Ordinal));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private ObservedRun Observe(RunStep step, GraphInvalidateRunOptions options, string? token, Queue<string> tokens)
    {
        ObservedRun observed = new();
        using GraphInvalidateClient client = new(new()
        {
            AccessToken = token,
            Endpoint = _emulator.Address,
            Api = step.Said.Api,
            Timeout = TimeSpan.FromMilliseconds(step.Said.TimeoutMs),
        });
        GraphInvalidateRun run;
        try
        {
            run = client.BeginRun(options);
        }
        catch (GraphInvalidateException failure)
        {
            observed.Failure = failure;
            return observed;
        }

        using (run)
        {
            observed.Notice = run.Notice;
            run.Add(step.AllUsers);
            run.FinishInput();
            ReadToTheEnd(run, step, observed, () =>
            {
                observed.TokensNeeded++;
                if (tokens.TryDequeue(out string? next))
                {
                    client.SetAccessToken(next);
                }
                else
                {
                    run.Cancel();
                }
            });
            observed.Progress = run.Progress;
        }

        return observed;
    }

    private static void ReadToTheEnd(GraphInvalidateRun run, RunStep step, ObservedRun observed, Action giveToken)
    {
        while (true)
        {
            try
            {
                if (run.Next() is not { } outcome)
                {
                    return;
                }

                observed.Outcomes.Add(outcome);
                if (observed.Outcomes.Count == step.CancelAfter)
                {
                    run.Cancel();
                }
            }
            catch (TokenException) when (run.NeedsAccessToken)
            {
                giveToken();
            }
            catch (GraphInvalidateException failure)
            {
                observed.Failure = failure;
            }
        }
    }
}
