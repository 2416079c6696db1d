using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class AccessTests(Emulator emulator)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_administrators_token_is_told_by_its_claims_and_nothing_is_sent(bool blocking)
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, AccessTokenProvider = _ => Task.FromResult(token) });

        TokenAccess access = blocking ? client.Access(TestContext.Current.CancellationToken) : await client.AccessAsync(TestContext.Current.CancellationToken);

        Assert.Equal("accepted", access.Status);
        Assert.Null(access.Message);
        Assert.Equal("delegated", access.Kind);
        Assert.Equal("admin@contoso.example", access.User);
        Assert.Equal("global", access.Cloud);
        Assert.Equal(emulator.Address, access.Endpoint);
        Assert.True(access.Expires > DateTimeOffset.UtcNow);
        Assert.Contains("User.RevokeSessions.All", access.Permissions);
        Assert.Equal(["User Administrator"], access.DirectoryRoles);
        Assert.Equal(["me", "others", "administrators", "verification"], access.Findings.Select(finding => finding.Job));
        Assert.Equal("allowed", access.Findings[1].Verdict);
        Assert.StartsWith("others: allowed: ", access.Findings[1].ToString(), StringComparison.Ordinal);
        Assert.Empty(await emulator.RequestsAsync());
    }

    [Fact]
    public void A_token_that_is_missing_is_said_and_not_thrown()
    {
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address });

        TokenAccess access = client.Access(TestContext.Current.CancellationToken);

        Assert.Equal("token_missing", access.Status);
        Assert.NotNull(access.Hint);
        Assert.Empty(access.Permissions);
        Assert.All(access.Findings, finding => Assert.NotEqual("allowed", finding.Verdict));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Harmless_reads_tell_whether_one_user_can_be_signed_out_and_nobody_is(bool blocking)
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();

        Assert.Equal("accepted", (await OnlineAsync(client, null, blocking)).Status);
        Assert.DoesNotContain((await OnlineAsync(client, null, blocking)).Findings, finding => finding.Job == "target");
        Assert.Equal("allowed", (await OnlineAsync(client, Emulator.Adele, blocking)).Findings.Single(finding => finding.Job == "target").Verdict);
        Assert.Equal("refused", (await OnlineAsync(client, "nobody@contoso.example", blocking)).Findings.Single(finding => finding.Job == "target").Verdict);
        Assert.Equal("invalid_user", (await Assert.ThrowsAsync<InvalidInputException>(() => OnlineAsync(client, "a/b", blocking))).Status);
        Assert.All(await emulator.RequestsAsync(), request => Assert.Equal("GET", request.GetProperty("method").GetString()));
    }

    [Fact]
    public async Task A_credential_signs_in_to_tell_and_a_sign_in_that_fails_is_an_exception()
    {
        await emulator.ResetAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, Credential = SignInTests.Application });
        using GraphInvalidateClient other = new(new() { Endpoint = emulator.Address, Credential = SignInTests.Application with { ClientSecret = "hush" } });

        TokenAccess access = client.AccessOnline();

        Assert.Equal(("application", "accepted"), (access.Kind, access.Status));
        Assert.Equal("sign_in_refused", Assert.Throws<TokenException>(() => other.AccessOnline()).Status);
    }

    [Fact]
    public async Task A_provider_is_asked_and_cancelling_ends_the_reads()
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, AccessTokenProvider = _ => Task.FromResult(token) });
        Assert.Equal("delegated", (await client.AccessOnlineAsync()).Kind);
        await emulator.ArmAsync(new { kind = "stall", times = 99 });
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(100));

        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AccessOnlineAsync(null, source.Token));

        Assert.Equal(source.Token, cancelled.CancellationToken);
    }

    [Fact]
    public async Task A_client_that_was_disposed_of_says_so()
    {
        GraphInvalidateClient client = new();
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.Access(TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => client.AccessOnline());
        Assert.Throws<ObjectDisposedException>(() => client.SignIn());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.SignInAsync());
    }

    private static async Task<TokenAccess> OnlineAsync(GraphInvalidateClient client, string? user, bool blocking) =>
        blocking ? client.AccessOnline(user) : await client.AccessOnlineAsync(user);
}
