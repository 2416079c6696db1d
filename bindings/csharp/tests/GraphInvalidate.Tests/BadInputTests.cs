using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class BadInputTests(Emulator emulator)
{
    public static TheoryData<string, string, string> BadUsers => new()
    {
        { "", "empty_argument", "user is empty." },
        { " \t ", "empty_argument", "The user key is empty." },
        { "adele\0vance", "invalid_utf8", "user holds a NUL character (U+0000) at byte 5." },
        { "\0", "invalid_utf8", "user holds a NUL character (U+0000) at byte 0." },
        { "jörg\0", "invalid_utf8", "user holds a NUL character (U+0000) at byte 5." },
        { "jörg\uD800@contoso.example", "invalid_utf8", "user holds half of a surrogate pair (U+D800) at byte 5." },
        { "jörg@contoso.example\uD83D", "invalid_utf8", "user holds half of a surrogate pair (U+D83D) at byte 21." },
        { "\uDC00jörg", "invalid_utf8", "user holds half of a surrogate pair (U+DC00) at byte 0." },
        { "a\uDC00\0", "invalid_utf8", "user holds half of a surrogate pair (U+DC00) at byte 1." },
        { "a\0\uDC00", "invalid_utf8", "user holds a NUL character (U+0000) at byte 1." },
        { "\uD83D\0\uDE00", "invalid_utf8", "user holds half of a surrogate pair (U+D83D) at byte 0." },
        { "a/b", "invalid_user", "The user key holds a slash (U+002F) as its character 2." },
    };

    [Theory]
    [MemberData(nameof(BadUsers), DisableDiscoveryEnumeration = true)]
    public async Task A_user_that_cannot_be_one_is_refused_in_one_sentence(string user, string status, string message)
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();

        InvalidInputException failure = Assert.Throws<InvalidInputException>(() => client.Invalidate(user));

        Assert.Equal(status, failure.Status);
        Assert.Equal(message, failure.Message);
        Assert.Empty(await emulator.RequestsAsync());
    }

    [Fact]
    public async Task A_user_of_a_megabyte_is_refused()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();

        InvalidInputException failure = Assert.Throws<InvalidInputException>(() => client.Invalidate(new string('x', 1 << 20)));

        Assert.Equal("The user key is 1048576 bytes long; the maximum is 1024.", failure.Message);
    }

    [Fact]
    public async Task A_user_beyond_the_basic_plane_arrives_whole()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();

        Assert.Equal("😀@contoso.example", Assert.Throws<UserException>(() => client.Invalidate("😀@contoso.example")).User);
        Assert.EndsWith("/users/%F0%9F%98%80%40contoso.example/invalidateAllRefreshTokens", (await emulator.RequestsAsync())[^1].GetProperty("path").GetString(), StringComparison.Ordinal);
    }

    public static TheoryData<GraphInvalidateClientOptions, string, string> BadOptions => new()
    {
        { new() { AccessToken = "" }, "empty_argument", "token is empty." },
        { new() { Cloud = "mars" }, "invalid_option", "mars" },
        { new() { Cloud = "glo\0bal" }, "invalid_utf8", "cloud holds a NUL character (U+0000) at byte 3." },
        { new() { Endpoint = "ftp://contoso.example" }, "invalid_endpoint", "ftp" },
        { new() { Api = "v2" }, "invalid_option", "v2" },
        { new() { Proxy = "socks5://proxy" }, "invalid_proxy", "SOCKS" },
        { new() { CaFile = "/nowhere/ca.pem" }, "invalid_ca_file", "/nowhere/ca.pem" },
        { new() { Headers = new Dictionary<string, string> { ["Authorization"] = "x" } }, "invalid_header", "Authorization" },
        { new() { Headers = new Dictionary<string, string> { [""] = "x" } }, "empty_argument", "header" },
        { new() { Headers = new Dictionary<string, string> { ["x"] = null! } }, "null_argument", "header's value" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void An_option_that_cannot_be_used_is_refused_by_name(GraphInvalidateClientOptions options, string status, string messageContains)
    {
        InvalidInputException failure = Assert.Throws<InvalidInputException>(() => new GraphInvalidateClient(options));

        Assert.Equal(status, failure.Status);
        Assert.Contains(messageContains, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_may_not_have_the_token_is_refused() =>
        Assert.Equal("host_refused", Assert.Throws<NetworkException>(() => new GraphInvalidateClient(new() { Endpoint = "http://far.example" })).Status);

    [Theory]
    [InlineData(-2)]
    [InlineData(4_294_967_296)]
    public void A_timeout_that_is_none_is_refused(long milliseconds)
    {
        ArgumentOutOfRangeException failure = Assert.Throws<ArgumentOutOfRangeException>(
            () => new GraphInvalidateClientOptions { Timeout = TimeSpan.FromMilliseconds(milliseconds) });
        Assert.Contains("not below zero", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeout_without_limit_is_one()
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, AccessTokenProvider = _ => Task.FromResult(token), Timeout = Timeout.InfiniteTimeSpan });

        Assert.Equal("accepted", client.Invalidate().Status);
        Assert.Single(client.Run([Emulator.Adele], new() { Deadline = Timeout.InfiniteTimeSpan, Wait = Timeout.InfiniteTimeSpan }));
    }

    public static TheoryData<GraphInvalidateClientOptions> GivenAsNothing =>
    [
        new GraphInvalidateClientOptions { ExpectTenant = null }, new GraphInvalidateClientOptions { ExpectTenant = "" }, new GraphInvalidateClientOptions { ExpectTenant = " " }, new GraphInvalidateClientOptions { Endpoint = "" }, new GraphInvalidateClientOptions { CaFile = "" },
        new GraphInvalidateClientOptions { Endpoint = null }, new GraphInvalidateClientOptions { CaFile = null },
        new GraphInvalidateClientOptions { Credential = new("client-secret") { Tenant = null, ClientId = "c", ClientSecret = "s" } },
        new GraphInvalidateClientOptions { Credential = new("client-secret") { Tenant = "t", ClientId = null, ClientSecret = "s" } },
        new GraphInvalidateClientOptions { Credential = new("client-secret") { Tenant = "t", ClientId = "c", ClientSecret = null } },
        new GraphInvalidateClientOptions { Credential = new("client-certificate") { Tenant = "t", ClientId = "c", CertificateFile = null } },
        new GraphInvalidateClientOptions { Credential = new("managed-identity") { ObjectId = null } },
        new GraphInvalidateClientOptions { Credential = new("client-certificate") { Tenant = "t", ClientId = "c", CertificateFile = "" } },
        new GraphInvalidateClientOptions { Credential = new("client-certificate") { Tenant = "t", ClientId = "c", Certificate = [] } },
        new GraphInvalidateClientOptions { Credential = new("workload-identity") { Tenant = "t", ClientId = "c", FederatedTokenFile = "" } },
    ];

    [Theory]
    [MemberData(nameof(GivenAsNothing), DisableDiscoveryEnumeration = true)]
    public void What_protects_or_says_where_things_go_is_refused_as_nothing(GraphInvalidateClientOptions options)
    {
        // What the environment has under the names of Azure's tools must not stand in for it.
        options.Environment = new Dictionary<string, string>
        {
            ["AZURE_TENANT_ID"] = "t",
            ["AZURE_CLIENT_ID"] = "c",
            ["AZURE_CLIENT_SECRET"] = "s",
            ["AZURE_CLIENT_CERTIFICATE_PATH"] = "/c.pem",
        };
        InvalidInputException refused = Assert.Throws<InvalidInputException>(() => new GraphInvalidateClient(options));
        Assert.Contains(refused.Status, new[] { "invalid_option", "empty_argument", "invalid_credential" });
    }

    [Fact]
    public async Task The_shortest_timeout_is_not_taken_for_none()
    {
        await emulator.ResetAsync();
        await emulator.ArmAsync(new { kind = "stall", times = 9 });
        string token = await emulator.TokenAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, AccessToken = token, Timeout = TimeSpan.FromTicks(1) });

        Assert.Equal("deadline_exceeded", Assert.Throws<RunException>(() => client.Invalidate()).Status);
    }

    [Fact]
    public void No_secret_is_shown_by_options_or_failures()
    {
        GraphInvalidateClientOptions options = new()
        {
            AccessToken = "hush-token",
            Proxy = "http://user:hush-proxy@[",
            Headers = new Dictionary<string, string> { ["x-key"] = "hush-header\n" },
        };

        Assert.DoesNotContain("hush", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", Assert.Throws<InvalidInputException>(() => new GraphInvalidateClient(options)).ToString(), StringComparison.Ordinal);
        options.Proxy = null;
        Assert.DoesNotContain("hush", Assert.Throws<InvalidInputException>(() => new GraphInvalidateClient(options)).ToString(), StringComparison.Ordinal);
        options.Headers = null;
        options.AccessToken = "hush token";
        Assert.DoesNotContain("hush", Assert.Throws<TokenException>(() => new GraphInvalidateClient(options)).ToString(), StringComparison.Ordinal);
    }
}
