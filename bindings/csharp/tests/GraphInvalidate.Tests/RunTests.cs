using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>Runs that block, and runs that are stepped.</summary>
public sealed class RunTests(CrowdedEmulator crowded) : EveryRunTests(crowded)
{
    private readonly Emulator _emulator = crowded.Emulator;

    protected override IAsyncEnumerable<InvalidateOutcome> Run(
        GraphInvalidateClient client, IEnumerable<string> users, GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default) =>
        client.Run(users, options, cancellationToken).ToAsyncEnumerable();

    [Fact]
    public void An_analyzer_sees_that_a_run_was_thrown_away() => Assert.All(
        typeof(GraphInvalidateClient).GetMethods().Where(method => method.Name is "Run" or "RunAsync"),
        method => Assert.True(method.IsDefined(typeof(System.Diagnostics.Contracts.PureAttribute), inherit: false)));

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
    public async Task A_key_that_cannot_be_one_is_a_failed_outcome_and_the_others_go_on()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        string[] keys = ["user000001@contoso.example", "ad\0x", "\uD83Dx", string.Empty, null!, "a b", "user000002@contoso.example"];

        InvalidateOutcome[] outcomes = [.. client.Run(keys)];

        Assert.Equal(["user000001@contoso.example", "user000002@contoso.example"], outcomes.Where(outcome => outcome.Status == "accepted").Select(outcome => outcome.User));
        InvalidateOutcome[] failed = [.. outcomes.Where(outcome => outcome.Status != "accepted")];
        Assert.Equal(["invalid_utf8", "invalid_utf8", "empty_argument", "null_argument", "invalid_user"], failed.Select(outcome => outcome.Status));
        Assert.Equal(["ad\uFFFDx", "\uFFFDx", null, null, "a b"], failed.Select(outcome => outcome.User));
        Assert.Contains("U+0000", failed[0].Message, StringComparison.Ordinal);
        Assert.Contains("U+D83D", failed[1].Message, StringComparison.Ordinal);
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
        Assert.Throws<ArgumentOutOfRangeException>(() => new GraphInvalidateRunOptions { Wait = TimeSpan.FromSeconds(-2) });
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
    public async Task A_run_is_enumerated_once_and_says_again_how_it_failed()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        IEnumerable<InvalidateOutcome> run = client.Run(Users(1));
        Assert.StartsWith("A run that has not begun", run.ToString(), StringComparison.Ordinal);
        Assert.Single(run);
        Assert.Contains("Run begins another one", Assert.Throws<InvalidOperationException>(() => run.Count()).Message, StringComparison.Ordinal);

        client.SetAccessToken(await _emulator.TokenAsync(new { expires_in = -4000 }));
        IEnumerable<InvalidateOutcome> expired = client.Run(Users(1));
        TokenException first = Assert.Throws<TokenException>(() => expired.Count());
        Assert.Same(first, Assert.Throws<TokenException>(() => expired.Count()));
        Assert.Equal(1, await _emulator.AcceptedUsersAsync());
    }

    [Fact]
    public async Task A_run_that_is_stepped_says_again_how_it_ended()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        using GraphInvalidateRun run = client.BeginRun(new() { Exclude = ["break.gals@contoso.example"] });
        run.Add(Users(1));
        run.FinishInput();

        for (int time = 0; time < 3; time++)
        {
            Assert.Equal("exclusion_unresolved", Assert.Throws<RunException>(() => run.TryNext(Timeout.InfiniteTimeSpan)).Status);
            Assert.True(run.IsCompleted);
        }
    }

    [Fact]
    public async Task Waiting_without_limit_waits_and_a_negative_time_is_refused()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        await _emulator.ArmAsync(new { kind = "delay", milliseconds = 300 });
        using GraphInvalidateRun run = client.BeginRun();
        run.Add(Users(1));

        Assert.Equal("accepted", run.TryNext(Timeout.InfiniteTimeSpan)!.Status);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.TryNext(TimeSpan.FromSeconds(-2)));
    }

    [Fact]
    public async Task Run_to_end_hands_everybody_out_and_gives_the_totals()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        List<InvalidateOutcome> outcomes = [];

        GraphInvalidateRunProgress totals = client.RunToEnd([.. Users(30), "nobody@contoso.example"], outcomes.Add);

        Assert.Equal(31, outcomes.Count);
        Assert.Equal("31 added, 30 accepted, 1 failed", totals.ToString());
        Assert.Throws<NotSupportedException>(() => client.RunToEnd(Users(5), _ => throw new NotSupportedException()));
    }

    [Fact]
    public async Task A_run_takes_a_token_of_its_own()
    {
        await _emulator.ResetAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = _emulator.Address });
        using GraphInvalidateRun run = client.BeginRun();
        run.Add(Users(1));

        Assert.Equal("token_missing", Assert.Throws<TokenException>(() => run.Next()).Status);
        Assert.True(run.NeedsAccessToken);
        run.SetAccessToken(await _emulator.TokenAsync());
        Assert.Equal("accepted", run.Next()!.Status);
        Assert.StartsWith("GraphInvalidateRun: 1 added, 1 ", run.ToString(), StringComparison.Ordinal);
        Assert.Throws<TokenException>(() => client.Invalidate());
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
}
