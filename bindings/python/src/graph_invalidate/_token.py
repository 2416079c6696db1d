"""Where access tokens come from."""

from __future__ import annotations

from typing import Any, Callable, Protocol, Union


class TokenCredential(Protocol):
    """Anything with azure-core's ``get_token``, such as a credential of azure-identity (but not of its ``aio``)."""

    def get_token(self, *scopes: str) -> Any:
        """Gives an object whose ``token`` is an access token for the scopes."""


Token = Union[str, Callable[[], str], TokenCredential]
"""An access token, or who to ask for one: a function, or a `TokenCredential`."""


def provider(token: Token, scope: Callable[[], str]) -> Callable[[], str] | None:
    """Gives the function to ask before each call; None where the token is a plain string."""
    if isinstance(token, str):
        return None
    get_token = getattr(token, "get_token", None)
    if get_token is not None:
        return lambda: _checked(get_token(scope()), "token")
    if not callable(token):
        raise TypeError(f"token must be a string, a function or a TokenCredential, not {type(token).__name__}")
    ask = token
    return lambda: _checked(ask())


def _checked(answer: Any, attribute: str = "") -> str:
    if hasattr(answer, "__await__"):
        getattr(answer, "close", bool)()  # a coroutine that nobody awaits would warn
        raise TypeError("the token provider is asynchronous: give one that answers at once")
    token = getattr(answer, attribute) if attribute else answer
    if not isinstance(token, str):
        raise TypeError(f"the token provider must give a string, not {type(token).__name__}")
    return token
