"""Where access tokens come from."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import Any, Callable, Protocol, Union


class TokenCredential(Protocol):
    """Anything with azure-core's ``get_token``, such as a credential of azure-identity (but not of its ``aio``)."""

    def get_token(self, *scopes: str) -> Any:
        """Gives an object whose ``token`` is an access token for the scopes."""


class AsyncTokenCredential(Protocol):
    """Anything with the ``get_token`` of azure-core's asynchronous credentials: those of ``azure.identity.aio``."""

    async def get_token(self, *scopes: str) -> Any:
        """Gives an object whose ``token`` is an access token for the scopes."""


Token = Union[str, Callable[[], str], TokenCredential]
"""An access token, or who to ask for one: a function, or a `TokenCredential`."""

AsyncToken = Union[Token, Callable[[], Awaitable[str]], AsyncTokenCredential]
"""The same for an `AsyncClient`: whoever is asked may also answer later."""


def asker(token: Any, scope: str) -> Callable[[], Any] | None:
    """Gives the function to ask before each call; None where the token is a plain string."""
    if isinstance(token, str):
        return None
    get_token = getattr(token, "get_token", None)
    if get_token is not None:
        return partial(get_token, scope)
    if not callable(token):
        raise TypeError(f"token must be a string, a function or a TokenCredential, not {type(token).__name__}")
    ask: Callable[[], Any] = token
    return ask


def token_of(answer: Any) -> str:
    """The token in what was answered: a string, or azure-core's ``AccessToken``."""
    if hasattr(answer, "__await__"):
        getattr(answer, "close", bool)()  # a coroutine that nobody awaits would warn
        raise TypeError("the token provider is asynchronous: give one that answers at once, or use an AsyncClient")
    token = getattr(answer, "token", answer)
    if not isinstance(token, str):
        raise TypeError(f"the token provider must give a string, not {type(token).__name__}")
    if not token.strip():
        raise ValueError("the token provider gave an empty string")
    return token
