using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class LifetimeTests(Emulator emulator)
{
    [Fact]
    public async Task A_disposed_client_says_so()
    {
        GraphInvalidateClient client = await emulator.FreshClientAsync();
        client.Dispose();
        client.Dispose();

        Assert.Equal(nameof(GraphInvalidateClient), Assert.Throws<ObjectDisposedException>(() => client.Invalidate()).ObjectName);
        Assert.Throws<ObjectDisposedException>(() => client.Verify("me", DateTimeOffset.UtcNow));
        Assert.Throws<ObjectDisposedException>(() => client.SetAccessToken("token"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.InvalidateAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.VerifyAsync("me", DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task A_call_in_flight_ends_well_when_the_client_is_disposed_of()
    {
        GraphInvalidateClient client = await emulator.FreshClientAsync();
        await emulator.ArmAsync(new { kind = "delay", milliseconds = 400, times = 8 });
        Task<InvalidateOutcome>[] calls = [.. Enumerable.Range(0, 8).Select(_ => client.InvalidateAsync(Emulator.Adele))];
        while ((await emulator.RequestsAsync()).Length < 8)
        {
            await Task.Delay(5);
        }

        Parallel.For(0, 8, _ => client.Dispose());

        Assert.All(await Task.WhenAll(calls), outcome => Assert.Equal("accepted", outcome.Status));
        Assert.Throws<ObjectDisposedException>(() => client.Invalidate());
    }

    [Fact]
    public async Task Disposing_and_calling_at_once_never_crashes()
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        for (int round = 0; round < 50; round++)
        {
            GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, AccessToken = token });
            using Barrier together = new(4);
            void Call()
            {
                together.SignalAndWait();
                try
                {
                    Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
                }
                catch (ObjectDisposedException)
                {
                    // The other answer that is right.
                }
            }

            Parallel.Invoke(Call, Call, Call, () => { together.SignalAndWait(); client.Dispose(); });
        }
    }

    [Fact]
    public async Task One_client_serves_32_threads_at_once()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        int accepted = 0;
        Thread[] threads = [.. Enumerable.Range(0, 32).Select(number => new Thread(() =>
        {
            for (int call = 0; call < 20; call++)
            {
                try
                {
                    client.Invalidate(number % 2 == 0 ? Emulator.Adele : "nobody@contoso.example");
                    Interlocked.Increment(ref accepted);
                }
                catch (UserException missing) when (missing.User == "nobody@contoso.example")
                {
                    Interlocked.Increment(ref accepted);
                }
            }
        }))];

        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(32 * 20, accepted);
        Assert.Equal(32 * 20, (await emulator.RequestsAsync()).Length);
    }

    [Fact]
    public async Task Awaited_calls_are_no_threads()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        await emulator.ArmAsync(new { kind = "delay", milliseconds = 500, times = 400 });
        int threads = Threads(), before = Available();

        Task<InvalidateOutcome>[] calls = [.. Enumerable.Range(0, 400).Select(_ => client.InvalidateAsync(Emulator.Adele))];
        await Task.Delay(300);

        Assert.InRange(Threads() - threads, int.MinValue, 16);
        Assert.InRange(before - Available(), int.MinValue, 8);
        Assert.All(await Task.WhenAll(calls), outcome => Assert.Equal("accepted", outcome.Status));
        Assert.Equal("invalid_user", (await Assert.ThrowsAsync<InvalidInputException>(() => client.InvalidateAsync("a/b"))).Status);

        static int Threads() => System.IO.Directory.GetDirectories("/proc/self/task").Length;
        static int Available()
        {
            ThreadPool.GetAvailableThreads(out int workers, out _);
            return workers;
        }
    }
}
