using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>What holds for a run whichever way its outcomes are taken.</summary>
public abstract class EveryRunTests(CrowdedEmulator crowded) : IClassFixture<CrowdedEmulator>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly Emulator _emulator = crowded.Emulator;

    protected abstract IAsyncEnumerable<InvalidateOutcome> Run(
        GraphInvalidateClient client, IEnumerable<string> users, GraphInvalidateRunOptions? options = null, CancellationToken cancellationToken = default);

    [Fact]
    public async Task Everybody_has_an_outcome_and_who_fails_is_no_exception()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        string[] users = [.. Users(50), "nobody@contoso.example", "not a user"];

        Dictionary<string, string> statuses = await Run(client, users).ToDictionaryAsync(outcome => outcome.User!, outcome => outcome.Status);

        Assert.Equal(users.Order(StringComparer.Ordinal), statuses.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("user_not_found", statuses["nobody@contoso.example"]);
        Assert.Equal("invalid_user", statuses["not a user"]);
        Assert.Equal(50, statuses.Values.Count(status => status == "accepted"));
    }

    [Fact]
    public async Task Cancelling_ends_a_run_whose_requests_are_stalled()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        await _emulator.ArmAsync(new { kind = "stall", times = 99 });
        using CancellationTokenSource source = new();
        Task running = Task.Run(async () => await Run(client, Users(40), null, source.Token).CountAsync());
        while ((await _emulator.RequestsAsync()).Length == 0)
        {
            await Task.Delay(10);
        }

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Leaving_midway_leaves_a_journal_that_the_rest_is_resumed_from()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        string journal = Path.GetTempFileName();
        GraphInvalidateRunOptions options = new() { Journal = journal, Rate = 20, BatchSize = 5, Concurrency = 1 };

        Assert.Equal(5, await Run(client, Users(60), options).Take(5).CountAsync());
        List<InvalidateOutcome> rest = await Run(client, Users(60), new() { Journal = journal, Resume = true }).ToListAsync();

        Assert.InRange(rest.Count, 1, 55);
        Assert.Equal(60, await _emulator.AcceptedUsersAsync());
        File.Delete(journal);
    }

    [Fact]
    public async Task The_provider_is_asked_again_when_the_token_expires_midway()
    {
        await _emulator.ResetAsync();
        await _emulator.ArmAsync(Expired(times: 1));
        string token = await _emulator.TokenAsync();
        string[] tokens = [token, "Bearer " + token];
        int asked = 0;
        using GraphInvalidateClient client = new(new() { Endpoint = _emulator.Address, AccessTokenProvider = _ => Task.FromResult(tokens[asked++]) });

        int accepted = await Run(client, Users(40)).CountAsync(outcome => outcome.Status == "accepted");

        Assert.Equal(40, accepted);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_provider_that_has_nothing_better_ends_the_run()
    {
        await _emulator.ResetAsync();
        await _emulator.ArmAsync(Expired(times: 99));
        string token = await _emulator.TokenAsync();
        int asked = 0;
        using GraphInvalidateClient client = new(new() { Endpoint = _emulator.Address, AccessTokenProvider = _ => Task.FromResult(asked++ < 9 ? token : "other") });

        await Assert.ThrowsAsync<TokenException>(async () => await Run(client, Users(40)).CountAsync());

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Who_is_on_the_way_when_a_token_is_missing_has_an_outcome_all_the_same()
    {
        await _emulator.ResetAsync();
        string token = await _emulator.TokenAsync();
        int asked = 0;
        using GraphInvalidateClient client = new(new()
        {
            Endpoint = _emulator.Address,
            AccessTokenProvider = _ => asked++ == 0 ? Task.FromResult(token) : throw new NotSupportedException("the vault is sealed"),
        });
        // The first two requests are answered late; the third finds the token expired.
        await _emulator.ArmAsync(
            new { kind = "delay", milliseconds = 500, times = 2, path_contains = "$batch" },
            new { kind = "tokens_expire", after = 2, path_contains = "$batch" });
        string[] users = [.. Users(60)];
        HashSet<string> known = [];

        TokenException refused = await Assert.ThrowsAsync<TokenException>(async () =>
        {
            GraphInvalidateRunOptions options = new() { BatchSize = 10, Concurrency = 3, Rate = double.PositiveInfinity };
            await foreach (InvalidateOutcome outcome in Run(client, users, options))
            {
                known.Add(outcome.User!);
            }
        });

        Assert.IsType<NotSupportedException>(refused.InnerException);
        Assert.InRange(known.Count, 20, 60);
        foreach (string user in users.Where(user => !known.Contains(user)))
        {
            Assert.Equal(0, await _emulator.AcceptedAsync(user));
        }
    }

    [Fact]
    public async Task What_the_provider_throws_is_the_cause_of_a_token_exception()
    {
        await _emulator.ResetAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = _emulator.Address, AccessTokenProvider = _ => throw new TaskCanceledException() });

        Task running = Run(client, Users(1)).CountAsync().AsTask();
        Assert.IsType<TaskCanceledException>((await Assert.ThrowsAsync<TokenException>(() => running)).InnerException);
        Assert.True(running.IsFaulted);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_midway_keeps_no_run_from_ending()
    {
        await _emulator.ResetAsync();
        string token = await _emulator.TokenAsync();
        int asked = 0;
        using ManualResetEventSlim answer = new();
        using GraphInvalidateClient client = new(new()
        {
            Endpoint = _emulator.Address,
            AccessTokenProvider = async _ =>
            {
                if (asked++ > 0)
                {
                    await Task.Run(answer.Wait);
                }

                return token;
            },
        });
        using CancellationTokenSource source = new(500);
        await _emulator.ArmAsync(Expired(times: 9999));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(client, Users(5), null, source.Token).CountAsync().AsTask().WaitAsync(Soon));

        asked = 0;
        GraphInvalidateRunOptions hurried = new() { Deadline = TimeSpan.FromMilliseconds(500) };
        RunException late = await Assert.ThrowsAsync<RunException>(() => Run(client, Users(5), hurried).CountAsync().AsTask().WaitAsync(Soon));
        Assert.Equal("deadline_exceeded", late.Status);
        answer.Set();
    }

    [Fact]
    public async Task A_list_that_breaks_loses_nobody_that_it_gave()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        List<string?> known = [];

        await Assert.ThrowsAsync<FormatException>(async () =>
        {
            await foreach (InvalidateOutcome outcome in Run(client, Breaking()))
            {
                known.Add(outcome.User);
            }
        });

        Assert.Equal(Users(300), known.Order(StringComparer.Ordinal));
        Assert.Equal(300, await _emulator.AcceptedUsersAsync());

        static IEnumerable<string> Breaking()
        {
            foreach (string user in Users(300))
            {
                yield return user;
            }

            throw new FormatException();
        }
    }

    [Fact]
    public async Task A_list_that_gives_up_by_itself_is_no_cancellation()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        Task running = Run(client, Users(1).Select<string, string>(_ => throw new TaskCanceledException())).CountAsync().AsTask();

        Assert.IsType<TaskCanceledException>((await Assert.ThrowsAsync<InvalidOperationException>(() => running)).InnerException);
    }

    [Fact]
    public async Task A_list_that_blocks_holds_up_neither_outcomes_nor_leaving_nor_cancelling()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        using ManualResetEventSlim more = new();
        IEnumerable<string> Blocking()
        {
            yield return "user000001@contoso.example";
            yield return "user000002@contoso.example";
            more.Wait();
        }

        Assert.Equal(2, await Task.Run(async () => await Run(client, Blocking()).Take(2).CountAsync()).WaitAsync(Soon));
        using CancellationTokenSource source = new();
        int known = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(async () =>
        {
            await foreach (InvalidateOutcome outcome in Run(client, Blocking(), null, source.Token))
            {
                if (++known == 2)
                {
                    await source.CancelAsync();
                }
            }
        }).WaitAsync(Soon));
        Assert.Equal(2, known);
        more.Set();
    }

    [Fact]
    public async Task A_run_goes_on_when_its_client_is_disposed_of()
    {
        await _emulator.ResetAsync();
        string token = await _emulator.TokenAsync();
        string[] tokens = [token, "Bearer " + token];
        int asked = 0;
        GraphInvalidateClient client = new(new() { Endpoint = _emulator.Address, AccessTokenProvider = _ => Task.FromResult(tokens[asked++]) });
        int accepted = 0;

        await foreach (InvalidateOutcome outcome in Run(client, Users(200), new() { Rate = 100, BatchSize = 5 }))
        {
            if (++accepted == 1)
            {
                client.Dispose();
                await _emulator.ArmAsync(Expired(times: 1));
            }
        }

        Assert.Equal((200, 2), (accepted, asked));
    }

    [Fact]
    public async Task A_run_that_is_forgotten_ends()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        await ForgetAsync();
        int before = Threads();
        for (int run = 0; run < 5; run++)
        {
            await ForgetAsync();
        }

        for (int round = 0; round < 50 && Threads() > before; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(100);
        }

        Assert.InRange(Threads(), 0, before + 2);

        static int Threads() => System.IO.Directory.GetDirectories("/proc/self/task").Length;
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        async Task ForgetAsync() => await Run(client, Users(5000), new() { Rate = double.PositiveInfinity }).GetAsyncEnumerator().MoveNextAsync();
    }

    [Fact]
    public async Task Nothing_that_protects_may_be_given_as_nothing()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        IEnumerator<string> usedUp = Users(1).GetEnumerator();
        GraphInvalidateRunOptions[] nothing =
        [
            new() { Exclude = null }, new() { Exclude = [] }, new() { Exclude = Rest(usedUp) }, new() { Exclude = [""] }, new() { Exclude = [null!] },
            new() { Journal = null }, new() { Journal = "" },
        ];
        while (usedUp.MoveNext())
        {
        }

        foreach (GraphInvalidateRunOptions options in nothing)
        {
            await Assert.ThrowsAsync<InvalidInputException>(async () => await Run(client, Users(1), options).CountAsync());
        }

        Assert.Empty(await _emulator.RequestsAsync());

        static IEnumerable<string> Rest(IEnumerator<string> list)
        {
            while (list.MoveNext())
            {
                yield return list.Current;
            }
        }
    }

    protected static IEnumerable<string> Users(int count) => Enumerable.Range(1, count).Select(number => $"user{number:D6}@contoso.example");

    private static object Expired(int times) => new
    {
        kind = "status",
        status = 401,
        code = "InvalidAuthenticationToken",
        message = "Lifetime validation failed, the token is expired.",
        times,
    };
}
