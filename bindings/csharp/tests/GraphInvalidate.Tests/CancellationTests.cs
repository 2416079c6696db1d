using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class CancellationTests(Emulator emulator)
{
    private static readonly TimeSpan SoonEnough = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stalled_call_ends_within_100_ms_of_being_cancelled(bool blocking)
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        await emulator.ArmAsync(new { kind = "stall", times = 99 });
        using CancellationTokenSource source = new();
        Task<InvalidateOutcome> call = blocking
            ? Task.Run(() => client.Invalidate(Emulator.Adele, source.Token))
            : client.InvalidateAsync(Emulator.Adele, source.Token);
        await UntilRequestedAsync();

        Stopwatch late = Stopwatch.StartNew();
        source.Cancel();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        Assert.InRange(late.Elapsed, TimeSpan.Zero, SoonEnough);
        Assert.Equal(source.Token, cancelled.CancellationToken);
        Assert.True(blocking || call.IsCanceled);
        RunException inner = Assert.IsType<RunException>(cancelled.InnerException);
        Assert.Equal("cancelled", inner.Status);
        Assert.Contains("had left", inner.Message, StringComparison.Ordinal);
        Assert.Equal(inner.Message, cancelled.Message);
    }

    [Fact]
    public async Task A_verification_that_waits_ends_when_it_is_cancelled()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        using CancellationTokenSource source = new();
        Task<InvalidateOutcome> call = client.VerifyAsync(Emulator.Adele, DateTimeOffset.UtcNow.AddHours(1), source.Token);
        await UntilRequestedAsync();

        Stopwatch late = Stopwatch.StartNew();
        source.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.InRange(late.Elapsed, TimeSpan.Zero, SoonEnough);
    }

    [Fact]
    public async Task Nothing_is_sent_with_a_token_that_was_cancelled_before()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        CancellationToken cancelled = new(canceled: true);

        Assert.Throws<OperationCanceledException>(() => client.Invalidate(Emulator.Adele, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.InvalidateAsync(Emulator.Adele, cancelled));
        Assert.Empty(await emulator.RequestsAsync());
    }

    [Fact]
    public async Task Cancelling_afterwards_does_nothing_and_a_token_serves_many_calls()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        using CancellationTokenSource source = new();

        for (int call = 0; call < 20; call++)
        {
            Assert.Equal("accepted", (await client.InvalidateAsync(Emulator.Adele, source.Token)).Status);
        }

        source.Cancel();
        Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
    }

    [Fact]
    public async Task Cancelling_one_call_leaves_the_others_alone()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        await emulator.ArmAsync(new { kind = "delay", milliseconds = 600, times = 2 });
        using CancellationTokenSource source = new();
        Task<InvalidateOutcome> first = client.InvalidateAsync(Emulator.Adele, source.Token);
        Task<InvalidateOutcome> second = client.InvalidateAsync("admin@contoso.example");

        source.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal("accepted", (await second).Status);
    }

    private async Task UntilRequestedAsync()
    {
        while ((await emulator.RequestsAsync()).Length == 0)
        {
            await Task.Delay(10);
        }
    }
}
