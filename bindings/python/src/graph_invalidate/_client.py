"""The client: signs users out, and proves it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from ctypes import POINTER, byref, c_void_p, pointer, sizeof
from datetime import datetime, timedelta
from typing import Callable, TypeVar

from graph_invalidate import _strings
from graph_invalidate._access import TokenAccess, read_access
from graph_invalidate._cancellation import Cancellation
from graph_invalidate._credential import Credential, credential_options
from graph_invalidate._declarations import GraphAccess, GraphClientOptions, GraphHeader
from graph_invalidate._errors import TokenError, outcome_of
from graph_invalidate._handle import Closable, Handle
from graph_invalidate._interruption import interruptible
from graph_invalidate._library import library
from graph_invalidate._outcome import Outcome
from graph_invalidate._run import Run, run_options
from graph_invalidate._token import Token, provider

_Result = TypeVar("_Result")


class Client(Closable):
    """A connection to Microsoft Graph for one caller.

    Any number of threads may share it, and their calls run at the same time; in a forked child it works on. It opens
    connections when first used and keeps them until it is closed or forgotten.

    Ctrl+C ends a call of the main thread with a KeyboardInterrupt; so does SIGTERM where the program has a handler that
    raises. Handlers of other signals run when the call is over. An event loop's thread should not call: see the README.
    Every method but ``close`` raises a ValueError once the client is closed.

    >>> with Client(token) as client:
    ...     accepted = client.invalidate("adele.vance@contoso.example")
    ...     verified = client.verify("adele.vance@contoso.example", not_before=accepted.server_date)
    >>> accepted.status, verified.status
    ('accepted', 'verified')
    """

    def __init__(  # noqa: PLR0913 the options that every language has
        self,
        token: Token | Credential | None = None,
        *,
        cloud: str | None = None,
        endpoint: str | None = None,
        api: str | None = None,
        timeout: float | timedelta | None = None,
        proxy: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        headers: Mapping[str, str] | None = None,
        expect_tenant: str | None = None,
    ) -> None:
        """Makes a client. Nothing is sent yet.

        Args:
            token: The access token, or who to ask for one: see `set_token`. It may come later. A `Credential` signs in
                by itself.
            cloud: ``global``, ``usgov``, ``usgov-dod`` or ``china``. Left out, the token's own claims choose it.
            endpoint: The root of the service, ``https://host[:port]``, plain http to loopback only; beats ``cloud``.
                The token is sent there: name only what you trust.
            api: ``beta`` (the default: invalidateAllRefreshTokens) or ``v1.0`` (revokeSignInSessions).
            timeout: How long a call may take, with all its attempts and waits: seconds or a timedelta. Left out: 100 s.
            proxy: An HTTP proxy, ``http://[user:password@]host:port``. Left out, HTTPS_PROXY and NO_PROXY apply.
                Loopback never goes through a proxy.
            ca_file: A PEM file of certificate authorities, trusted besides the system's.
            headers: Further headers for every request.
            expect_tenant: The id of the only tenant in which the client may act: with a token of another one nothing is
                sent. Left out, GRAPH_INVALIDATE_EXPECT_TENANT applies, if set.

        Raises:
            InvalidInputError: An option cannot be used.
            NetworkError: The endpoint is a host that may not have the token.
            TokenError: The token cannot be one.
            NativeLibraryError: The native library is missing or does not fit.
        """
        native = library()
        credential, token = (token, None) if isinstance(token, Credential) else (None, token)
        options = GraphClientOptions(
            struct_size=sizeof(GraphClientOptions),
            token=_strings.text("token", token) if isinstance(token, str) else None,
            cloud=_strings.text("cloud", cloud),
            endpoint=_strings.text("endpoint", endpoint),
            api=_strings.text("api", api),
            timeout_ms=_strings.milliseconds("timeout", timeout),
            proxy=_strings.text("proxy", proxy),
            ca_file=_strings.path("ca_file", ca_file),
            headers=_strings.pairs("headers", GraphHeader, headers or {}),
            headers_len=len(headers or {}),
            credential=None if credential is None else pointer(credential_options(credential)),
            expect_tenant=_strings.text("expect_tenant", expect_tenant),
        )
        self._ask = None if token is None else provider(token, self._scope)
        handle = Handle(c_void_p(), native.graph_client_free)
        outcome_of(lambda failure: native.graph_client_new(byref(options), handle.place, failure))
        self._handle = handle

    def invalidate(self, user: str | None = "me", *, cancellation: Cancellation | None = None) -> Outcome:
        """Invalidates all refresh tokens and session cookies of a user.

        Waits until the service has accepted or refused, or the timeout has passed; what is worth repeating is repeated
        meanwhile. Calling again is safe. Access tokens already issued stay valid for up to an hour; guests sign in at
        their home tenant and are not affected.

        Args:
            user: An object id or a user principal name; ``me``, or no argument at all: the signed-in user. None is an error,
                so that a user who is missing is nobody.
            cancellation: A signal that ends the call early. Ctrl+C in the main thread gives it, too.

        Returns:
            The outcome, whose status is ``accepted``.

        Raises:
            GraphInvalidateError: The subclass says what kind of failure it was.
        """
        return self._call(cancellation, library().graph_client_invalidate, _strings.text("user", user))

    def verify(
        self, user: str | None, not_before: datetime | str | None, *, cancellation: Cancellation | None = None
    ) -> Outcome:
        """Reads a user's cut-off back until it lies at or after a time, or the timeout has passed.

        This proves that `invalidate` took effect: the service may need seconds to minutes to show it.

        Args:
            user: As for `invalidate`.
            not_before: The ``server_date`` of the outcome that accepted: a datetime with a time zone, or RFC 3339.
            cancellation: As for `invalidate`.

        Returns:
            The outcome, whose status is ``verified``; it has the user's object id.

        Raises:
            ServiceError: The cut-off stayed behind (status ``not_verified``), or the service failed.
            GraphInvalidateError: As for `invalidate`.
            ValueError: ``not_before`` has no time zone.
        """
        texts = _strings.text("user", user), _strings.time("not_before", not_before)
        return self._call(cancellation, library().graph_client_verify, *texts)

    def run(  # noqa: PLR0913 the options that every language has
        self,
        users: Iterable[str] = (),
        *,
        journal: str | os.PathLike[str] | None = None,
        resume: bool = False,
        verify: bool = False,
        dry_run: bool = False,
        verify_journal: bool = False,
        exclude: Iterable[str] = (),
        allow_unresolved_exclusions: bool = False,
        rate: float | None = None,
        batch_size: int | None = None,
        concurrency: int | None = None,
        wait: float | timedelta | None = None,
        deadline: float | timedelta | None = None,
        throttle_priority: str | None = None,
    ) -> Run:
        """Signs many users out: paced as the service allows, resumable, verified and on record.

        A token that is used up midway is asked for again where the client has whom to ask.

        Args:
            users: Object ids or user principal names, from a list, a file, a generator: taken as they are sent.
            journal: The file of the record, which is also the point where the run can be resumed.
            resume: Go on where the journal ends, instead of refusing one that holds something.
            verify: Read the cut-off back after acceptance; outcomes then are ``verified``, or say why not.
            dry_run: Name every user and what is known of it; nothing is sent that writes.
            verify_journal: Take the accepted users from the journal, and verify them again.
            exclude: Users that are never signed out, under whichever of their names: break-glass accounts.
            allow_unresolved_exclusions: Go on when an exclusion cannot be looked up; it then protects the very key that
                was given, and no other name.
            rate: Users a second; ``math.inf`` for no pacing. Left out: the service's published quota.
            batch_size: How many users go into one request, 1 to 20. Left out: 20.
            concurrency: The most requests at once, 1 to 256. Left out: 16.
            wait: How long verification of a user may take: seconds or a timedelta. Left out: 120 s.
            deadline: How long the whole run may take: seconds or a timedelta. Left out: no limit.
            throttle_priority: ``low``, ``normal`` or ``high``: what the service sheds first under load.

        Returns:
            An iterator of outcomes, which can tell its progress and be cancelled.

        Raises:
            InvalidInputError: An option cannot be used.
            RunError: The journal cannot be used: it holds a run already, belongs to another one, is locked or damaged.

        >>> with Client(token) as client:
        ...     for outcome in client.run(["adele.vance@contoso.example", "nobody@contoso.example"]):
        ...         print(outcome.user, outcome.status)
        adele.vance@contoso.example accepted
        nobody@contoso.example user_not_found
        """
        options = run_options(
            journal=journal,
            resume=resume,
            verify=verify,
            dry_run=dry_run,
            verify_journal=verify_journal,
            exclude=exclude,
            allow_unresolved_exclusions=allow_unresolved_exclusions,
            rate=rate,
            batch_size=batch_size,
            concurrency=concurrency,
            wait=wait,
            deadline=deadline,
            throttle_priority=throttle_priority,
        )
        return Run(self, [users] if isinstance(users, str) else users, options)

    def sign_in(self, *, cancellation: Cancellation | None = None) -> Outcome:
        """Signs in with the client's `Credential`, so that what could fail does so before anything is done.

        Most credentials sign in at once. One that asks a person does it in steps: the first outcome's status is
        ``sign_in_pending``, and its message is the text to show, with the page to open and the code to enter there
        (``code`` holds the code alone). Each further call waits for the person, up to the client's timeout.

        Returns:
            The outcome, whose status is ``signed_in`` or ``sign_in_pending``.

        Raises:
            TokenError: The sign-in was refused, declined or too late, or there is nothing here to sign in with.
            GraphInvalidateError: Something else failed; the subclass says what kind of failure it was.
        """
        return self._call(cancellation, library().graph_client_sign_in)

    def access(
        self, user: str | None = None, *, online: bool = False, cancellation: Cancellation | None = None
    ) -> TokenAccess:
        """Tells what the client's token may do, before anything is done.

        It goes by the token's own claims, and sends nothing; whoever is asked for tokens is asked. ``online`` signs in
        where that is needed, and makes harmless reads besides: the signed-in user's directory roles as they are now.

        Args:
            user: One user to look at, too, an object id or a user principal name; implies ``online``.
            online: Read what the directory says; within the client's timeout.
            cancellation: As for `invalidate`.

        Raises:
            GraphInvalidateError: The sign-in failed. A token that cannot work is no failure: ``status`` says so.

        >>> with Client(token) as client:
        ...     access = client.access()
        >>> access.kind, access.cloud, [finding.job for finding in access.findings if finding.verdict == "allowed"]
        ('delegated', 'global', ['me', 'others', 'verification'])
        """
        key = _strings.text("user", user)
        native = library()
        by_claims = user is None and not online

        def ask(handle: Handle, signal: Cancellation | None) -> TokenAccess:
            place = POINTER(GraphAccess)()
            online = () if by_claims else (key, signal)
            function = native.graph_client_access if by_claims else native.graph_client_access_online
            try:
                outcome_of(lambda failure: function(handle, *online, byref(place), failure))
                return read_access(place.contents)
            finally:
                native.graph_access_free(place)

        return self._with_token(cancellation, ask)

    def set_token(self, token: Token) -> None:
        """Replaces the access token for the calls that begin from now on, in whatever thread.

        A function or a `TokenCredential` is asked before each call, and once more where its answer has expired. It
        should keep its token as long as that is good, and bear being asked by every thread that calls.

        Args:
            token: The access token, without or with ``Bearer`` in front, or who to ask for one.

        Raises:
            TokenError: The token cannot be one; the old one stays.
        """
        ask = provider(token, self._scope)
        if isinstance(token, str):
            self._hand_over(token)
        self._ask = ask

    def _hand_over(self, token: str) -> None:
        handle, encoded = self._open_handle(), _strings.text("token", token)
        outcome_of(lambda failure: library().graph_client_set_token(handle, encoded, failure))

    def _scope(self) -> str:
        scope: bytes = library().graph_client_scope(self._open_handle())
        return scope.decode()

    def _call(self, cancellation: Cancellation | None, function: Callable[..., int], *texts: bytes | None) -> Outcome:
        def call(handle: Handle, signal: Cancellation | None) -> Outcome:
            return outcome_of(lambda place: function(handle, *texts, signal, place))

        return self._with_token(cancellation, call)

    def _with_token(
        self, cancellation: Cancellation | None, call: Callable[[Handle, Cancellation | None], _Result]
    ) -> _Result:
        """Calls with a token in place; where that of a provider has expired, once more with another one."""
        ask = self._ask
        if ask is not None:
            self._hand_over(ask())
            try:
                return self._once(cancellation, call)
            except TokenError as error:
                if error.outcome.status != "token_expired":
                    raise
            self._hand_over(ask())
        return self._once(cancellation, call)

    def _once(self, signal: Cancellation | None, call: Callable[[Handle, Cancellation | None], _Result]) -> _Result:
        handle = self._open_handle()
        # Python raises KeyboardInterrupt in the main thread only.
        main = threading.current_thread() is threading.main_thread()
        return interruptible(lambda signal: call(handle, signal), signal) if main else call(handle, signal)


def invalidate_all_refresh_tokens(user: str | None = "me", *, token: Token | Credential) -> Outcome:
    """Does the whole job in one call: takes, gives and raises what `Client` and `Client.invalidate` do.

    For more than one user a `Client` is better: it keeps its connections.

    >>> invalidate_all_refresh_tokens("adele.vance@contoso.example", token=token).status
    'accepted'
    """
    with Client(token) as client:
        return client.invalidate(user)
