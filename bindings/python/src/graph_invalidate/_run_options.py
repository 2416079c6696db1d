"""How a run is begun, with its options. Made by ``cargo xtask abi`` from the library's source: do not edit."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from ctypes import c_char_p, sizeof
from typing import Any, Optional, Union

from graph_invalidate import _strings
from graph_invalidate._declarations import GraphRunOptions
from graph_invalidate._run import Run
from graph_invalidate._strings import NOT_GIVEN, Duration, Path, User


class Runs(ABC):
    """What begins runs over many users."""

    def run(  # noqa: PLR0913 the options that every language has
        self,
        users: Union[User, Iterable[User]] = (),
        *,
        journal: Path = NOT_GIVEN,
        exclude: Union[User, Iterable[User]] = NOT_GIVEN,
        throttle_priority: Optional[str] = None,
        rate: Optional[float] = None,
        resume: bool = False,
        verify: bool = False,
        dry_run: bool = False,
        verify_journal: bool = False,
        allow_unresolved_exclusions: bool = False,
        batch_size: Optional[int] = None,
        concurrency: Optional[int] = None,
        wait: Optional[Duration] = None,
        deadline: Optional[Duration] = None,
        resume_within: Optional[Duration] = None,
        ahead: Optional[int] = None,
        max_failures: Optional[int] = None,
        group: Union[User, Iterable[User]] = NOT_GIVEN,
        exclude_group: Union[User, Iterable[User]] = NOT_GIVEN,
        filter: Optional[str] = None,
        everyone: bool = False,
        guests: bool = False,
        allow_empty: bool = False,
        who: bool = False,
    ) -> Run:
        """Signs many users out: paced as the service allows, resumable, verified and on record.

        A token that is used up midway is asked for again where the client has whom to ask. Nothing is sent before
        somebody reads the outcomes: ``for outcome in client.run(users)``.

        Args:
            users: Object ids (as text or ``uuid.UUID``) or user principal names, from a list, a file, a generator or a
                queue: taken as they are sent. What is no list and no file on a disk is read on a thread of its own,
                since it may wait. What is no key, None and NaN included, is a failed outcome, and the others go on.
            journal: The journal file: the record of the run, from which it can be resumed. Left out:
                none.
            exclude: Users that are never signed out, by object id or user principal name: break-glass
                accounts. Each is looked up before anything is sent, so that it is recognised under its other
                name as well. Left out: none. Nobody under this name, an iterator that was read before for
                example, is refused.
            throttle_priority: Value of the x-ms-throttle-priority header, "low", "normal" or "high":
                Graph drops low-priority requests first. Left out: the header is not sent.
            rate: Users per second, with a burst of one second. Waits that the service asks for are always
                obeyed. Left out: the service's published quota (3,000 at once, then 20 per second);
                ``math.inf``: no pacing.
            resume: Continues where the journal ends; users accepted there are not sent again. Without it:
                a journal that is not empty is refused.
            verify: Reads the cut-off back after acceptance; each outcome is then verified or says why
                not.
            dry_run: Lists every user and what is known about them; sends no write request.
            verify_journal: Takes the accepted users from the journal, not from the users given, and
                verifies them again.
            allow_unresolved_exclusions: Continues if an exclusion cannot be looked up; it then protects
                only the exact key given, not the account's other names.
            batch_size: Users per request: 1 (no batching) to 20. Left out: 20.
            concurrency: Maximum number of concurrent requests: 1 to 256. Left out: 16.
            wait: Maximum time to verify one user. Left out: 120 seconds. In seconds, or as a timedelta.
            deadline: Maximum time for the whole run. Left out: no limit. In seconds, or as a timedelta.
            resume_within: Maximum age of the run in a resumed journal. An older one is refused with
                ``journal_too_old``, since users signed out then may have been compromised again. Left out: a
                day. In seconds, or as a timedelta.
            ahead: Maximum number of users that were sent and whose outcome has not been read. Users
                waiting to be verified count as well: with 1, nobody is sent before the last outcome was read.
                Left out: as many as fit into the concurrent requests, plus one batch (340 with the other
                defaults), not counting users waiting to be verified.
            max_failures: Maximum number of failed users: when it is reached, the run ends with the status
                of the last failure. Users already sent may still add to it. Left out: no limit.
            group: Groups whose users are signed out, by object id, or by a display name or address that
                exactly one group has. Users in nested groups count. All users that the options select are
                listed first, completely, and are on record before anybody is signed out; each goes once, by
                object id, after the users that were added. A resumed run goes on with those on record. Left
                out: none. Nobody under this name, an iterator that was read before for example, is refused.
            exclude_group: Groups whose users are never signed out, through all levels: found and listed
                before anything is sent. One without users is refused. Left out: none. Nobody under this name,
                an iterator that was read before for example, is refused.
            filter: Signs out the users for whom this $filter of Microsoft Graph holds, such as
                "accountEnabled eq false". Left out: none.
            everyone: Signs out everyone in the directory.
            guests: Guests who were selected are signed out, too. Without it: they are passed over, since
                their home tenant signs them in.
            allow_empty: A group without users, or a selection of nobody, is no failure. Without it:
                nothing is sent then, and the run ends with ``selection_empty``.
            who: Only names the selected users: each outcome is ``selected``, and no write request is
                sent.

        Returns:
            An iterator of outcomes, which can tell its progress and be cancelled.

        Raises:
            InvalidInputError: An option cannot be used.
            RunError: The journal cannot be used: it holds a run already, belongs to another one, is locked or damaged.

        >>> from graph_invalidate import Client
        >>> with Client(token) as client:
        ...     for outcome in client.run(["adele.vance@contoso.example", "nobody@contoso.example"]):
        ...         print(outcome.user, outcome.status)
        adele.vance@contoso.example accepted
        nobody@contoso.example user_not_found
        """
        exclude_keys = _strings.keys("exclude", exclude)
        group_keys = _strings.keys("group", group)
        exclude_group_keys = _strings.keys("exclude_group", exclude_group)
        options = GraphRunOptions(
            struct_size=sizeof(GraphRunOptions),
            journal=_strings.path("journal", _strings.given("journal", journal)),
            exclude=(c_char_p * len(exclude_keys))(*exclude_keys),
            exclude_len=len(exclude_keys),
            throttle_priority=_strings.text("throttle_priority", throttle_priority),
            rate=_strings.real("rate", rate),
            resume=resume,
            verify=verify,
            dry_run=dry_run,
            verify_journal=verify_journal,
            allow_unresolved_exclusions=allow_unresolved_exclusions,
            batch_size=_strings.count("batch_size", batch_size),
            concurrency=_strings.count("concurrency", concurrency),
            wait_ms=_strings.milliseconds("wait", wait),
            deadline_ms=0 if deadline == math.inf else _strings.milliseconds("deadline", deadline),
            resume_within_ms=_strings.milliseconds("resume_within", resume_within, _strings.FOR_EVER),
            ahead=_strings.count("ahead", ahead),
            tell_users_wanted=1,
            max_failures=_strings.count("max_failures", max_failures),
            group=(c_char_p * len(group_keys))(*group_keys),
            group_len=len(group_keys),
            exclude_group=(c_char_p * len(exclude_group_keys))(*exclude_group_keys),
            exclude_group_len=len(exclude_group_keys),
            filter=_strings.text("filter", filter),
            everyone=everyone,
            guests=guests,
            allow_empty=allow_empty,
            who=who,
        )
        return self._begin_run(users, options)

    @abstractmethod
    def _begin_run(self, users: Any, options: GraphRunOptions) -> Run:
        """Begins the native run."""
