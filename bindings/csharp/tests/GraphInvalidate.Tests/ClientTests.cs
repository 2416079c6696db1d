using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class ClientTests(Emulator emulator)
{
    [Fact]
    public async Task A_user_is_signed_out_and_it_is_proven()
    {
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, AccessToken = await emulator.TokenAsync() });
        InvalidateOutcome accepted = client.Invalidate(Emulator.Adele, TestContext.Current.CancellationToken);
        Assert.Equal("accepted", accepted.Status);
        InvalidateOutcome verified = await client.VerifyAsync(Emulator.Adele, accepted.ServerDate!.Value, TestContext.Current.CancellationToken);
        Assert.Equal("verified", verified.Status);
    }
}
