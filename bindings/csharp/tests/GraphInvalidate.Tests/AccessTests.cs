using System;
using System.Linq;
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

    [Fact]
    public void A_client_that_was_disposed_of_says_so()
    {
        GraphInvalidateClient client = new();
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.Access(TestContext.Current.CancellationToken));
    }
}
