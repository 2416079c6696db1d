"""Nothing that people print or serialize holds a secret."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import pprint
from typing import Any

import pytest
from support import ADELE, Emulator

from graph_invalidate import Client, Credential

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
