using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>What people carry about as JSON, and what they bind from a configuration.</summary>
public sealed class JsonTests(Emulator emulator)
{
    [Fact]
    public async Task An_outcome_is_written_as_the_command_writes_it_and_read_back()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        await emulator.ArmAsync(new { kind = "status", status = 429, headers = new[] { new[] { "Retry-After", "150" } } });
        InvalidateOutcome outcome = Assert.Throws<ThrottledException>(() => client.Invalidate(Emulator.Adele)).Outcome;

        string json = JsonSerializer.Serialize(outcome);

        Dictionary<string, JsonElement> fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
        string[] names = ["time", "user", "status", "http_status", "message", "hint", "attempts", "request_id", "client_request_id", "server_date", "retry_after"];
        Assert.Superset(names.ToHashSet(), fields.Keys.ToHashSet());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", fields["time"].GetString());
        Assert.Equal(150, fields["retry_after"].GetDouble());
        InvalidateOutcome again = JsonSerializer.Deserialize<InvalidateOutcome>(json)!;
        foreach (System.Reflection.PropertyInfo property in typeof(InvalidateOutcome).GetProperties())
        {
            Assert.Equal(property.GetValue(outcome), property.GetValue(again));
        }

        Assert.IsType<ThrottledException>(GraphInvalidateException.For(again));
    }

    [Fact]
    public async Task A_line_of_the_command_is_an_outcome()
    {
        await emulator.ResetAsync();
        string line = await Programs.RunAsync(new Programs.Request(
            Project.Command,
            ["users", Emulator.Adele, "--output", "json"],
            Environment: new() { ["GRAPH_INVALIDATE_TOKEN"] = await emulator.TokenAsync(), ["GRAPH_INVALIDATE_ENDPOINT"] = emulator.Address }));

        InvalidateOutcome outcome = JsonSerializer.Deserialize<InvalidateOutcome>(line.Split('\n')[0])!;

        Assert.Equal((Emulator.Adele, "accepted", 200), (outcome.User, outcome.Status, outcome.HttpStatus));
        Assert.InRange(outcome.ServerDate!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("""{"status": 7}""")]
    [InlineData("""{"status": "accepted", "time": "yesterday"}""")]
    [InlineData("""{"status": "accepted", "server_date": "05.12.2026 10:00:00"}""")]
    [InlineData("""{"status": "accepted", "server_date": "12/05/2026 10:00:00"}""")]
    [InlineData("""{"status": "accepted", "server_date": "2026-12-05"}""")]
    [InlineData("""{"status": "accepted", "server_date": "10:00"}""")]
    [InlineData("""{"status": "accepted", "server_date": "2026-12-05T10:00:00"}""")]
    [InlineData("""{"status": "accepted", "attempts": "many"}""")]
    public void What_is_no_outcome_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<InvalidateOutcome>(json));

    [Fact]
    public void Options_that_are_written_hold_no_secret()
    {
        string json = JsonSerializer.Serialize(new GraphInvalidateClientOptions
        {
            AccessToken = "hush",
            AccessTokenProvider = _ => Task.FromResult("hush"),
            Proxy = "http://user:hush@proxy",
            Headers = new Dictionary<string, string> { ["x"] = "hush" },
            Environment = new Dictionary<string, string> { ["x"] = "hush" },
            Api = "v1.0",
            Credential = new("client-secret")
            {
                ClientSecret = "hush",
                CertificatePassword = "hush",
                Certificate = "hush"u8.ToArray(),
                Environment = new Dictionary<string, string> { ["x"] = "hush" },
            },
        });

        Assert.DoesNotContain("hush", json, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("hush"u8), json, StringComparison.Ordinal);
        Assert.Equal("v1.0", JsonSerializer.Deserialize<GraphInvalidateClientOptions>(json)!.Api);
        string left = JsonSerializer.Serialize(new GraphInvalidateClientOptions());
        using GraphInvalidateClient again = new(JsonSerializer.Deserialize<GraphInvalidateClientOptions>(left)!);
        Assert.Equal(new GraphInvalidateRunOptions(), JsonSerializer.Deserialize<GraphInvalidateRunOptions>(JsonSerializer.Serialize(new GraphInvalidateRunOptions())));
        Assert.Equal("token", JsonSerializer.Deserialize<GraphInvalidateClientOptions>("""{"AccessToken": "token"}""")!.AccessToken);
    }

    [Fact]
    public void Options_are_bound_from_a_configuration()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Api"] = "v1.0",
            ["Timeout"] = "00:00:30",
            ["Headers:X-Ticket"] = "INC-1",
            ["Environment:AZURE_TENANT_ID"] = "contoso.example",
            ["Credential:Kind"] = "environment",
            ["Credential:ClientId"] = "id",
            ["Run:Exclude:0"] = "break.glass@contoso.example",
            ["Run:Rate"] = "Infinity",
            ["Plain:Api"] = "v1.0",
        }).Build();

        GraphInvalidateClientOptions options = configuration.Get<GraphInvalidateClientOptions>()!;
        GraphInvalidateRunOptions run = configuration.GetSection("Run").Get<GraphInvalidateRunOptions>()!;

        Assert.Equal(("v1.0", TimeSpan.FromSeconds(30)), (options.Api, options.Timeout));
        Assert.Equal("INC-1", options.Headers!["X-Ticket"]);
        Assert.Equal("contoso.example", options.Environment!["AZURE_TENANT_ID"]);
        Assert.Equal(("environment", "id"), (options.Credential!.Kind, options.Credential.ClientId));
        Assert.Equal(["break.glass@contoso.example"], run.Exclude);
        Assert.Equal(double.PositiveInfinity, run.Rate);
        // What is not named is left out, and not given as nothing.
        using GraphInvalidateClient plain = new(configuration.GetSection("Plain").Get<GraphInvalidateClientOptions>()!);
    }
}
