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
    public async Task What_the_provider_throws_comes_through_as_it_is(bool blocking)
    {
        using GraphInvalidateClient client = ClientOf(async _ =>
        {
            await Task.Yield();
            throw new TimeoutException("The sign-in service is asleep.");
        });

        TimeoutException failure = await Assert.ThrowsAsync<TimeoutException>(() => CallAsync(client, blocking));
        Assert.Equal("The sign-in service is asleep.", failure.Message);
    }

    [Theory]
    [InlineData(null, "null_argument")]
    [InlineData("", "empty_argument")]
    [InlineData("a\0b", "invalid_utf8")]
    public void An_answer_that_is_no_token_is_refused(string? answer, string status)
    {
        using GraphInvalidateClient client = ClientOf(_ => Task.FromResult(answer!));

        Assert.Equal(status, Assert.Throws<InvalidInputException>(() => client.Invalidate()).Status);
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

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.InvalidateAsync(null, source.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => client.Invalidate(null, source.Token));
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

    private static Task<InvalidateOutcome> CallAsync(GraphInvalidateClient client, bool blocking) => blocking
        ? Task.Run(() => client.Invalidate(Emulator.Adele))
        : client.InvalidateAsync(Emulator.Adele);

    /// <summary>The context of a thread that is busy for ever: what is posted to it never runs.</summary>
    private sealed class BusyContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
