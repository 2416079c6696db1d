using System;
using System.Collections.Generic;
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
    {
        GraphInvalidateLibrary.UseFile(Need("GRAPH_INVALIDATE_TEST_LIBRARY"));
        ProcessStartInfo start = new(Need("GRAPH_INVALIDATE_TEST_COMMAND"), "emulator") { RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        string? line = _process.StandardOutput.ReadLine();
        Address = line?.Replace("listening on ", string.Empty, StringComparison.Ordinal) ?? throw new InvalidOperationException("The emulator did not start.");
        _control.BaseAddress = new Uri(Address);
    }

    public string Address { get; }

    public static string Need(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"{variable} is not set: run cargo xtask test csharp.");

    public Task ResetAsync() => PostAsync("reset", new { });

    public async Task<string> TokenAsync(object request) =>
        (await PostAsync("tokens", request)).GetProperty("access_token").GetString()!;

    public Task<string> TokenAsync() => TokenAsync(new { user = "admin@contoso.example" });

    public Task ArmAsync(params object[] faults) => PostAsync("faults", faults);

    public async Task<JsonElement> PostAsync(string what, object body)
    {
        using HttpResponseMessage answer = await _control.PostAsJsonAsync($"/__emulator/{what}", body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{what}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> RequestsAsync() =>
        (await _control.GetFromJsonAsync<JsonElement>("/__emulator/requests")).GetProperty("requests");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _control.Dispose();
    }
}
