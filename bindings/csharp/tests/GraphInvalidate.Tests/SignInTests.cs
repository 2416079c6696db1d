using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>Clients that sign in by themselves.</summary>
public sealed class SignInTests(Emulator emulator)
{
    private static readonly string[] Hushed = ["hush", "emulated-secret", "emulated-password", "emulated-identity-header", "PRIVATE KEY"];

    /// <summary>An application of the emulator, and its secret.</summary>
    internal static GraphInvalidateCredential Application => new("client-secret")
    {
        Tenant = "contoso.example",
        ClientId = "aaaaaaaa-0000-4000-8000-000000000003",
        ClientSecret = "emulated-secret",
    };

    private static GraphInvalidateCredential Person => new("device-code") { Environment = new Dictionary<string, string>() };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_is_shown_where_to_sign_in_and_waited_for(bool blocking)
    {
        using GraphInvalidateClient client = await FreshClientAsync(Person);

        InvalidateOutcome first = await SignInAsync(client, blocking);

        Assert.Equal("sign_in_pending", first.Status);
        Assert.Contains(first.Code!, first.Message, StringComparison.Ordinal);
        await emulator.PostAsync("approve", new { user_code = first.Code, user = "admin@contoso.example" });
        Assert.Equal("signed_in", (await SignInAsync(client, blocking)).Status);
        Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
    }

    [Fact]
    public async Task Waiting_for_a_person_ends_within_100_ms_of_being_cancelled()
    {
        // Five tries: a busy machine may wake the test itself too late.
        TimeSpan quickest = TimeSpan.MaxValue;
        for (int attempt = 0; attempt < 5 && quickest >= TimeSpan.FromMilliseconds(100); attempt++)
        {
            using GraphInvalidateClient client = await FreshClientAsync(Person);
            Assert.Equal("sign_in_pending", client.SignIn().Status);
            using CancellationTokenSource source = new();
            Task waiting = client.SignInAsync(source.Token);
            await Task.Delay(100);
            Assert.False(waiting.IsCompleted);

            Stopwatch late = Stopwatch.StartNew();
            source.Cancel();
            OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            quickest = late.Elapsed < quickest ? late.Elapsed : quickest;
            Assert.Equal(source.Token, cancelled.CancellationToken);
        }

        Assert.InRange(quickest, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_run_outlives_its_tokens_without_anybodys_hand()
    {
        using GraphInvalidateClient client = await FreshClientAsync(Application);
        await emulator.ArmAsync(new { kind = "tokens_expire", after = 1 });
        using GraphInvalidateRun run = client.BeginRun(new() { BatchSize = 1, Concurrency = 1 });
        run.Add([Emulator.Adele, "o'brien@contoso.example", "a+b@contoso.example"]);
        run.FinishInput();

        for (int count = 0; count < 3; count++)
        {
            Assert.Equal("accepted", run.Next()!.Status);
            Assert.False(run.NeedsAccessToken);
        }

        Assert.Null(run.Next());
        Assert.Equal(2, (await emulator.RequestsAsync()).Count(request => Emulator.Asked(request).ValueKind == JsonValueKind.Object));
    }

    [Fact]
    public async Task A_certificate_may_come_as_bytes()
    {
        GraphInvalidateCredential credential = new("client-certificate")
        {
            Tenant = Application.Tenant,
            ClientId = Application.ClientId,
            Certificate = await File.ReadAllBytesAsync(Path.Combine(Project.Certificates, "client.pfx")),
            CertificatePassword = "emulated-password",
        };
        using GraphInvalidateClient client = await FreshClientAsync(credential);
        Assert.Equal("signed_in", client.SignIn().Status);

        InvalidInputException failure = Assert.Throws<InvalidInputException>(() => ClientOf(credential with { Certificate = [] }));
        Assert.Contains("certificate", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_program_has_set_in_its_environment_is_read()
    {
        await emulator.ResetAsync();
        using Variables variables = new(
            ("AZURE_TENANT_ID", Application.Tenant), ("AZURE_CLIENT_ID", Application.ClientId), ("AZURE_CLIENT_SECRET", Application.ClientSecret));
        using GraphInvalidateClient client = ClientOf(new("environment"));

        Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
        Assert.Equal("invalid_credential", Assert.Throws<InvalidInputException>(() => ClientOf(new("environment") { Environment = new Dictionary<string, string>() })).Status);
    }

    [Fact]
    public async Task Another_tenant_than_the_expected_one_is_refused_before_anything_is_sent()
    {
        const string Elsewhere = "11111111-2222-4333-8444-555555555555";
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using GraphInvalidateClient byOption = new(new() { Endpoint = emulator.Address, AccessToken = token, ExpectTenant = Elsewhere });
        using Variables variables = new(("GRAPH_INVALIDATE_EXPECT_TENANT", Elsewhere));
        using GraphInvalidateClient byEnvironment = ClientOf(Application);
        using GraphInvalidateClient expected = new(new() { Endpoint = emulator.Address, AccessToken = token, ExpectTenant = "C0FFEE00-1111-4222-8333-444455556666" });

        TokenException failure = Assert.Throws<TokenException>(() => byOption.Invalidate(Emulator.Adele));
        Assert.Equal("token_wrong_tenant", failure.Status);
        Assert.Contains(Elsewhere, failure.Message, StringComparison.Ordinal);
        Assert.Equal("token_wrong_tenant", Assert.Throws<TokenException>(() => byEnvironment.Invalidate(Emulator.Adele)).Status);
        Assert.Equal(["/contoso.example/oauth2/v2.0/token"], (await emulator.RequestsAsync()).Select(request => request.GetProperty("path").GetString()));
        Assert.Equal("accepted", expected.Invalidate(Emulator.Adele).Status);
    }

    [Fact]
    public async Task A_provider_beats_a_credential()
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, Credential = Application, AccessTokenProvider = _ => Task.FromResult(token) });

        Assert.Equal("accepted", client.Invalidate().Status);
        Assert.Equal("/beta/me/invalidateAllRefreshTokens", Assert.Single(await emulator.RequestsAsync()).GetProperty("path").GetString());
    }

    public static TheoryData<GraphInvalidateClientOptions, string, string> BadOptions => new()
    {
        { new() { Credential = new(null!) }, "null_argument", "kind" },
        { new() { Credential = new("") }, "empty_argument", "kind" },
        { new() { Credential = new("password") }, "invalid_credential", "password" },
        { new() { Credential = Application with { ClientSecret = "emulated\0-secret" } }, "invalid_utf8", "client_secret" },
        { new() { Credential = Application with { FederatedTokenFile = "token" } }, "invalid_credential", "federated_token_file" },
        { new() { Credential = Application with { Authority = "ftp://emulated" } }, "invalid_endpoint", "authority" },
        { new() { Credential = Application with { Environment = new Dictionary<string, string> { ["x"] = null! } } }, "null_argument", "variable" },
        { new() { Credential = Application, AccessToken = "hush" }, "invalid_option", "token" },
        { new() { ExpectTenant = "contoso.example" }, "invalid_option", "expect_tenant" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void What_makes_no_sense_is_refused_by_name_and_shows_no_secret(GraphInvalidateClientOptions options, string status, string messageContains)
    {
        InvalidInputException failure = Assert.Throws<InvalidInputException>(() => new GraphInvalidateClient(options));

        Assert.Equal(status, failure.Status);
        Assert.Contains(messageContains, failure.Message, StringComparison.Ordinal);
        AssertHushed(failure + options.ToString());
    }

    [Fact]
    public void A_credential_shows_who_signs_in_and_no_secret()
    {
        GraphInvalidateCredential credential = Application with
        {
            CertificatePassword = "hush",
            Certificate = "hush"u8.ToArray(),
            Environment = new Dictionary<string, string> { ["hush"] = "hush" },
        };

        Assert.Contains("Kind = client-secret, Tenant = contoso.example, ", credential.ToString(), StringComparison.Ordinal);
        AssertHushed(credential.ToString() + new GraphInvalidateClientOptions { Credential = credential, Environment = credential.Environment });
    }

    internal static async Task<InvalidateOutcome> SignInAsync(GraphInvalidateClient client, bool blocking) =>
        blocking ? client.SignIn() : await client.SignInAsync();

    private async Task<GraphInvalidateClient> FreshClientAsync(GraphInvalidateCredential credential)
    {
        await emulator.ResetAsync();
        return ClientOf(credential);
    }

    private GraphInvalidateClient ClientOf(GraphInvalidateCredential credential) => new(new() { Endpoint = emulator.Address, Credential = credential });

    internal static void AssertHushed(string shown) =>
        Assert.All(Hushed, secret => Assert.DoesNotContain(secret, shown, StringComparison.Ordinal));
}
