"""Options that say nothing of their secrets, and calls that fail without a word of them."""

from dataclasses import fields
from functools import wraps
from traceback import clear_frames
from typing import Any, Callable, NoReturn, ParamSpec, TypeVar

from graph_invalidate import _strings
from graph_invalidate._strings import NOT_GIVEN

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def without_variables(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Takes the variables out of a failure's traceback: pytest, and services that gather failures, show them all."""

    @wraps(function)
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            clear_frames(error.__traceback__)
            raise
        finally:
            del args, kwargs

    return call


class Hidden:
    """A secret that no printing and no serializing shows."""

    __slots__ = ("reveal",)

    def __init__(self, value: object) -> None:
        self.reveal: Callable[[], Any] = lambda: value

    def __repr__(self) -> str:
        return "(hidden)"

    def __deepcopy__(self, _: object) -> "Hidden":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Credential cannot be pickled, since secrets do not travel: make one in each process")


def hide(options: Any, secrets: frozenset[str]) -> None:
    """Hides the secrets among options that were just made, and refuses nothing under a name that was given.

    Raises:
        InvalidInputError: Nothing stands under a name that was given.
    """
    for it in fields(options):
        value = getattr(options, it.name)
        if it.default is NOT_GIVEN and value is None:
            _strings.given(it.name, value)
        if it.name in secrets and value is not it.default and not isinstance(value, Hidden):
            object.__setattr__(options, it.name, Hidden(value))


def shown(options: Any) -> str:
    """What was given, without the secrets."""
    given = ((it.name, getattr(options, it.name)) for it in fields(options))
    defaults = {it.name: it.default for it in fields(options)}
    named = (f"{name}={value!r}" for name, value in given if value is not defaults[name])
    return f"{type(options).__name__}({', '.join(named)})"


def revealed(options: Any, name: str) -> Any:
    """The value of an option, secret or not; None where it was left out."""
    value = getattr(options, name)
    return None if value is NOT_GIVEN else value.reveal() if isinstance(value, Hidden) else value
