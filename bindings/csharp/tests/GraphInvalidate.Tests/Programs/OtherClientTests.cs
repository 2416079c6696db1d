using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Tasks;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>Azure.Identity signs in to the emulator as ours does: its requests and ours, field by field.</summary>
public sealed class OtherClientTests(StepEmulator emulator) : IClassFixture<StepEmulator>
{
    private const string Application = "aaaaaaaa-0000-4000-8000-000000000003";
    private const string Identity = "aaaaaaaa-0000-4000-8000-000000000011";
    private const string Customer = "c0575000-0000-4000-8000-000000000001";
    private const string Exchange = "api://AzureADTokenExchange";

    /// <summary>The headers that mean something; who asks differs.</summary>
    private static readonly string[] Compared = ["content-length", "metadata", "x-identity-header", "x-tfs-fedauthredirect"];

    [Fact]
    public async Task A_step_of_azure_pipelines_gets_its_token_by_the_same_request()
    {
        Dictionary<string, string> step = emulator.Environment;
        using Variables variables = new(("SYSTEM_OIDCREQUESTURI", step["SYSTEM_OIDCREQUESTURI"]));

        await CompareAsync(
            new AzurePipelinesCredential(
                step["AZURESUBSCRIPTION_TENANT_ID"],
                step["AZURESUBSCRIPTION_CLIENT_ID"],
                step["AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"],
                step["SYSTEM_ACCESSTOKEN"],
                emulator.Reached(new AzurePipelinesCredentialOptions { DisableInstanceDiscovery = true })),
            new("workload-identity") { Environment = step },
            requests: 2);
    }

    [Fact]
    public async Task A_workload_hands_the_token_of_its_file_over_in_the_same_fields()
    {
        string file = Path.GetTempFileName();
        JsonElement given = await emulator.Emulator.PostAsync("federated_tokens", new { subject = "repo:contoso/incidents:ref:refs/heads/main" });
        await File.WriteAllTextAsync(file, given.GetProperty("token").GetString());

        WorkloadIdentityCredentialOptions theirs = new() { TenantId = Customer, ClientId = Application, TokenFilePath = file, DisableInstanceDiscovery = true };
        await CompareAsync(
            new WorkloadIdentityCredential(emulator.Reached(theirs)),
            new("workload-identity") { Tenant = Customer, ClientId = Application, FederatedTokenFile = file, Environment = new Dictionary<string, string>() },
            requests: 1);
        File.Delete(file);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Identity)]
    public async Task A_managed_identity_vouches_for_an_application_of_another_tenant_by_the_same_requests(string? identity)
    {
        Dictionary<string, string> service = new()
        {
            ["IDENTITY_ENDPOINT"] = $"{emulator.Emulator.Address}/msi/token",
            ["IDENTITY_HEADER"] = "emulated-identity-header",
        };
        using Variables variables = new([.. service.Select(variable => (variable.Key, (string?)variable.Value))]);
        ManagedIdentityId id = identity is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(identity);
        ManagedIdentityCredential vouching = new(emulator.Reached(new ManagedIdentityCredentialOptions(id)));

        GraphInvalidateCredential ours = new("managed-identity-federated") { Tenant = Customer, ClientId = Application, Environment = service };
        await CompareAsync(
            new ClientAssertionCredential(
                Customer,
                Application,
                async cancellation => (await vouching.GetTokenAsync(new([$"{Exchange}/.default"]), cancellation)).Token,
                emulator.Reached(new ClientAssertionCredentialOptions { DisableInstanceDiscovery = true })),
            identity is null ? ours : ours with { IdentityClientId = identity },
            requests: 2);
    }

    /// <summary>
    /// Signs in with theirs and with ours: the same requests, with the same methods, paths with their queries, fields
    /// and headers.
    /// </summary>
    private async Task CompareAsync(TokenCredential theirs, GraphInvalidateCredential ours, int requests)
    {
        await emulator.Emulator.ResetAsync();
        Assert.NotEmpty((await theirs.GetTokenAsync(new(["https://graph.microsoft.com/.default"]), default)).Token);
        string[] expected = await AskedAsync();
        await emulator.Emulator.ResetAsync();
        using GraphInvalidateClient client = new(new() { Cloud = "global", Proxy = emulator.Emulator.Address, CaFile = emulator.Authority, Credential = ours });
        Assert.Equal("signed_in", client.SignIn().Status);

        Assert.Equal(expected, await AskedAsync());
        Assert.Equal(requests, expected.Length);
    }

    /// <summary>What was asked, a line for each request, but for the reading of addresses.</summary>
    private async Task<string[]> AskedAsync()
    {
        JsonElement[] requests = await emulator.Emulator.RequestsAsync();
        return [.. requests.Where(request => !Text(request, "path").Contains("/.well-known/", StringComparison.Ordinal)).Select(Line)];
    }

    private static string Line(JsonElement request)
    {
        // That claims challenges can be answered is said by each client as far as it is true of it.
        IEnumerable<string> fields = Emulator.Asked(request).EnumerateObject()
            .Where(field => field.Name != "claims").Select(field => $"{field.Name}={field.Value}").Order(StringComparer.Ordinal);
        // The length of a form depends on that, too.
        bool isForm = Text(request, "path").EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal);
        IEnumerable<string> headers = request.GetProperty("headers").EnumerateObject()
            .Where(header => Compared.Contains(header.Name) && !isForm).Select(header => $"{header.Name}: {header.Value}").Order(StringComparer.Ordinal);
        // In a query ":" and "/" may stand as they are, or encoded.
        string path = Uri.UnescapeDataString(Text(request, "path"));
        return $"{Text(request, "method")} {path} {string.Join(' ', fields)} {string.Join(' ', headers)} {request.GetProperty("status")}";
    }

    private static string Text(JsonElement request, string name) => request.GetProperty(name).GetString()!;
}

/// <summary>
/// An emulator that stands behind its own proxy for Microsoft's sign-in service, with the environment of a step of
/// Azure Pipelines.
/// </summary>
public sealed class StepEmulator : IDisposable
{
    private readonly HttpClientHandler _handler;

    public StepEmulator()
    {
        Authority = Path.GetTempFileName();
        Emulator = new(["--as-proxy", "--write-ca", Authority, "--env", "azure-pipelines"]);
        while (!Environment.ContainsKey("GRAPH_INVALIDATE_ENDPOINT"))
        {
            string[] variable = Emulator.ReadLine().Split('=', 2);
            Environment[variable[0]] = variable[1];
        }

        _handler = new()
        {
            Proxy = new WebProxy(Emulator.Address, BypassOnLocal: true),
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => IsTrusted(certificate!),
        };
    }

    internal string Authority { get; }

    internal Emulator Emulator { get; }

    internal Dictionary<string, string> Environment { get; } = [];

    /// <summary>Options with which a credential of Azure.Identity reaches this emulator.</summary>
    internal T Reached<T>(T options)
        where T : TokenCredentialOptions
    {
        options.Transport = new HttpClientTransport(_handler);
        options.Retry.MaxRetries = 0;
        return options;
    }

    public void Dispose()
    {
        Emulator.Dispose();
        _handler.Dispose();
        File.Delete(Authority);
    }

    private bool IsTrusted(X509Certificate2 certificate)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
