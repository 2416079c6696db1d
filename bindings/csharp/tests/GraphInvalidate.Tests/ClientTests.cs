using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

public sealed class ClientTests(Emulator emulator)
{
    [Fact]
    public async Task A_user_is_signed_out_and_it_is_proven()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();

        InvalidateOutcome accepted = client.Invalidate(Emulator.Adele);
        InvalidateOutcome verified = await client.VerifyAsync(Emulator.Adele, accepted.ServerDate!.Value);

        Assert.Equal("accepted", accepted.Status);
        Assert.Equal("verified", verified.Status);
    }

    [Fact]
    public async Task The_signed_in_user_is_meant_when_nobody_is_named()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();

        Assert.Equal("me", client.Invalidate().User);
        Assert.Equal("null_argument", Assert.Throws<InvalidInputException>(() => client.Invalidate(null!)).Status);
        Assert.Equal("/beta/me/invalidateAllRefreshTokens", (await emulator.RequestsAsync())[^1].GetProperty("path").GetString());
    }

    [Fact]
    public async Task An_outcome_shows_every_field_that_is_known()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();

        InvalidateOutcome outcome = client.Invalidate("87d349ed-44d7-43e1-9a83-5f2406dee5bd");

        Assert.InRange(outcome.Time, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal("87d349ed-44d7-43e1-9a83-5f2406dee5bd", outcome.User);
        Assert.Equal("87d349ed-44d7-43e1-9a83-5f2406dee5bd", outcome.Id);
        Assert.Equal(200, outcome.HttpStatus);
        Assert.Equal(1, outcome.Attempts);
        Assert.True(Guid.TryParse(outcome.RequestId, out _));
        Assert.True(Guid.TryParse(outcome.ClientRequestId, out _));
        Assert.InRange(outcome.ServerDate!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(TimeSpan.Zero, outcome.ServerDate.Value.Offset);
        Assert.Null(outcome.RetryAfter);
        Assert.Null(outcome.Code);
        Assert.Equal(outcome.RequestId, outcome.Headers.Single(header => header.Key == "request-id").Value);
        Assert.Equal($"{outcome.User}: accepted", outcome.ToString());
    }

    [Fact]
    public async Task An_outcome_cannot_be_changed()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();

        Assert.All(typeof(InvalidateOutcome).GetProperties(), property => Assert.True(
            property.SetMethod is null || property.SetMethod.ReturnParameter.GetRequiredCustomModifiers().Length == 1));
        Assert.True(((ICollection<KeyValuePair<string, string>>)client.Invalidate().Headers).IsReadOnly);
    }

    [Fact]
    public async Task A_failure_carries_every_field_of_its_outcome()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();

        UserException failure = Assert.Throws<UserException>(() => client.Invalidate("nobody@contoso.example"));

        Assert.Equal("user_not_found", failure.Status);
        Assert.Equal(404, failure.HttpStatus);
        Assert.Equal("Request_ResourceNotFound", failure.Code);
        Assert.Equal(failure.Outcome.Message, failure.Message);
        foreach (System.Reflection.PropertyInfo field in typeof(InvalidateOutcome).GetProperties())
        {
            Assert.Equal(field.GetValue(failure.Outcome), typeof(GraphInvalidateException).GetProperty(field.Name)!.GetValue(failure));
        }
    }

    [Fact]
    public async Task Throttling_past_the_timeout_says_how_long_to_wait()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        await emulator.ArmAsync(new { kind = "status", status = 429, headers = new[] { new[] { "Retry-After", "150" } } });

        ThrottledException failure = Assert.Throws<ThrottledException>(() => client.Invalidate(Emulator.Adele));

        Assert.Equal(TimeSpan.FromSeconds(150), failure.RetryAfter);
    }

    public static TheoryData<int, Type> KindsOfFailure => new()
    {
        { 100, typeof(InvalidInputException) },
        { 299, typeof(TokenException) },
        { 300, typeof(PermissionDeniedException) },
        { 400, typeof(UserException) },
        { 500, typeof(ThrottledException) },
        { 600, typeof(NetworkException) },
        { 704, typeof(ServiceException) },
        { 800, typeof(RunException) },
        { 901, typeof(InternalException) },
        { 1000, typeof(GraphInvalidateException) },
    };

    [Theory]
    [MemberData(nameof(KindsOfFailure))]
    public unsafe void The_hundred_of_the_status_is_the_kind_of_failure(int status, Type kind) =>
        Assert.Throws(kind, () => InvalidateOutcome.Take(status, null).OrThrow(default));

    [Fact]
    public unsafe void Below_a_hundred_nothing_failed() => Assert.Equal("verified", InvalidateOutcome.Take(4, null).OrThrow(default).Status);

    [Fact]
    public async Task The_options_reach_the_service()
    {
        await emulator.ResetAsync();
        using GraphInvalidateClient client = new(new()
        {
            Endpoint = emulator.Address,
            AccessToken = "Bearer " + await emulator.TokenAsync(),
            Api = "v1.0",
            Headers = new Dictionary<string, string> { ["x-ms-throttle-priority"] = "high" },
        });

        client.Invalidate(Emulator.Adele);

        System.Text.Json.JsonElement request = (await emulator.RequestsAsync())[^1];
        Assert.EndsWith("/revokeSignInSessions", request.GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.Contains("high", request.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_may_come_later_and_be_replaced()
    {
        await emulator.ResetAsync();
        using GraphInvalidateClient client = new(new() { Endpoint = emulator.Address });

        Assert.Equal("token_missing", Assert.Throws<TokenException>(() => client.Invalidate()).Status);
        client.SetAccessToken(await emulator.TokenAsync());
        Assert.Equal("accepted", client.Invalidate().Status);
        Assert.Equal("token_malformed", Assert.Throws<TokenException>(() => client.SetAccessToken("two tokens")).Status);
        Assert.Equal("accepted", client.Invalidate().Status);
    }

    [Fact]
    public async Task Options_may_be_used_again_with_a_change()
    {
        await emulator.ResetAsync();
        GraphInvalidateClientOptions options = new() { Endpoint = emulator.Address, AccessToken = await emulator.TokenAsync() };
        using GraphInvalidateClient client = new(options with { Api = "v1.0" });

        Assert.Equal("accepted", client.Invalidate(Emulator.Adele).Status);
        Assert.Null(options.Api);
    }

    [Fact]
    public async Task A_time_is_compared_in_whatever_offset_it_is_written()
    {
        using GraphInvalidateClient client = await emulator.FreshClientAsync();
        DateTimeOffset accepted = client.Invalidate(Emulator.Adele).ServerDate!.Value;

        Assert.Equal("verified", client.Verify(Emulator.Adele, accepted.ToOffset(TimeSpan.FromHours(14))).Status);
        Assert.Equal("invalid_time", Assert.Throws<InvalidInputException>(() => client.Verify(Emulator.Adele, default)).Status);
    }

    [Fact]
    public void A_test_makes_outcomes_and_exceptions_of_its_own()
    {
        InvalidateOutcome outcome = new("throttled") { User = Emulator.Adele, RetryAfter = TimeSpan.FromSeconds(5), Message = "Later." };

        ThrottledException failure = Assert.IsType<ThrottledException>(GraphInvalidateException.For(outcome, new TimeoutException()));

        Assert.Equal((TimeSpan.FromSeconds(5), "Later.", Emulator.Adele), (failure.RetryAfter, failure.Message, failure.User));
        Assert.IsType<TimeoutException>(failure.InnerException);
        Assert.IsType<InternalException>(GraphInvalidateException.For(new InvalidateOutcome("no_status_at_all")));
    }

    [Fact]
    public void The_assembly_has_a_strong_name() => Assert.Equal(8, typeof(GraphInvalidateClient).Assembly.GetName().GetPublicKeyToken()!.Length);

    [Fact]
    public async Task Whatever_is_printed_says_something_and_no_secret()
    {
        await emulator.ResetAsync();
        GraphInvalidateClientOptions options = new()
        {
            Endpoint = emulator.Address,
            AccessToken = await emulator.TokenAsync(),
            Headers = new Dictionary<string, string> { ["x-ticket"] = "hush" },
        };
        using GraphInvalidateClient client = new(options);
        using GraphInvalidateRun run = client.BeginRun();
        InvalidateOutcome outcome = client.Invalidate(Emulator.Adele);
        TokenAccess access = client.Access();
        object[] printed =
        [
            options, options with { Endpoint = "https://user:hush@graph.contoso.example" }, client, run, run.Progress, outcome, outcome.Headers, access, access.Findings[0],
            new GraphInvalidateRunOptions { Exclude = ["break.glass@contoso.example"] },
            new GraphInvalidateCredential("client-secret") { ClientSecret = "hush", Authority = "https://user:hush@login.contoso.example" },
            GraphInvalidateException.For(new("throttled")),
        ];

        Assert.All(printed, thing =>
        {
            Assert.DoesNotContain("hush", thing.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(options.AccessToken, thing.ToString(), StringComparison.Ordinal);
            Assert.DoesNotMatch(@"^System\.|^GraphInvalidate\.\w+$|\[\]|`1", thing.ToString());
        });
        Assert.Contains("\ndate: ", outcome.Headers.ToString(), StringComparison.Ordinal);
        Assert.Contains("x-ticket", client.ToString(), StringComparison.Ordinal);
    }
}
