using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>One file of tests/scenarios: a situation, and what a user must see in it. Its README has the rules.</summary>
internal sealed record Scenario(
    string Says,
    string User,
    Expectation Expect,
    string Call = "invalidate",
    JsonElement? Token = null,
    ScenarioOptions? Options = null,
    JsonElement? Faults = null,
    JsonElement? Quota = null,
    string? NotBefore = null)
{
    internal static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    private static string Folder => Path.Combine(Project.Root, "tests", "scenarios");

    /// <summary>All but one: a time that is none cannot be written in .NET.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.json")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Where(name => name is not "schema" and not "verify-nonsense-time")
        .Order(System.StringComparer.Ordinal);

    public static Scenario Read(string name) =>
        JsonSerializer.Deserialize<Scenario>(File.ReadAllText(Path.Combine(Folder, name + ".json")), Strict)!;

    /// <summary>Arranges the situation; gives the token to call with.</summary>
    public async Task<string?> ArrangeAsync(Emulator emulator)
    {
        await emulator.ResetAsync();
        string? token = Token is not { } wanted ? await emulator.TokenAsync()
            : wanted.TryGetProperty("none", out _) ? null
            : wanted.TryGetProperty("text", out JsonElement text) ? text.GetString()
            : await emulator.TokenAsync(wanted);
        if (Faults is { } faults)
        {
            await emulator.PostAsync("faults", faults);
        }

        // Last, since it fills again while time passes.
        if (Quota is { } quota)
        {
            await emulator.PostAsync("quota", quota);
        }

        return token;
    }

    /// <summary>Holds what was observed, and what reached the emulator, against the expectation.</summary>
    public async Task JudgeAsync(Observed observed, Emulator emulator)
    {
        Assert.Equal(Expect.Status, observed.Status);
        AssertEqualWhereExpected(Expect.HttpStatus, observed.HttpStatus ?? 0);
        AssertEqualWhereExpected(Expect.Attempts, observed.Attempts);
        AssertEqualWhereExpected(Expect.Code, observed.Code);
        AssertEqualWhereExpected(Expect.User, observed.User);
        Assert.Contains(Expect.MessageContains ?? string.Empty, observed.Message ?? string.Empty, System.StringComparison.Ordinal);
        Assert.Contains(Expect.HintContains ?? string.Empty, observed.Hint ?? string.Empty, System.StringComparison.Ordinal);
        JsonElement[] requests = await emulator.RequestsAsync();
        AssertEqualWhereExpected(Expect.Requests, requests.Length);
        AssertEqualWhereExpected(Expect.Path, requests.LastOrDefault() is { ValueKind: JsonValueKind.Object } last ? last.GetProperty("path").GetString() : null);
    }

    private static void AssertEqualWhereExpected<T>(T? expected, T actual)
    {
        if (expected is not null)
        {
            Assert.Equal(expected, actual);
        }
    }

    private static void AssertEqualWhereExpected(int? expected, int actual)
    {
        if (expected is { } value)
        {
            Assert.Equal(value, actual);
        }
    }
}

internal sealed record ScenarioOptions(string? Api = null, string? Cloud = null, string? Endpoint = null, int TimeoutMs = 20_000)
{
    /// <summary>The endpoint to give the client, if any.</summary>
    public string? EndpointFor(Emulator emulator) => (Cloud, Endpoint) switch
    {
        ({ }, _) or (_, "none") => null,
        (_, null) => emulator.Address,
        _ => Endpoint.Replace("{emulator}", new System.Uri(emulator.Address).Authority, System.StringComparison.Ordinal),
    };
}

internal sealed record Expectation(
    string Status,
    int? HttpStatus = null,
    string? Code = null,
    string? User = null,
    string? MessageContains = null,
    string? HintContains = null,
    int? Attempts = null,
    int? Requests = null,
    string? Path = null);

/// <summary>What an interface showed.</summary>
internal sealed record Observed(string Status, int? HttpStatus, int Attempts, string? User, string? Code, string? Message, string? Hint)
{
    public static Observed From(InvalidateOutcome outcome) =>
        new(outcome.Status, outcome.HttpStatus, outcome.Attempts, outcome.User, outcome.Code, outcome.Message, outcome.Hint);
}
