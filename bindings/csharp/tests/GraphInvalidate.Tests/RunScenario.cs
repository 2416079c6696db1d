using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>One file of tests/scenarios/runs: runs over one tenant and one journal. The README beside it has the rules.</summary>
internal sealed record RunScenario(string Says, RunStep[] Runs, JsonElement? Token = null)
{
    private static string Folder => Path.Combine(Project.Root, "tests", "scenarios", "runs");

    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.json")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Where(name => name is not "schema")
        .Order(StringComparer.Ordinal);

    public static RunScenario Read(string name) =>
        JsonSerializer.Deserialize<RunScenario>(File.ReadAllText(Path.Combine(Folder, name + ".json")), Scenario.Strict)!;

    /// <summary>The token that is described; null for none.</summary>
    public static async Task<string?> MintAsync(JsonElement? description, Emulator emulator) => description is not { } token
        ? await emulator.TokenAsync()
        : token.TryGetProperty("none", out _) ? null
        : token.TryGetProperty("text", out JsonElement text) ? text.GetString()
        : await emulator.TokenAsync(token);
}

/// <summary>One run.</summary>
internal sealed record RunStep(
    RunExpectation Expect,
    string[]? Users = null,
    int Generated = 0,
    RunStepOptions? Options = null,
    JsonElement? Faults = null,
    JsonElement? Quota = null,
    JsonElement[]? TokensWhenNeeded = null,
    int? CancelAfter = null,
    int Tear = 0,
    string? Append = null)
{
    public IEnumerable<string> AllUsers =>
        (Users ?? []).Concat(Enumerable.Range(1, Generated).Select(number => $"user{number:D6}@contoso.example"));

    public RunStepOptions Said => Options ?? new();

    public async Task ArrangeAsync(Emulator emulator, string journal)
    {
        if (Faults is { } faults)
        {
            await emulator.PostAsync("faults", faults);
        }

        if (Quota is { } quota)
        {
            await emulator.PostAsync("quota", quota);
        }

        if (Tear > 0 || Append is not null)
        {
            using FileStream file = new(journal, FileMode.Open);
            file.SetLength(file.Length - Tear);
            file.Seek(0, SeekOrigin.End);
            file.Write(System.Text.Encoding.UTF8.GetBytes(Append ?? string.Empty));
        }
    }

    public GraphInvalidateRunOptions ToOptions(string journal) => new()
    {
        Journal = Said.Journal || Said.Resume || Said.VerifyJournal ? journal : null,
        Resume = Said.Resume,
        Verify = Said.Verify,
        DryRun = Said.DryRun,
        VerifyJournal = Said.VerifyJournal,
        Exclude = Said.Exclude,
        AllowUnresolvedExclusions = Said.AllowUnresolvedExclusions,
        BatchSize = Said.BatchSize,
        Concurrency = Said.Concurrency,
        Rate = Said.Rate is 0 ? double.PositiveInfinity : Said.Rate,
        Wait = Said.WaitMs is { } wait ? TimeSpan.FromMilliseconds(wait) : null,
        Deadline = Said.DeadlineMs is { } deadline ? TimeSpan.FromMilliseconds(deadline) : null,
    };

    public async Task JudgeAsync(ObservedRun observed, Emulator emulator)
    {
        if (!Expect.AnyOutcomes)
        {
            Dictionary<string, int> counts = observed.Outcomes.GroupBy(outcome => outcome.Status).ToDictionary(group => group.Key, group => group.Count());
            Assert.Equal(Expect.Outcomes ?? [], counts);
        }

        foreach ((string user, string status) in Expect.Users ?? [])
        {
            Assert.Equal(status, observed.Outcomes.FirstOrDefault(outcome => outcome.User == user)?.Status);
        }

        if (Expect.Last is { } last)
        {
            Assert.Equal(last, observed.Outcomes[^1].User);
        }

        Assert.Equal(Expect.Failure, observed.Failure?.Status);
        Assert.Contains(Expect.FailureContains ?? string.Empty, observed.Failure?.Message ?? string.Empty, StringComparison.Ordinal);
        Assert.Contains(Expect.NoticeContains ?? string.Empty, observed.Notice ?? string.Empty, StringComparison.Ordinal);
        Assert.Equal(Expect.TokensNeeded, observed.TokensNeeded);
        foreach ((string field, long number) in Expect.Progress ?? [])
        {
            Assert.Equal((field, number), (field, Count(observed.Progress!, field)));
        }

        Assert.True(Expect.MostAttempts is not { } most || observed.Progress!.Attempts <= most);
        if (Expect.AcceptedUsers is { } users)
        {
            Assert.Equal(users, await emulator.AcceptedUsersAsync());
        }

        foreach ((string user, int count) in Expect.Accepted ?? [])
        {
            Assert.Equal((user, count), (user, await emulator.AcceptedAsync(user)));
        }
    }

    private static long Count(GraphInvalidateRunProgress progress, string field) =>
        (long)typeof(GraphInvalidateRunProgress).GetProperty(string.Concat(field.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])))!.GetValue(progress)!;
}

internal sealed record RunStepOptions(
    string? Api = null,
    int TimeoutMs = 20_000,
    bool Journal = false,
    bool Resume = false,
    bool Verify = false,
    bool DryRun = false,
    bool VerifyJournal = false,
    bool AllowUnresolvedExclusions = false,
    string[]? Exclude = null,
    int? BatchSize = null,
    int? Concurrency = null,
    double? Rate = null,
    int? WaitMs = null,
    int? DeadlineMs = null);

internal sealed record RunExpectation(
    Dictionary<string, int>? Outcomes = null,
    bool AnyOutcomes = false,
    Dictionary<string, string>? Users = null,
    string? Last = null,
    string? Failure = null,
    string? FailureContains = null,
    string? NoticeContains = null,
    int TokensNeeded = 0,
    Dictionary<string, long>? Progress = null,
    long? MostAttempts = null,
    int? AcceptedUsers = null,
    Dictionary<string, int>? Accepted = null);

/// <summary>What the public interface showed of a run.</summary>
internal sealed class ObservedRun
{
    public List<InvalidateOutcome> Outcomes { get; } = [];

    public GraphInvalidateException? Failure { get; set; }

    public string? Notice { get; set; }

    public int TokensNeeded { get; set; }

    public GraphInvalidateRunProgress? Progress { get; set; }
}
