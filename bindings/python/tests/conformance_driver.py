"""The driver of the scenarios: reads situations as JSON lines, and answers each with what the public interface showed.

The judge is tests/conformance.rs; tests/scenarios/README.md describes the protocol. An argument is the library to use
instead of the installed package's own.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial
from typing import Any, Callable, Optional

from graph_invalidate import (
    AsyncClient,
    Client,
    Credential,
    GraphInvalidateError,
    Outcome,
    Run,
    TokenError,
    use_library,
)


def options(given: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments: milliseconds become seconds, and what has no end is infinite."""
    given = {name: math.inf if value in ("unlimited", "infinite") else value for name, value in given.items()}
    return {name.removesuffix("_ms"): value / 1000 if name.endswith("_ms") else value for name, value in given.items()}


def credential_of(given: dict[str, Any]) -> Credential:
    """A credential; bytes come in base64."""
    if "certificate" in given:
        given["certificate"] = base64.b64decode(given["certificate"])
    return Credential(**given)


def fields(outcome: Outcome) -> dict[str, Any]:
    """What is judged of an outcome."""
    names = ("status", "http_status", "attempts", "user", "code", "message", "hint")
    cut_off = outcome.to_dict()["sessions_valid_from"]
    return {**{name: getattr(outcome, name) for name in names}, "sessions_valid_from": cut_off}


def shown(error: GraphInvalidateError) -> str:
    """All that a person may be shown of a failure."""
    return f"{error} {error!r} {''.join(traceback.format_exception(type(error), error, error.__traceback__))}"


def calls(client: dict[str, Any], asked: list[dict[str, Any]]) -> dict[str, Any]:
    """Makes the calls one after another, until one fails; answers with the last outcome."""
    credential = credential_of(client.pop("credential")) if "credential" in client else None
    outcome: Optional[Outcome] = None
    try:
        with Client(credential or client.pop("token", None), **options(client)) as made:
            for call in asked:
                if call["call"] == "sign_in":
                    outcome = made.sign_in()
                elif call["call"] == "invalidate":
                    outcome = made.invalidate(call["user"])
                elif call["call"] == "show":
                    outcome = made.verify(call["user"])
                else:
                    outcome = made.verify(call["user"], call.get("not_before") or getattr(outcome, "server_date", None))
    except GraphInvalidateError as error:
        return {"outcome": fields(error.outcome), "shown": f"{shown(error)} {credential!r}"}
    assert outcome is not None
    return {"outcome": fields(outcome), "shown": f"{outcome!r} {credential!r}"}


def identities(situation: dict[str, Any]) -> dict[str, Any]:
    """All of them on one client, at once: each by a thread, or each by a task, that knows whose token it has."""
    asked = situation["identities"]
    if situation["by"] == "tasks":
        return {"identities": asyncio.run(by_tasks(situation, asked))}
    caller = threading.local()

    def token() -> str:
        time.sleep(0.002)
        return str(caller.token)

    with Client(token, **options(situation["client"])) as made:

        def calls_of(one: dict[str, Any]) -> list[str]:
            caller.token = one["token"]
            act = (lambda user: next(made.run([user]))) if situation["in_runs"] else made.invalidate
            return [status_of(partial(act, one["user"])) for _ in range(one["calls"])]

        with ThreadPoolExecutor(len(asked)) as pool:
            return {"identities": list(pool.map(calls_of, asked))}


async def by_tasks(situation: dict[str, Any], asked: list[dict[str, Any]]) -> list[list[str]]:
    """Each by a task of its own."""
    caller = ContextVar("caller", default="")

    async def token() -> str:
        await asyncio.sleep(0.002)
        return caller.get()

    async with AsyncClient(token, **options(situation["client"])) as made:

        async def act(user: str) -> Outcome:
            if not situation["in_runs"]:
                return await made.invalidate(user)
            return await made.run([user]).__anext__()

        async def calls_of(one: dict[str, Any]) -> list[str]:
            caller.set(one["token"])
            statuses = []
            for _ in range(one["calls"]):
                try:
                    statuses.append((await act(one["user"])).status)
                except GraphInvalidateError as error:
                    statuses.append(error.outcome.status)
            return statuses

        return list(await asyncio.gather(*map(calls_of, asked)))


def status_of(call: Callable[[], Outcome]) -> str:
    """How a call ends."""
    try:
        return call().status
    except GraphInvalidateError as error:
        return error.outcome.status


class Tokens:
    """A provider that hands out tokens one after another, and the last one again when they are used up."""

    def __init__(self, tokens: list[str]) -> None:
        """Takes them all."""
        self._waiting = iter(tokens)
        self._last = ""
        self.asked = 0
        self.used_up = False

    def __call__(self) -> str:
        """The next one."""
        self.asked += 1
        token = next(self._waiting, None)
        self.used_up = token is None
        self._last = token or self._last
        return self._last


def run(situation: dict[str, Any]) -> dict[str, Any]:
    """Runs to the end; answers with all that was seen."""
    client = situation["client"]
    first = client.pop("token", None)
    waiting = situation["tokens_when_needed"]
    tokens = Tokens([*([first] if first else []), *waiting]) if waiting else None
    answer: dict[str, Any] = {"outcomes": [], "failure": None, "notice": None, "progress": {}, "tokens_needed": 0}
    running: Optional[Run] = None
    with Client(tokens or first, **options(client)) as made:
        try:
            running = made.run(iter(situation["users"]), **options(situation["run"]))
            answer["notice"] = running.notice
            for outcome in running:
                answer["outcomes"].append([outcome.user, outcome.status])
                if len(answer["outcomes"]) == situation.get("cancel_after"):
                    running.cancel()
        except GraphInvalidateError as error:
            # That nobody had another token is no failure here: the judge counts how often one was needed.
            nobody = running is not None and isinstance(error, TokenError) and (tokens is None or tokens.used_up)
            answer["tokens_needed"] += nobody and tokens is None
            answer["failure"] = None if nobody else fields(error.outcome)
            answer["shown"] = shown(error)
        except ValueError as error:
            answer["refused"] = str(error)
        if tokens is not None:
            answer["tokens_needed"] += tokens.asked - (1 if first else 0)
        if running is not None:
            numbers = vars(running.progress).items()
            answer["progress"] = {name: value for name, value in numbers if isinstance(value, int)}
            running.close()
    return answer


def main() -> None:
    """Answers each line with a line."""
    if len(sys.argv) > 1:
        use_library(sys.argv[1])
    for line in sys.stdin:
        situation = json.loads(line)
        if "identities" in situation:
            answer = identities(situation)
        else:
            answer = run(situation) if "run" in situation else calls(situation["client"], situation["calls"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
