using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>
/// The clouds under their own names: a proxy and an authority alone bring an unchanged client to the emulator.
/// </summary>
public sealed class CloudTests(ProxyEmulator proxy) : IClassFixture<ProxyEmulator>
{
    [Theory]
    [InlineData("global", "login.microsoftonline.com", "graph.microsoft.com")]
    [InlineData("usgov", "login.microsoftonline.us", "graph.microsoft.us")]
    [InlineData("usgov-dod", "login.microsoftonline.us", "dod-graph.microsoft.us")]
    [InlineData("china", "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn")]
    public async Task A_client_signs_in_and_acts_under_each_clouds_own_names(string cloud, string login, string graph)
    {
        await proxy.Emulator.ResetAsync();
        using GraphInvalidateClient client = new(new()
        {
            Credential = SignInTests.Application,
            Cloud = cloud,
            Proxy = proxy.Emulator.Address,
            CaFile = proxy.Authority,
        });

        Assert.Equal("accepted", (await client.InvalidateAsync(Emulator.Adele)).Status);

        Assert.Equal($"https://{graph}/.default", client.Scope);
        JsonElement[] requests = await proxy.Emulator.RequestsAsync();
        Assert.Equal([login, graph], requests.Select(request => request.GetProperty("server_name").GetString()));
        Assert.Equal([login, graph], requests.Select(request => request.GetProperty("headers").GetProperty("host").GetString()));
        Assert.Equal(client.Scope, Emulator.Asked(requests[0]).GetProperty("scope").GetString());
    }
}

/// <summary>
/// An emulator that answers for the clouds' own host names, and the authority behind its certificates.
/// </summary>
public sealed class ProxyEmulator : IDisposable
{
    public ProxyEmulator()
    {
        Authority = Path.GetTempFileName();
        Emulator = new(["--as-proxy", "--write-ca", Authority]);
    }

    public string Authority { get; }

    public Emulator Emulator { get; }

    public void Dispose()
    {
        Emulator.Dispose();
        File.Delete(Authority);
    }
}
