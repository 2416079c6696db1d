"""The emulator for every test, reset before each."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from support import Emulator

from graph_invalidate import Client

# Who starts the tests in the background lets them ignore Ctrl+C, and Python then leaves it so.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def running_emulator() -> Iterator[Emulator]:
    """One emulator for all tests."""
    emulator = Emulator()
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(running_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator as new; the environment points at it, as the one-call function needs."""
    running_emulator.ask("POST", "reset", {})
    monkeypatch.setenv("GRAPH_INVALIDATE_ENDPOINT", running_emulator.url)
    return running_emulator


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Client]:
    """A client with the administrator's token."""
    with Client(emulator.token(), endpoint=emulator.url, timeout=20) as client:
        yield client
