using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>
/// The environment as .NET has it reaches the native library, which outside Windows sees only what the process was
/// started with.
/// </summary>
public sealed class EnvironmentTests(Emulator emulator, ProxyEmulator proxy) : IClassFixture<ProxyEmulator>
{
    private const string Endpoint = "GRAPH_INVALIDATE_ENDPOINT";

    [Fact]
    public async Task An_endpoint_that_the_program_sets_is_honoured_where_it_is_this_machine_and_refused_elsewhere()
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using (new Variables((Endpoint, emulator.Address)))
        {
            using GraphInvalidateClient client = new(new() { AccessToken = token });
            Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
        }

        using (new Variables((Endpoint, "https://gateway.contoso.example")))
        {
            NetworkException failure = Assert.Throws<NetworkException>(() => new GraphInvalidateClient(new() { AccessToken = token }));
            Assert.Equal("host_refused", failure.Status);
            Assert.Contains(Endpoint, failure.Message, StringComparison.Ordinal);
            using GraphInvalidateClient unseen = new(new() { AccessToken = token, Environment = new Dictionary<string, string>() });
        }

        using (new Variables((Endpoint, "https://gateway.contoso.example")))
        {
            using GraphInvalidateClient instead = new(new() { AccessToken = token, Environment = new Dictionary<string, string> { [Endpoint] = emulator.Address } });
            Assert.Equal("accepted", instead.Invalidate(Emulator.Adele).Status);
        }

        Assert.Equal(2, (await emulator.RequestsAsync()).Length);
    }

    [Fact]
    public async Task A_proxy_that_the_program_sets_is_asked_but_for_the_hosts_that_it_excludes()
    {
        await proxy.Emulator.ResetAsync();
        string token = await proxy.Emulator.TokenAsync();
        using Variables variables = new(("HTTPS_PROXY", proxy.Emulator.Address), ("NO_PROXY", null), ("no_proxy", null));
        using GraphInvalidateClient client = new(new() { AccessToken = token, Cloud = "global", CaFile = proxy.Authority });
        Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
        Assert.Equal("graph.microsoft.com", Assert.Single(await proxy.Emulator.RequestsAsync()).GetProperty("server_name").GetString());

        // A name that exists nowhere: the proxy refuses it, and without the proxy it cannot be resolved.
        GraphInvalidateClientOptions elsewhere = new() { AccessToken = token, Endpoint = "https://graph.contoso.example" };
        using GraphInvalidateClient proxied = new(elsewhere);
        using Variables excluding = new(("NO_PROXY", "contoso.example"));
        using GraphInvalidateClient direct = new(elsewhere);
        Assert.Equal("proxy_failed", Assert.Throws<NetworkException>(() => proxied.Invalidate(Emulator.Adele)).Status);
        Assert.Equal("name_resolution_failed", Assert.Throws<NetworkException>(() => direct.Invalidate(Emulator.Adele)).Status);
    }

    [Fact]
    public async Task A_tenant_that_the_program_expects_is_the_only_one_in_which_it_acts()
    {
        await emulator.ResetAsync();
        using Variables variables = new(("GRAPH_INVALIDATE_EXPECT_TENANT", "11111111-2222-4333-8444-555555555555"));
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, AccessToken = await emulator.TokenAsync() });

        Assert.Equal("token_wrong_tenant", Assert.Throws<TokenException>(() => client.Invalidate(Emulator.Adele)).Status);
        Assert.Empty(await emulator.RequestsAsync());
    }

    [Fact]
    public async Task A_credential_without_an_environment_of_its_own_reads_the_clients()
    {
        await emulator.ResetAsync();
        GraphInvalidateCredential application = SignInTests.Application;
        GraphInvalidateClientOptions options = new()
        {
            Endpoint = emulator.Address,
            Credential = new("environment"),
            Environment = new Dictionary<string, string>
            {
                ["AZURE_TENANT_ID"] = application.Tenant!,
                ["AZURE_CLIENT_ID"] = application.ClientId!,
                ["AZURE_CLIENT_SECRET"] = application.ClientSecret!,
            },
        };
        using GraphInvalidateClient client = new(options);

        Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
        SignInTests.AssertHushed(options.ToString());
    }
}

/// <summary>Variables of this process's environment, until disposed of.</summary>
internal sealed class Variables : IDisposable
{
    private readonly (string Name, string? Value)[] _before;

    public Variables(params (string Name, string? Value)[] variables)
    {
        _before = [.. variables.Select(variable => (variable.Name, Environment.GetEnvironmentVariable(variable.Name)))];
        Set(variables);
    }

    public void Dispose() => Set(_before);

    private static void Set((string Name, string? Value)[] variables) =>
        Array.ForEach(variables, variable => Environment.SetEnvironmentVariable(variable.Name, variable.Value));
}
