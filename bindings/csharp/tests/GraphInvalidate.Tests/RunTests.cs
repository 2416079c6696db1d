using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class RunTests(CrowdedEmulator crowded) : IClassFixture<CrowdedEmulator>
{
    private readonly Emulator _emulator = crowded.Emulator;

    [Fact]
    public async Task Everybody_has_an_outcome_and_who_fails_is_no_exception()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        string[] users = [.. Users(50), "nobody@contoso.example", "not a user"];

        Dictionary<string, string> statuses = client.Run(users).ToDictionary(outcome => outcome.User!, outcome => outcome.Status);

        Assert.Equal(users.Order(StringComparer.Ordinal), statuses.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("user_not_found", statuses["nobody@contoso.example"]);
        Assert.Equal("invalid_user", statuses["not a user"]);
        Assert.Equal(50, statuses.Values.Count(status => status == "accepted"));
    }

    [Fact]
    public async Task Everybody_has_an_outcome_when_awaited()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        List<InvalidateOutcome> outcomes = await client.RunAsync(Users(300)).ToListAsync();

        Assert.Equal(Users(300), outcomes.Select(outcome => outcome.User!).Order(StringComparer.Ordinal));
        Assert.All(outcomes, outcome => Assert.Equal("accepted", outcome.Status));
    }

    [Fact]
    public async Task Nothing_is_done_before_somebody_looks()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        IEnumerable<InvalidateOutcome> run = client.Run(Users(1).Select<string, string>(_ => throw new NotSupportedException()));
        Assert.Empty(await _emulator.RequestsAsync());
        Assert.Throws<NotSupportedException>(() => run.Count());
    }

    [Fact]
    public async Task A_list_without_end_is_taken_as_the_run_wants_it_and_outcomes_come_meanwhile()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        int taken = 0;

        Assert.Equal(100, client.Run(Endless(), new() { Rate = 200 }).Take(100).Count());

        Assert.InRange(taken, 100, 100_000);
        IEnumerable<string> Endless()
        {
            while (true)
            {
                yield return $"user{(taken++ % 5000) + 1:D6}@contoso.example";
            }
        }
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_ends_a_run_whose_requests_are_stalled(bool blocking)
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        await _emulator.ArmAsync(new { kind = "stall", times = 99 });
        using CancellationTokenSource source = new();
        Task running = Task.Run(async () => _ = blocking ? client.Run(Users(40), null, source.Token).Count() : await client.RunAsync(Users(40), null, source.Token).CountAsync());
        while ((await _emulator.RequestsAsync()).Length == 0)
        {
            await Task.Delay(10);
        }

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leaving_midway_leaves_a_journal_that_the_rest_is_resumed_from(bool blocking)
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        string journal = Path.GetTempFileName();
        GraphInvalidateRunOptions options = new() { Journal = journal, Rate = 20, BatchSize = 5, Concurrency = 1 };

        Assert.Equal(5, blocking ? client.Run(Users(60), options).Take(5).Count() : await client.RunAsync(Users(60), options).Take(5).CountAsync());
        List<InvalidateOutcome> rest = [.. client.Run(Users(60), new() { Journal = journal, Resume = true })];

        Assert.InRange(rest.Count, 1, 55);
        Assert.Equal(60, await _emulator.AcceptedUsersAsync());
        File.Delete(journal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_provider_is_asked_again_when_the_token_expires_midway(bool blocking)
    {
        await _emulator.ResetAsync();
        await _emulator.ArmAsync(Expired(times: 1));
        string token = await _emulator.TokenAsync();
        string[] tokens = [token, "Bearer " + token];
        int asked = 0;
        using GraphInvalidateClient client = new(new() { Endpoint = _emulator.Address, AccessTokenProvider = _ => Task.FromResult(tokens[asked++]) });

        int accepted = blocking ? client.Run(Users(40)).Count(IsAccepted) : await client.RunAsync(Users(40)).CountAsync(IsAccepted);

        Assert.Equal(40, accepted);
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_has_nothing_better_ends_the_run(bool blocking)
    {
        await _emulator.ResetAsync();
        await _emulator.ArmAsync(Expired(times: 99));
        string token = await _emulator.TokenAsync();
        int asked = 0;
        using GraphInvalidateClient client = new(new() { Endpoint = _emulator.Address, AccessTokenProvider = _ => Task.FromResult(asked++ < 9 ? token : "other") });

        await Assert.ThrowsAsync<TokenException>(async () => _ = blocking ? client.Run(Users(40)).Count() : await client.RunAsync(Users(40)).CountAsync());

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task What_the_provider_throws_comes_out()
    {
        await _emulator.ResetAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = _emulator.Address, AccessTokenProvider = _ => throw new TimeoutException() });

        Assert.Throws<TimeoutException>(() => client.Run(Users(1)).Count());
        await Assert.ThrowsAsync<TimeoutException>(async () => await client.RunAsync(Users(1)).CountAsync());
    }

    [Fact]
    public async Task A_list_that_fails_ends_the_run_with_its_own_exception()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        Assert.Throws<FormatException>(() => client.Run(Failing()).Count());
        await Assert.ThrowsAsync<FormatException>(async () => await client.RunAsync(Failing()).CountAsync());

        static IEnumerable<string> Failing()
        {
            yield return "user000001@contoso.example";
            throw new FormatException();
        }
    }

    [Fact]
    public async Task A_run_that_cannot_go_on_is_an_exception()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        string journal = Path.GetTempFileName();
        Assert.Single(client.Run(Users(1), new() { Journal = journal }));

        Assert.Equal("journal_exists", Assert.Throws<RunException>(() => client.Run(Users(1), new() { Journal = journal }).Count()).Status);
        Assert.Equal("exclusion_unresolved", Assert.Throws<RunException>(() => client.Run(Users(1), new() { Exclude = ["break.gals@contoso.example"] }).Count()).Status);
        Assert.Equal("invalid_option", Assert.Throws<InvalidInputException>(() => client.BeginRun(new() { BatchSize = -1 })).Status);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GraphInvalidateRunOptions { Wait = TimeSpan.Zero });
        File.Delete(journal);
    }

    [Fact]
    public async Task A_run_that_is_stepped_tells_how_far_it_is_and_nothing_after_its_end()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        using GraphInvalidateRun run = client.BeginRun(new() { DryRun = true });
        Assert.Null(run.Notice);
        Assert.Null(run.TryNext(TimeSpan.Zero));
        Assert.InRange(run.Progress.Wanted, 1, int.MaxValue);
        run.Add(Users(3));
        run.Add("USER000001@contoso.example");
        run.FinishInput();
        Assert.Equal("run_closed", Assert.Throws<RunException>(() => run.Add("late@contoso.example")).Status);

        for (int count = 0; count < 3; count++)
        {
            Assert.Equal("planned", run.Next()!.Status);
        }

        Assert.Null(run.Next());
        Assert.True(run.IsCompleted);
        Assert.Equal((4L, 1L, 3L), (run.Progress.Added, run.Progress.Duplicates, run.Progress.Planned));
        Assert.Equal(0, await _emulator.AcceptedUsersAsync());
    }

    [Fact]
    public async Task Disposing_ends_a_wait_on_another_thread()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        GraphInvalidateRun run = client.BeginRun();
        Task<InvalidateOutcome?> waiting = Task.Run(() => run.Next());
        await Task.Delay(50);
        run.Dispose();
        run.Dispose();
        run.Cancel();

        Assert.Null(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Throws<ObjectDisposedException>(() => run.Progress);
        Assert.Throws<ObjectDisposedException>(() => run.Next());
    }

    [Fact]
    public async Task A_null_among_the_users_is_refused_by_name()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        using GraphInvalidateRun run = client.BeginRun();

        Assert.Contains("1", Assert.Throws<InvalidInputException>(() => run.Add(["a@contoso.example", null!])).Message, StringComparison.Ordinal);
        Assert.Equal(0, run.Progress.Added);
    }

    private static bool IsAccepted(InvalidateOutcome outcome) => outcome.Status == "accepted";

    private static object Expired(int times) => new
    {
        kind = "status",
        status = 401,
        code = "InvalidAuthenticationToken",
        message = "Lifetime validation failed, the token is expired.",
        times,
    };

    private static IEnumerable<string> Users(int count) => Enumerable.Range(1, count).Select(number => $"user{number:D6}@contoso.example");
}
