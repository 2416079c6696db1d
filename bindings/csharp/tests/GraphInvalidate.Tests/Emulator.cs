using System;
using System.Diagnostics;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Tasks;
using GraphInvalidate.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(Emulator))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace GraphInvalidate.Tests;

/// <summary>The emulator, as a process of its own, and its control interface.</summary>
public sealed class Emulator : IDisposable
{
    public const string Adele = "adele.vance@contoso.example";

    private readonly Process _process;
    private readonly HttpClient _control = new();

    public Emulator()
        : this([])
    {
    }

    internal Emulator(string[] arguments)
    {
        GraphInvalidateLibrary.UseFile(Project.Library);
        // Some tests begin with what a client would have loaded.
        GraphInvalidateLibrary.Load();
        _process = Process.Start(new ProcessStartInfo(Project.Command, ["emulator", .. arguments]) { RedirectStandardOutput = true })!;
        string line = ReadLine();
        Assert.StartsWith("listening on ", line, StringComparison.Ordinal);
        Address = line["listening on ".Length..];
        _control.BaseAddress = new Uri(Address);
    }

    public string Address { get; }

    /// <summary>The next line that it prints.</summary>
    internal string ReadLine() => _process.StandardOutput.ReadLine() ?? string.Empty;

    /// <summary>
    /// A client with a token of the tenant's User Administrator, on an emulator that has forgotten everything.
    /// </summary>
    public async Task<GraphInvalidateClient> FreshClientAsync()
    {
        await ResetAsync();
        return new(new() { Endpoint = Address, AccessToken = await TokenAsync() });
    }

    public Task ResetAsync() => PostAsync("reset", new { });

    public async Task<string> TokenAsync(object? request = null) =>
        (await PostAsync("tokens", request ?? new { })).GetProperty("access_token").GetString()!;

    public Task ArmAsync(params object[] faults) => PostAsync("faults", faults);

    public async Task<JsonElement> PostAsync(string what, object body)
    {
        using HttpResponseMessage answer = await _control.PostAsJsonAsync($"/__emulator/{what}", body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{what}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>How many different users the service has accepted since it was reset.</summary>
    public async Task<int> AcceptedUsersAsync() =>
        (await _control.GetFromJsonAsync<JsonElement>("/__emulator/requests")).GetProperty("users").GetInt32();

    /// <summary>How often the service has accepted a user.</summary>
    public async Task<int> AcceptedAsync(string user)
    {
        string line = (await _control.GetStringAsync($"/__emulator/accepted?user={user}")).Trim();
        return line.StartsWith('{') ? JsonDocument.Parse(line.Split('\n')[0]).RootElement.GetProperty("count").GetInt32() : 0;
    }

    public async Task<JsonElement[]> RequestsAsync()
    {
        JsonElement report = await _control.GetFromJsonAsync<JsonElement>("/__emulator/requests?newest=10000");
        return [.. report.GetProperty("requests").EnumerateArray()];
    }

    /// <summary>What a request to the sign-in service asked for; nothing where it went elsewhere.</summary>
    public static JsonElement Asked(JsonElement request) => request.TryGetProperty("asked", out JsonElement asked) ? asked : default;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _control.Dispose();
    }
}

/// <summary>An emulator with a tenant of thousands.</summary>
public sealed class CrowdedEmulator : IDisposable
{
    internal Emulator Emulator { get; } = new(["--users", "5000"]);

    public void Dispose() => Emulator.Dispose();
}
