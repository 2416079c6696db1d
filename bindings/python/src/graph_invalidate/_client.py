"""The client: signs users out, and proves it."""

from __future__ import annotations

import threading
from ctypes import POINTER, byref, c_void_p, sizeof
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, Callable, Optional, TypeVar, Union
from uuid import UUID

from graph_invalidate import _strings
from graph_invalidate._access import TokenAccess, read_access
from graph_invalidate._cancellation import Cancellation
from graph_invalidate._connection import Connection
from graph_invalidate._credential import Credential
from graph_invalidate._declarations import GraphAccess, GraphCallOptions, GraphRunOptions
from graph_invalidate._errors import outcome_of
from graph_invalidate._failures import TokenError
from graph_invalidate._handle import Handle
from graph_invalidate._hidden import without_variables
from graph_invalidate._interruption import interruptible
from graph_invalidate._library import library
from graph_invalidate._outcome import Outcome
from graph_invalidate._run import Run
from graph_invalidate._run_options import Runs
from graph_invalidate._strings import NOT_GIVEN, User
from graph_invalidate._token import Token

_Result = TypeVar("_Result")

# Of the header: what is done by a call.
INVALIDATE, VERIFY, _ACCESS, _ACCESS_ONLINE = 0, 1, 2, 3


class Client(Runs, Connection[Token]):
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

    def invalidate(self, user: User = "me", *, cancellation: Optional[Cancellation] = None) -> Outcome:
        """Invalidates all refresh tokens and session cookies of a user.

        Waits until the service has accepted or refused, or the timeout has passed; what is worth repeating is repeated
        meanwhile. Calling again is safe. Access tokens already issued stay valid for up to an hour; guests sign in at
        their home tenant and are not affected.

        Args:
            user: An object id, as text or a ``uuid.UUID``, or a user principal name. Left out, or ``me``: the signed-in
                user. None, NaN and their like are nobody, and refused.
            cancellation: A signal that ends the call early.

        Returns:
            The outcome, whose status is ``accepted``.

        Raises:
            GraphInvalidateError: The subclass says what kind of failure it was.
        """
        return self._call(cancellation, INVALIDATE, user)

    def verify(
        self,
        user: User,
        not_before: Union[datetime, str, None] = NOT_GIVEN,
        *,
        cancellation: Optional[Cancellation] = None,
    ) -> Outcome:
        """Reads a user's cut-off back until it lies at or after a time, or the timeout has passed.

        This proves that `invalidate` took effect: the service may need seconds to minutes to show it. Without a time
        the cut-off is read once and shown, which proves nothing: the status is ``shown`` then.

        Args:
            user: As for `invalidate`.
            not_before: The ``server_date`` of the outcome that accepted: a datetime with a time zone, or RFC 3339.
                None is refused, as the date of an outcome that has none.
            cancellation: As for `invalidate`.

        Returns:
            The outcome, whose status is ``verified``, or ``shown``; it has the user's object id.

        Raises:
            ServiceError: The cut-off stayed behind (status ``not_verified``), or the service failed.
            GraphInvalidateError: As for `invalidate`.
            ValueError: ``not_before`` has no time zone.
        """
        return self._call(cancellation, VERIFY, user, _strings.time("not_before", not_before))

    def _begin_run(self, users: Any, options: GraphRunOptions) -> Run:
        handle = Handle(c_void_p(), library().graph_run_free)
        client = self._open_handle()
        notice = outcome_of(lambda place: library().graph_run_new(client, byref(options), handle.place, place))
        users = [users] if isinstance(users, (str, UUID)) else users
        return Run(handle, notice.message, users, self._provider)

    def sign_in(self, *, cancellation: Optional[Cancellation] = None) -> Outcome:
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

        def call(handle: Handle, signal: Optional[Cancellation]) -> Outcome:
            return outcome_of(lambda place: library().graph_client_sign_in(handle, signal, place))

        return self._once(cancellation, call)

    def access(
        self, user: Optional[User] = None, *, online: bool = False, cancellation: Optional[Cancellation] = None
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
        native = library()
        kind = _ACCESS if user is None and not online else _ACCESS_ONLINE

        def ask(options: GraphCallOptions, handle: Handle, signal: Optional[Cancellation]) -> TokenAccess:
            place = POINTER(GraphAccess)()
            try:
                outcome_of(
                    lambda failure: native.graph_client_access_with(
                        handle, byref(options), signal, byref(place), failure
                    )
                )
                return read_access(place.contents)
            finally:
                native.graph_access_free(place)

        return self._with_token(cancellation, kind, None if user is None else _strings.user(user), None, ask)

    def _call(
        self, cancellation: Optional[Cancellation], kind: int, user: object, not_before: Optional[bytes] = None
    ) -> Outcome:
        native = library()

        def call(options: GraphCallOptions, handle: Handle, signal: Optional[Cancellation]) -> Outcome:
            return outcome_of(lambda place: native.graph_client_call(handle, byref(options), signal, place))

        return self._with_token(cancellation, kind, _strings.user(user), not_before, call)

    def _with_token(
        self,
        cancellation: Optional[Cancellation],
        kind: int,
        user: Optional[bytes],
        not_before: Optional[bytes],
        call: Callable[[GraphCallOptions, Handle, Optional[Cancellation]], _Result],
    ) -> _Result:
        """Calls with the token of whoever is asked; where that has expired, once more with another one.

        The timeout is that of all of it together.
        """
        until, provider = monotonic() + self._timeout_ms / 1000, self._provider
        options = GraphCallOptions(struct_size=sizeof(GraphCallOptions), user=user, not_before=not_before, kind=kind)

        def once(handle: Handle, signal: Optional[Cancellation]) -> _Result:
            options.timeout_ms = max(1, round((until - monotonic()) * 1000))
            return call(options, handle, signal)

        if provider is not None:
            shown = None if user is None else user.decode("utf-8", "replace")
            options.token = _strings.text("token", provider.token(shown, until, cancellation))
            try:
                return self._once(cancellation, once)
            except TokenError as error:
                if error.outcome.status != "token_expired":
                    raise
            options.token = _strings.text("token", provider.token(shown, until, cancellation))
        return self._once(cancellation, once)

    def _once(
        self,
        cancellation: Optional[Cancellation],
        call: Callable[[Handle, Optional[Cancellation]], _Result],
    ) -> _Result:
        handle = self._open_handle()
        # Python raises KeyboardInterrupt in the main thread only.
        main = threading.current_thread() is threading.main_thread()
        return interruptible(partial(call, handle), cancellation) if main else call(handle, cancellation)


@without_variables
def invalidate_all_refresh_tokens(user: User = "me", *, token: Union[Token, Credential]) -> Outcome:
    """Does the whole job in one call: takes, gives and raises what `Client` and `Client.invalidate` do.

    For more than one user a `Client` is better: it keeps its connections.

    >>> invalidate_all_refresh_tokens("adele.vance@contoso.example", token=token).status
    'accepted'
    """
    with Client(token) as client:
        return client.invalidate(user)
