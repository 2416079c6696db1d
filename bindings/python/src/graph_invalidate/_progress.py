"""How far a run is."""

from dataclasses import dataclass
from datetime import timedelta

from graph_invalidate._declarations import GraphProgress


@dataclass(frozen=True)
class Progress:
    """How far a run is, at one moment.

    Every user that was added is counted in exactly one of ``duplicates``, ``excluded``, ``accepted_before``,
    ``accepted``, ``failed``, ``planned``, ``waiting`` and ``in_flight``. With verification those of ``accepted`` and
    ``accepted_before`` are besides in one of ``verified``, ``unverified`` and ``verifying``, unless the journal calls
    them verified.

    Attributes:
        added: How many users were added.
        duplicates: How many of them were there before under the same key, or the same object id.
        excluded: How many were left out as excluded.
        accepted_before: How many were accepted in an earlier part of the run, by the journal.
        accepted: How many the service accepted, whether they were verified or not.
        verified: How many of ``accepted`` and ``accepted_before`` were verified.
        failed: How many failed for good: the service did not accept them.
        planned: How many a dry run found.
        waiting: How many wait to be sent, or to be sent again.
        never_attempted: How many of those were never attempted.
        in_flight: How many are on the way; after the end, how many were on the way then.
        verifying: How many of ``accepted`` and ``accepted_before`` wait to be verified.
        attempts: How many times a user was sent, repeated attempts included.
        throttled: How many times the service refused for its quota.
        rate: Users a second, over the last seconds.
        pace: Users a second that the quota allows in the long run; infinite without pacing.
        pause: How long nothing is sent: because the service asked for it or, where ``unanswered`` is not 0, because it
            does not answer.
        time_left: How long the users that wait will take, by what is known of the quota.
        wanted: How many more users may be added without memory growing.
        unanswered: How many requests in a row had no answer.
        unverified: How many of ``accepted`` and ``accepted_before`` were looked at in vain: they are signed out by all
            that is known, but that is not proved.
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


_LONGEST_MS = int(timedelta.max.total_seconds()) * 1000


def read_progress(raw: GraphProgress) -> Progress:
    """Copies a progress out of the library's structure."""
    fields = {name: getattr(raw, name) for name, *_ in GraphProgress._fields_[1:]}
    for name in ("pause", "time_left"):
        fields[name] = timedelta(milliseconds=min(fields.pop(name + "_ms"), _LONGEST_MS))
    return Progress(**fields)
