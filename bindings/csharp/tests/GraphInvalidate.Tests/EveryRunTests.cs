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
    public async Task What_the_provider_throws_comes_out()
    {
        await _emulator.ResetAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = _emulator.Address, AccessTokenProvider = _ => throw new TimeoutException() });

        await Assert.ThrowsAsync<TimeoutException>(async () => await Run(client, Users(1)).CountAsync());
    }

    [Fact]
    public async Task A_list_that_fails_ends_the_run_with_its_own_exception()
    {
        using GraphInvalidateClient client = await _emulator.FreshClientAsync();
        await Assert.ThrowsAsync<FormatException>(async () => await Run(client, Failing()).CountAsync());

        static IEnumerable<string> Failing()
        {
            yield return "user000001@contoso.example";
            throw new FormatException();
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
