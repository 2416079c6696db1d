using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>One file of tests/scenarios/sign-in: who signs in, and how that ends. The README beside that folder has the rules.</summary>
internal sealed record SignInScenario(
    string Says,
    SignInCredential Credential,
    SignInExpectation Expect,
    string[]? Calls = null,
    SignInOptions? Options = null,
    JsonElement? FederatedToken = null,
    JsonElement? Approve = null,
    JsonElement? Faults = null)
{
    public static string Certificates => Path.Combine(Project.Root, "tests", "certificates");

    private static string Folder => Path.Combine(Project.Root, "tests", "scenarios", "sign-in");

    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.json")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Where(name => name != "schema")
        .Order(System.StringComparer.Ordinal);

    /// <summary>Reads a scenario with its texts filled in.</summary>
    public static SignInScenario Read(string name, Emulator emulator, string tokenFile)
    {
        string text = File.ReadAllText(Path.Combine(Folder, name + ".json"))
            .Replace("{emulator}", emulator.Address, System.StringComparison.Ordinal)
            .Replace("{certificates}", Certificates, System.StringComparison.Ordinal)
            .Replace("{federated_token_file}", tokenFile, System.StringComparison.Ordinal);
        return JsonSerializer.Deserialize<SignInScenario>(text, Scenario.Strict)!;
    }

    /// <summary>Arranges the situation; gives the credential to sign in with.</summary>
    public async Task<GraphInvalidateCredential> ArrangeAsync(Emulator emulator, string tokenFile)
    {
        await emulator.ResetAsync();
        if (Faults is { } faults)
        {
            await emulator.PostAsync("faults", faults);
        }

        if (Approve is { } approve)
        {
            await emulator.PostAsync("approve", approve);
        }

        GraphInvalidateCredential credential = Credential.ToCredential();
        if (FederatedToken is { } wanted)
        {
            string token = (await emulator.PostAsync("federated_tokens", wanted)).GetProperty("token").GetString()!;
            await File.WriteAllTextAsync(tokenFile, token);
            credential.TokenFile = Credential is { Kind: "workload-identity", Environment: null } ? tokenFile : credential.TokenFile;
        }

        return credential;
    }

    /// <summary>Holds the last outcome, and what reached the emulator, against the expectation.</summary>
    public async Task JudgeAsync(InvalidateOutcome outcome, Emulator emulator)
    {
        Assert.Equal(Expect.Status, outcome.Status);
        Assert.Equal(Expect.HttpStatus ?? outcome.HttpStatus ?? 0, outcome.HttpStatus ?? 0);
        Assert.Equal(Expect.Code ?? outcome.Code, outcome.Code);
        Assert.Equal(Expect.Attempts ?? outcome.Attempts, outcome.Attempts);
        Assert.Contains(Expect.MessageContains ?? string.Empty, outcome.Message ?? string.Empty, System.StringComparison.Ordinal);
        Assert.Contains(Expect.HintContains ?? string.Empty, outcome.Hint ?? string.Empty, System.StringComparison.Ordinal);
        JsonElement[] requests = await emulator.RequestsAsync();
        Assert.Equal(Expect.Requests ?? requests.Length, requests.Length);
        JsonElement asked = requests.Select(Asked).LastOrDefault(asked => asked.ValueKind == JsonValueKind.Object);
        Assert.All(Expect.Asked ?? [], field => Assert.Equal(field.Value, asked.GetProperty(field.Key).GetString()));
    }

    /// <summary>What a request to the sign-in service asked for; nothing where it went elsewhere.</summary>
    public static JsonElement Asked(JsonElement request) => request.TryGetProperty("asked", out JsonElement asked) ? asked : default;
}

internal sealed record SignInCredential(
    string Kind,
    string? Tenant = null,
    string? ClientId = null,
    string? ClientSecret = null,
    string? CertificateFile = null,
    string? CertificatePassword = null,
    bool SendCertificateChain = false,
    string? TokenFile = null,
    string? ObjectId = null,
    string? ResourceId = null,
    string? Scopes = null,
    string? Authority = null,
    Dictionary<string, string>? Environment = null)
{
    public GraphInvalidateCredential ToCredential() => new(Kind)
    {
        Tenant = Tenant,
        ClientId = ClientId,
        ClientSecret = ClientSecret,
        CertificateFile = CertificateFile is null ? null : Path.Combine(SignInScenario.Certificates, CertificateFile),
        CertificatePassword = CertificatePassword,
        SendCertificateChain = SendCertificateChain,
        TokenFile = TokenFile,
        ObjectId = ObjectId,
        ResourceId = ResourceId,
        Scopes = Scopes,
        Authority = Authority,
        Environment = Environment ?? [],
    };
}

internal sealed record SignInOptions(int TimeoutMs = 20_000, string? Cloud = null, bool Endpoint = true);

internal sealed record SignInExpectation(
    string Status,
    int? HttpStatus = null,
    string? Code = null,
    string? MessageContains = null,
    string? HintContains = null,
    int? Attempts = null,
    int? Requests = null,
    Dictionary<string, string>? Asked = null);
