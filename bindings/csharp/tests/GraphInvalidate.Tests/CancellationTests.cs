using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class CancellationTests(Emulator emulator)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_stalled_call_ends_within_100_ms_of_being_cancelled(bool blocking) => EndsSoonAsync(async (client, token) =>
    {
        Task<InvalidateOutcome> call = blocking
            ? Task.Run(() => client.Invalidate(Emulator.Adele, token))
            : client.InvalidateAsync(Emulator.Adele, token);

        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        Assert.Equal(token, cancelled.CancellationToken);
        Assert.True(blocking || call.IsCanceled);
        RunException inner = Assert.IsType<RunException>(cancelled.InnerException);
        Assert.Equal("cancelled", inner.Status);
        Assert.Contains("had been sent", inner.Message, StringComparison.Ordinal);
        Assert.Equal(inner.Message, cancelled.Message);
    });

    [Fact]
    public Task A_stalled_verification_ends_within_100_ms_of_being_cancelled() => EndsSoonAsync((client, token) =>
        Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.VerifyAsync(Emulator.Adele, DateTimeOffset.UtcNow.AddHours(1), token)));

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

    /// <summary>Cancels a call that waits. Five tries: a busy machine may wake the test itself too late.</summary>
    private async Task EndsSoonAsync(Func<GraphInvalidateClient, CancellationToken, Task> callAsync)
    {
        TimeSpan quickest = TimeSpan.MaxValue;
        for (int attempt = 0; attempt < 5 && quickest >= TimeSpan.FromMilliseconds(100); attempt++)
        {
            using GraphInvalidateClient client = await emulator.FreshClientAsync();
            await emulator.ArmAsync(new { kind = "stall", times = 99 });
            using CancellationTokenSource source = new();
            Task call = callAsync(client, source.Token);
            while ((await emulator.RequestsAsync()).Length == 0)
            {
                await Task.Delay(10);
            }

            Stopwatch late = Stopwatch.StartNew();
            source.Cancel();
            await call;
            quickest = late.Elapsed < quickest ? late.Elapsed : quickest;
        }

        Assert.InRange(quickest, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }
}
