using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class TokenProviderTests(Emulator emulator)
{
    private int _asked;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_asks_for_its_token_no_longer_than_it_may_take(bool blocks)
    {
        await emulator.ResetAsync();
        using GraphInvalidateClient client = ClientOf(_ =>
        {
            if (blocks)
            {
                Thread.Sleep(TimeSpan.FromSeconds(30));
            }

            return new TaskCompletionSource<string>().Task;
        });
        GraphInvalidateRunOptions options = new() { Deadline = TimeSpan.FromMilliseconds(300) };
        Task<RunException> ended = Task.Run(() => Assert.Throws<RunException>(() => client.Run([Emulator.Adele], options).ToList()));

        Assert.Same(ended, await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(20))));
        Assert.Equal("deadline_exceeded", (await ended).Outcome.Status);
        Assert.Equal(0, await emulator.AcceptedUsersAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_provider_is_asked_before_each_call(bool blocking)
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using GraphInvalidateClient client = ClientOf(_ => Task.FromResult(token));

        for (int call = 1; call <= 3; call++)
        {
            Assert.Equal("accepted", (await CallAsync(client, blocking)).Status);
            Assert.Equal(call, _asked);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_that_had_expired_is_asked_for_again_once(bool blocking)
    {
        await emulator.ResetAsync();
        string expired = await emulator.TokenAsync(new { expires_in = -4000 });
        string good = await emulator.TokenAsync();
        using GraphInvalidateClient client = ClientOf(_ => Task.FromResult(_asked == 1 ? expired : good));

        Assert.Equal("accepted", (await CallAsync(client, blocking)).Status);
        Assert.Equal(2, _asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_has_nothing_better_is_not_asked_for_ever(bool blocking)
    {
        await emulator.ResetAsync();
        string expired = await emulator.TokenAsync(new { expires_in = -4000 });
        using GraphInvalidateClient client = ClientOf(_ => Task.FromResult(expired));

        TokenException failure = await Assert.ThrowsAsync<TokenException>(() => CallAsync(client, blocking));

        Assert.Equal("token_expired", failure.Status);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task No_other_failure_is_repeated()
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using GraphInvalidateClient client = ClientOf(_ => Task.FromResult(token));

        Assert.Throws<UserException>(() => client.Invalidate("nobody@contoso.example"));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Without_a_provider_nothing_is_repeated()
    {
        await emulator.ResetAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address, AccessToken = await emulator.TokenAsync() });
        await emulator.ArmAsync(new { kind = "status", status = 401, code = "InvalidAuthenticationToken", message = "Lifetime validation failed, the token is expired." });

        Assert.Throws<TokenException>(() => client.Invalidate(Emulator.Adele));
        Assert.Single(await emulator.RequestsAsync());
    }

    [Fact]
    public async Task A_changed_answer_is_handed_over()
    {
        await emulator.ResetAsync();
        Queue<string> answers = new([await emulator.TokenAsync(), await emulator.TokenAsync(new { permissions = new[] { "User.Read" } })]);
        using GraphInvalidateClient client = ClientOf(_ => Task.FromResult(answers.Dequeue()));

        Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
        Assert.Throws<PermissionDeniedException>(() => client.Invalidate(Emulator.Adele));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_provider_throws_is_the_cause_of_a_token_exception(bool blocking)
    {
        using GraphInvalidateClient client = ClientOf(async _ =>
        {
            await Task.Yield();
            throw new TimeoutException("The sign-in service is asleep.");
        });

        TokenException failure = await Assert.ThrowsAsync<TokenException>(() => CallAsync(client, blocking));
        Assert.Equal("token_provider_failed", failure.Status);
        Assert.Equal("The access token provider failed: The sign-in service is asleep.", failure.Message);
        Assert.IsType<TimeoutException>(failure.InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_gives_up_by_itself_has_failed_and_nobody_has_cancelled(bool blocking)
    {
        using GraphInvalidateClient client = ClientOf(_ => throw new TaskCanceledException("The request timed out."));

        Task call = CallAsync(client, blocking);
        TokenException failure = await Assert.ThrowsAsync<TokenException>(() => call);
        Assert.Equal("The request timed out.", Assert.IsType<TaskCanceledException>(failure.InnerException).Message);
        Assert.True(call.IsFaulted);
    }

    [Theory]
    [InlineData(null, "gave null instead of an access token")]
    [InlineData(" ", "gave an empty text instead of an access token")]
    public void An_answer_that_is_nothing_is_the_providers_fault(string? answer, string message)
    {
        using GraphInvalidateClient client = ClientOf(_ => Task.FromResult(answer!));

        TokenException failure = Assert.Throws<TokenException>(() => client.Invalidate());
        Assert.Equal("token_provider_failed", failure.Status);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_without_a_task_is_told_as_such()
    {
        using GraphInvalidateClient client = ClientOf(_ => null!);

        Assert.Contains("gave null instead of a task", Assert.Throws<TokenException>(() => client.Invalidate()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_provider_that_is_deaf_or_blocks_keeps_no_call_from_ending(bool blocking, bool deaf)
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using ManualResetEventSlim answer = new();
        async Task<string> DeafAsync()
        {
            await Task.Run(answer.Wait);
            return token;
        }

        Task<string> Blocks()
        {
            answer.Wait();
            return Task.FromResult(token);
        }

        Func<CancellationToken, Task<string>> provider = _ => deaf ? DeafAsync() : Blocks();
        using GraphInvalidateClient hurried = new(new() { Endpoint = emulator.Address, AccessTokenProvider = provider, Timeout = TimeSpan.FromMilliseconds(200) });
        using GraphInvalidateClient patient = new(new() { Endpoint = emulator.Address, AccessTokenProvider = provider });
        using CancellationTokenSource source = new(200);

        RunException late = await Assert.ThrowsAsync<RunException>(() => CallAsync(hurried, blocking).WaitAsync(TimeSpan.FromSeconds(10)));
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => CallAsync(patient, blocking, source.Token).WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Equal("deadline_exceeded", late.Status);
        Assert.Equal(source.Token, cancelled.CancellationToken);
        answer.Set();
        await Task.Delay(100);
        Assert.Empty(await emulator.RequestsAsync());
    }

    [Fact]
    public async Task A_blocking_call_in_a_scheduler_of_one_task_at_a_time_does_not_lock_up()
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        using GraphInvalidateClient client = ClientOf(async _ =>
        {
            await Task.Delay(10);
            return token;
        });
        TaskScheduler one = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

        Task<InvalidateOutcome> call = Task.Factory.StartNew(() => client.Invalidate(Emulator.Adele), CancellationToken.None, TaskCreationOptions.None, one);

        Assert.Equal("accepted", (await call.WaitAsync(TimeSpan.FromSeconds(20))).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_provider_gives_goes_with_the_call_that_it_was_asked_for(bool blocking)
    {
        await emulator.ResetAsync();
        const string Other = "o'brien@contoso.example";
        Dictionary<string, string> tokens = new()
        {
            [Emulator.Adele] = await emulator.TokenAsync(new { user = Emulator.Adele }),
            [Other] = await emulator.TokenAsync(new { user = Other }),
        };
        AsyncLocal<string> caller = new();
        using GraphInvalidateClient client = ClientOf(_ => Task.FromResult(tokens[caller.Value!]));
        async Task SignOutAsync(string user)
        {
            caller.Value = user;
            _ = blocking ? await Task.Run(() => client.Invalidate()) : await client.InvalidateAsync();
        }

        for (int round = 1; round <= 20; round++)
        {
            await Task.WhenAll(Task.Run(() => SignOutAsync(Emulator.Adele)), Task.Run(() => SignOutAsync(Other)));
            Assert.Equal((round, round), (await emulator.AcceptedAsync(Emulator.Adele), await emulator.AcceptedAsync(Other)));
        }

        Assert.Throws<InvalidOperationException>(() => client.SetAccessToken("token"));
    }

    [Fact]
    public async Task The_provider_is_given_the_token_of_the_call()
    {
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(50));
        using GraphInvalidateClient client = ClientOf(async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return "never";
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.InvalidateAsync("me", source.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => client.Invalidate("me", source.Token));
    }

    [Fact]
    public async Task A_blocking_call_on_a_thread_with_a_context_does_not_lock_up()
    {
        await emulator.ResetAsync();
        string token = await emulator.TokenAsync();
        int calling = 0, asked = -1;
        using GraphInvalidateClient client = ClientOf(async _ =>
        {
            asked = Environment.CurrentManagedThreadId;
            await Task.Delay(10);
            return token;
        });
        string status = string.Empty;
        Thread thread = new(() =>
        {
            calling = Environment.CurrentManagedThreadId;
            SynchronizationContext.SetSynchronizationContext(new BusyContext());
            status = client.Invalidate(Emulator.Adele).Status;
            Assert.IsType<BusyContext>(SynchronizationContext.Current);
        });

        thread.Start();

        Assert.True(thread.Join(TimeSpan.FromSeconds(20)), "The provider waits for the thread that waits for it.");
        Assert.Equal("accepted", status);
        Assert.Equal(calling, asked);
    }

    [Fact]
    public async Task The_provider_serves_32_threads_at_once()
    {
        await emulator.ResetAsync();
        string[] tokens = [await emulator.TokenAsync(), await emulator.TokenAsync(new { user = "break.glass@contoso.example" })];
        using GraphInvalidateClient client = ClientOf(_ => Task.FromResult(tokens[_asked % 2]));

        InvalidateOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 32 * 10).Select(_ => client.InvalidateAsync(Emulator.Adele)));

        Assert.All(outcomes, outcome => Assert.Equal("accepted", outcome.Status));
        Assert.Equal(32 * 10, _asked);
    }

    private GraphInvalidateClient ClientOf(Func<CancellationToken, Task<string>> provider) => new(new()
    {
        Endpoint = emulator.Address,
        AccessTokenProvider = cancellation =>
        {
            Interlocked.Increment(ref _asked);
            return provider(cancellation);
        },
    });

    private static Task<InvalidateOutcome> CallAsync(GraphInvalidateClient client, bool blocking, CancellationToken cancellationToken = default) => blocking
        ? Task.Run(() => client.Invalidate(Emulator.Adele, cancellationToken))
        : client.InvalidateAsync(Emulator.Adele, cancellationToken);

    /// <summary>The context of a thread that is busy for ever: what is posted to it never runs.</summary>
    private sealed class BusyContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
