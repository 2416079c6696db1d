using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>Runs that are awaited: .NET Standard has no type for them.</summary>
public sealed class AwaitedRunTests(CrowdedEmulator crowded) : EveryRunTests(crowded)
{
    private readonly Emulator _emulator = crowded.Emulator;

    protected override IAsyncEnumerable<InvalidateOutcome> Run(
        GraphInvalidateClient client, IEnumerable<string> users, GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default) =>
        client.RunAsync(users, options, cancellationToken);

    [Fact]
    public async Task Hundreds_have_an_outcome_each()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        List<InvalidateOutcome> outcomes = await client.RunAsync(Users(300)).ToListAsync();

        Assert.Equal(Users(300), outcomes.Select(outcome => outcome.User!).Order(StringComparer.Ordinal));
        Assert.All(outcomes, outcome => Assert.Equal("accepted", outcome.Status));
    }

    [Fact]
    public async Task An_outcome_comes_while_the_next_user_is_long_in_coming()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        Channel<string> users = Channel.CreateUnbounded<string>();
        await using IAsyncEnumerator<InvalidateOutcome> outcomes = client.RunAsync(users.Reader.ReadAllAsync()).GetAsyncEnumerator();

        foreach (string user in Users(3))
        {
            users.Writer.TryWrite(user);
            Assert.True(await outcomes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal(user, outcomes.Current.User);
        }

        users.Writer.Complete();
        Assert.False(await outcomes.MoveNextAsync());
    }
}
