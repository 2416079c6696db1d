"""How far a run is. Made by ``cargo xtask abi`` from the library's source: do not edit."""

from dataclasses import dataclass
from datetime import timedelta

from graph_invalidate._declarations import GraphProgress
from graph_invalidate._reading import milliseconds


@dataclass(frozen=True)
class Progress:
    """How far a run is, at one moment.

    Every user that was added is counted in exactly one of duplicates, excluded, accepted_before, accepted,
    failed, planned, waiting and in_flight. With verification those of accepted and accepted_before are
    besides in one of verified, unverified and verifying, unless the journal calls them verified.

    Attributes:
        added: Number of users added.
        duplicates: Number of added users that were duplicates (same key or object id).
        excluded: Number of users left out as excluded.
        accepted_before: Number of users accepted in an earlier part of the run, according to the journal.
        accepted: Number of users the service accepted, verified or not.
        verified: Number of users in accepted and accepted_before that were verified.
        failed: Number of users that failed: the service did not accept them.
        planned: Number of users that a dry run found.
        waiting: Number of users waiting to be sent, or to be sent again.
        never_attempted: Number of those that were never attempted.
        in_flight: Number of users in flight. After the end: those in flight when the run ended.
        verifying: Number of users in accepted and accepted_before that wait to be verified.
        attempts: Number of times a user was sent, retries included.
        throttled: Number of refusals because a quota was exceeded.
        rate: Users per second, over the last seconds.
        pace: Users per second that the known quota allows in the long run; ``math.inf`` without pacing.
        pause: Time for which nothing is sent: because the service asked for it or, if unanswered is not
            0, because it does not answer.
        time_left: Estimated time for the waiting users, by what is known of the quota.
        wanted: Number of users that may be added now without memory growing: for programs that stream a
            long list.
        unanswered: Number of consecutive requests without a response.
        unverified: Number of users in accepted and accepted_before whose sign-out could not be verified.
    """

    added: int
    duplicates: int
    excluded: int
    accepted_before: int
    accepted: int
    verified: int
    failed: int
    planned: int
    waiting: int
    never_attempted: int
    in_flight: int
    verifying: int
    attempts: int
    throttled: int
    rate: float
    pace: float
    pause: timedelta
    time_left: timedelta
    wanted: int
    unanswered: int
    unverified: int


def read_progress(raw: GraphProgress) -> Progress:
    """Copies what is known out of the library's memory."""
    return Progress(
        added=raw.added,
        duplicates=raw.duplicates,
        excluded=raw.excluded,
        accepted_before=raw.accepted_before,
        accepted=raw.accepted,
        verified=raw.verified,
        failed=raw.failed,
        planned=raw.planned,
        waiting=raw.waiting,
        never_attempted=raw.never_attempted,
        in_flight=raw.in_flight,
        verifying=raw.verifying,
        attempts=raw.attempts,
        throttled=raw.throttled,
        rate=raw.rate,
        pace=raw.pace,
        pause=milliseconds(raw.pause_ms),
        time_left=milliseconds(raw.time_left_ms),
        wanted=raw.wanted,
        unanswered=raw.unanswered,
        unverified=raw.unverified,
    )
