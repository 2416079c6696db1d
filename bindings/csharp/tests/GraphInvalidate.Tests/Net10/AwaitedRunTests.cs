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

    [Fact]
    public async Task A_list_that_is_deaf_to_cancellation_keeps_nobody_from_leaving()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        TaskCompletionSource never = new();
        async IAsyncEnumerable<string> Deaf()
        {
            yield return "user000001@contoso.example";
            await never.Task;
        }

        using CancellationTokenSource source = new(500);
        Task<int> cancelled = Task.Run(async () => await client.RunAsync(Deaf(), null, source.Token).CountAsync());
        Task<InvalidateOutcome> left = Task.Run(async () => await client.RunAsync(Deaf()).FirstAsync());

        Assert.Equal("accepted", (await left.WaitAsync(TimeSpan.FromSeconds(20))).Status);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(TimeSpan.FromSeconds(20)));
        never.SetResult();
    }

    [Fact]
    public async Task A_run_is_enumerated_once_and_says_again_how_it_failed()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        IAsyncEnumerable<InvalidateOutcome> run = client.RunAsync(Users(1));
        Assert.Equal(1, await run.CountAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await run.CountAsync());

        client.SetAccessToken(await _emulator.TokenAsync(new { expires_in = -4000 }));
        IAsyncEnumerable<InvalidateOutcome> expired = client.RunAsync(Users(1));
        TokenException first = await Assert.ThrowsAsync<TokenException>(async () => await expired.CountAsync());
        Assert.Same(first, await Assert.ThrowsAsync<TokenException>(async () => await expired.CountAsync()));
    }

    [Fact]
    public async Task Run_to_end_hands_everybody_out_and_gives_the_totals()
    {
        await using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        int count = 0;

        Assert.Equal(30, (await client.RunToEndAsync(Users(30), _ => count++)).Accepted);
        Assert.Equal(30, (await client.RunToEndAsync(Users(30).ToAsyncEnumerable(), _ => count++)).Accepted);
        Assert.Equal(60, count);
    }

    [Fact]
    public async Task A_run_that_is_stepped_is_disposed_of_with_nobody_kept_waiting()
    {
        await using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        GraphInvalidateRun run = client.BeginRun();
        await run.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => run.Next());
    }
}
