"""Nothing that people print or serialize holds a secret."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import json
import pickle
import pprint
import threading
import time
import traceback
from typing import Any, Callable

import pytest
from support import ADELE, Emulator

from graph_invalidate import AsyncClient, Client, Credential, invalidate_all_refresh_tokens

SECRET = "hush-hush-hush"


def shown(item: Any) -> str:
    """All that is seen of an object from outside."""
    parts = [repr(item), str(item), f"{item}", pprint.pformat(vars(item)), json.dumps(vars(item), default=repr)]
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        parts += [pprint.pformat(dataclasses.asdict(item)), json.dumps(dataclasses.asdict(item), default=str)]
    return "\n".join(parts)


def test_a_client_and_a_run_do_not_show_their_token(emulator: Emulator) -> None:
    """Neither one that was given, nor one that was asked for, nor the password of a proxy."""
    tokens = [emulator.token()]
    with Client(tokens[0], endpoint=emulator.url, proxy=f"http://user:{SECRET}@127.0.0.1:1") as client:
        client.invalidate(ADELE)
        seen = shown(client)
    with Client(lambda: tokens[0], endpoint=emulator.url) as client:
        client.invalidate(ADELE)
        with client.run([ADELE, "me"]) as run:
            list(run)
            seen += shown(client) + shown(run)
    assert tokens[0] not in seen
    assert SECRET not in seen


def test_a_credential_does_not_show_its_secrets() -> None:
    """Printed, looked through, or turned into a dict; changed copies keep them, and nothing pickles them."""
    credential = Credential(
        "client-certificate",
        tenant="contoso.example",
        client_secret=SECRET,
        certificate=SECRET.encode(),
        certificate_password=SECRET,
        environment={"AZURE_CLIENT_SECRET": SECRET},
    )
    changed = dataclasses.replace(credential, tenant="fabrikam.example")
    for item in (credential, changed, copy.copy(credential), copy.deepcopy(credential)):
        assert SECRET not in shown(item)
    assert repr(changed).startswith(
        "Credential(kind='client-certificate', tenant='fabrikam.example', client_secret=(hidden)"
    )
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(credential)


def test_a_changed_copy_of_a_credential_still_signs_in(emulator: Emulator) -> None:
    """With the secret that nobody sees."""
    credential = Credential(
        "client-secret",
        tenant="c0ffee00-1111-4222-8333-444455556666",
        client_id="11111111-0000-4000-8000-000000000000",
        client_secret="emulated-secret",
    )
    changed = dataclasses.replace(credential, client_id="aaaaaaaa-0000-4000-8000-000000000003")
    with Client(changed, endpoint=emulator.url) as client:
        assert client.invalidate(ADELE).status == "accepted"


def failing_calls(emulator: Emulator, token: str) -> list[Callable[[], Any]]:
    """Calls that fail in each place to which a secret comes."""
    own = threading.local()

    def late() -> str:
        own.asked = True
        time.sleep(0.3)
        return token

    async def awaited(provider: Any, timeout: float) -> None:
        async with AsyncClient(provider, endpoint=emulator.url, timeout=timeout) as client:
            await client.invalidate("nobody@contoso.example")

    def with_client(provider: Any, timeout: float = 30) -> Any:
        with Client(provider, endpoint=emulator.url, timeout=timeout) as client:
            return client.invalidate("nobody@contoso.example")

    nothing: Any = None
    return [
        lambda: with_client(token),
        lambda: with_client(lambda: token),
        lambda: with_client(late, 0.1),
        lambda: asyncio.run(awaited(lambda: token, 30)),
        lambda: asyncio.run(awaited(late, 0.1)),
        lambda: invalidate_all_refresh_tokens("nobody@contoso.example", token=token),
        lambda: Client(token, endpoint=emulator.url, timeout=-1),
        lambda: Client(f"{token}\0", endpoint=emulator.url),
        lambda: Client(endpoint="nowhere", proxy=token, headers={"x-key": token}, environment={"KEY": token}),
        lambda: Client(endpoint=emulator.url).set_token(f"{token}\0"),
        lambda: Credential("client-secret", client_secret=token, certificate=nothing),
        lambda: Client(Credential("client-secret", tenant="x", client_id="y", client_secret=token), endpoint="nowhere"),
    ]


def variables(error: BaseException | None) -> list[str]:
    """What the variables of the package's own frames show, those of what led to a failure included."""
    if error is None:
        return []
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = [repr(frame.f_locals) for frame in frames if "/graph_invalidate/" in frame.f_code.co_filename]
    return ours + variables(error.__cause__) + variables(error.__context__)


def test_what_shows_the_variables_of_a_failure_shows_no_secret(emulator: Emulator) -> None:
    """As pytest does, and services that gather failures."""
    token = emulator.token()
    for number, call in enumerate(failing_calls(emulator, token)):
        with pytest.raises(Exception) as raised:  # noqa: PT011 each has its own
            call()
        shown = variables(raised.value)
        assert shown, number
        assert not any(token.split(".")[2] in text for text in shown), number
