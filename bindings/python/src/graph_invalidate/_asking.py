"""Asking the caller for a token: bounded in time, though the caller's own code may hang."""

from __future__ import annotations

import contextvars
import functools
import sys
import threading
import types
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Any, Callable

from graph_invalidate import _threads
from graph_invalidate._cancellation import Cancellation
from graph_invalidate._errors import CANCELLED, DEADLINE_EXCEEDED, TOKEN_PROVIDER_FAILED, error_with
from graph_invalidate._token import token_of

# How soon a cancellation is noticed while the caller's code is waited for.
_LOOK_S = 0.02


class Provider:
    """Whom the caller named to be asked for tokens.

    It is asked on a thread of its own, with the context variables of the caller's, so that neither a timeout nor a
    cancellation has to wait for it. One that looks at its thread is asked on the caller's: it would find another
    identity, or none, on another one.
    """

    def __init__(self, ask: Callable[[], Any]) -> None:
        """Takes the function that asks."""
        self.ask = ask

    @functools.cached_property
    def looks_at_its_thread(self) -> bool:
        """Whether it can be asked on the caller's thread only."""
        return _looks_at_its_thread(self.ask)

    def token(self, user: str | None, until: float, cancellation: Cancellation | None) -> str:
        """Asks for a token, until a time or a cancellation.

        Raises:
            TokenError: The provider failed; its own exception is the cause.
            RunError: The time has passed, or the signal was given.
        """
        asking = None
        while asking is None or not asking.wait(min(_LOOK_S, until - monotonic())):
            if cancellation is not None and cancellation._is_given:
                raise error_with(CANCELLED, user, "The call was cancelled before it had a token: nothing was sent.")
            if asking is None:
                asking = Asking(self)
            elif monotonic() >= until:
                raise late(user)
        # One that was asked on this thread may have taken as long as it liked.
        if monotonic() < until:
            return asking.token(user)
        asking.token(user)
        raise late(user)


class Asking:
    """One question to a provider, on its way."""

    def __init__(self, provider: Provider, context: contextvars.Context | None = None) -> None:
        """Asks, in a copy of a context or of the present one; returns at once where another thread may be asked."""
        self._answered = threading.Event()
        self._answer: Any = None
        self._error: BaseException | None = None
        context = contextvars.copy_context() if context is None else context.copy()
        if (
            provider.looks_at_its_thread
            or _threads.start(lambda: context.run(self._ask, provider.ask), "token") is None
        ):
            context.run(self._ask, provider.ask)

    def _ask(self, ask: Callable[[], Any]) -> None:
        try:
            self._answer = ask()
        except BaseException as error:
            self._error = error
        self._answered.set()

    def wait(self, seconds: float) -> bool:
        """Waits for the answer; tells whether it is there."""
        return self._answered.wait(max(0.0, seconds))

    def token(self, user: str | None = None) -> str:
        """Gives the token that was answered, once."""
        error, self._error = self._error, None
        return answered(user, self._answer, error)


def late(user: str | None) -> Exception:
    """The error for a provider that had not answered in time."""
    return error_with(
        DEADLINE_EXCEEDED,
        user,
        "The timeout passed while the token was asked for: nothing was sent.",
        "Give the token function a shorter time limit of its own, or the client a longer timeout.",
    )


def answered(user: str | None, answer: object, error: BaseException | None) -> str:
    """Gives the token in an answer; whatever else the provider did is its failure, unless it ends the program.

    Raises:
        TokenError: The provider failed, or gave what is no token.
    """
    if isinstance(error, (KeyboardInterrupt, SystemExit)):
        raise error
    what = f"raised {type(error).__name__}"
    if error is None:
        try:
            return token_of(answer)
        except Exception as wrong:
            error, what = wrong, "gave no token"
    # The text of the error may hold a secret, and stays with the cause.
    raise error_with(
        TOKEN_PROVIDER_FAILED,
        user,
        f"The token function {what}: nothing was sent.",
        "See the cause of this error (__cause__); mend what gives the token, and call again.",
    ) from error


_THREAD_TELLERS = (threading.get_ident, threading.get_native_id, threading.current_thread)

# How far is looked: into functions that call functions, and objects that hold objects.
_DEEPEST, _MOST_SEEN = 5, 500


def _looks_at_its_thread(ask: Any) -> bool:
    """Whether what a function refers to, in its own package, shows it the thread that it runs on."""
    try:
        return _shows_its_thread(ask)
    except Exception:
        return True


def _shows_its_thread(ask: Any) -> bool:
    home, seen = _package(ask), set[int]()
    layer = [ask]
    for _ in range(_DEEPEST):
        if any(isinstance(item, threading.local) or any(item is it for it in _THREAD_TELLERS) for item in layer):
            return True
        fresh = [item for item in layer if id(item) not in seen and _package(item) == home]
        seen.update(map(id, fresh))
        layer = [item for holder in fresh for item in _referred(holder)][: _MOST_SEEN - len(seen)]
    return False


def _package(item: Any) -> str:
    """The top-level package of a function, a class or an object's class."""
    if isinstance(item, functools.partial):
        return _package(item.func)
    module = getattr(item, "__module__", None) or type(item).__module__
    return str(module).partition(".")[0]


def _referred(item: Any) -> Iterator[Any]:
    """What a function or an object refers to."""
    if isinstance(item, types.FunctionType):
        yield from _named(item.__code__, item.__globals__)
        yield from item.__defaults__ or ()
        for cell in item.__closure__ or ():
            with suppress(ValueError):  # empty so far
                yield cell.cell_contents
    elif isinstance(item, types.MethodType):
        yield from (item.__func__, item.__self__)
    elif isinstance(item, functools.partial):
        yield from (item.func, *item.args, *item.keywords.values())
    elif isinstance(item, (classmethod, staticmethod)):
        yield item.__func__
    elif isinstance(item, property):
        yield item.fget
    elif not isinstance(item, types.ModuleType):
        yield from getattr(item, "__dict__", {}).values()
        if not isinstance(item, type):
            yield type(item)


def _named(code: types.CodeType, names: dict[str, Any]) -> Iterator[Any]:
    """The global values that a function names, and those of the modules among them."""
    for name in code.co_names:
        value = names.get(name, sys.modules.get(name))
        yield value
        if isinstance(value, types.ModuleType):
            yield from (vars(value).get(attribute) for attribute in code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _named(constant, names)
