// Made by `cargo xtask abi` from the library's source: do not edit.
using System;

namespace GraphInvalidate;

/// <content>The counts.</content>
public sealed partial class GraphInvalidateRunProgress
{
    /// <summary>
    /// Number of users added.
    /// </summary>
    public long Added => (long)_native.added;

    /// <summary>
    /// Number of added users that were duplicates (same key or object id).
    /// </summary>
    public long Duplicates => (long)_native.duplicates;

    /// <summary>
    /// Number of users left out as excluded.
    /// </summary>
    public long Excluded => (long)_native.excluded;

    /// <summary>
    /// Number of users accepted in an earlier part of the run, according to the journal.
    /// </summary>
    public long AcceptedBefore => (long)_native.accepted_before;

    /// <summary>
    /// Number of users the service accepted, verified or not.
    /// </summary>
    public long Accepted => (long)_native.accepted;

    /// <summary>
    /// Number of users in accepted and accepted_before that were verified.
    /// </summary>
    public long Verified => (long)_native.verified;

    /// <summary>
    /// Number of users that failed: the service did not accept them.
    /// </summary>
    public long Failed => (long)_native.failed;

    /// <summary>
    /// Number of users that a dry run found.
    /// </summary>
    public long Planned => (long)_native.planned;

    /// <summary>
    /// Number of users waiting to be sent, or to be sent again.
    /// </summary>
    public long Waiting => (long)_native.waiting;

    /// <summary>
    /// Number of those that were never attempted.
    /// </summary>
    public long NeverAttempted => (long)_native.never_attempted;

    /// <summary>
    /// Number of users in flight. After the end: those in flight when the run ended.
    /// </summary>
    public long InFlight => (long)_native.in_flight;

    /// <summary>
    /// Number of users in accepted and accepted_before that wait to be verified.
    /// </summary>
    public long Verifying => (long)_native.verifying;

    /// <summary>
    /// Number of times a user was sent, retries included.
    /// </summary>
    public long Attempts => (long)_native.attempts;

    /// <summary>
    /// Number of refusals because a quota was exceeded.
    /// </summary>
    public long Throttled => (long)_native.throttled;

    /// <summary>
    /// Users per second, over the last seconds.
    /// </summary>
    public double Rate => _native.rate;

    /// <summary>
    /// Users per second that the known quota allows in the long run; <see cref="double.PositiveInfinity"/>
    /// without pacing.
    /// </summary>
    public double Pace => _native.pace;

    /// <summary>
    /// Time for which nothing is sent: because the service asked for it or, if unanswered is not 0, because
    /// it does not answer.
    /// </summary>
    public TimeSpan Pause => Time(_native.pause_ms);

    /// <summary>
    /// Estimated time for the waiting users, by what is known of the quota.
    /// </summary>
    public TimeSpan TimeLeft => Time(_native.time_left_ms);

    /// <summary>
    /// Number of users that may be added now without memory growing: for programs that stream a long list.
    /// </summary>
    public int Wanted => (int)Math.Min(_native.wanted, int.MaxValue);

    /// <summary>
    /// Number of consecutive requests without a response.
    /// </summary>
    public int Unanswered => (int)Math.Min(_native.unanswered, int.MaxValue);

    /// <summary>
    /// Number of users in accepted and accepted_before whose sign-out could not be verified.
    /// </summary>
    public long Unverified => (long)_native.unverified;
}
