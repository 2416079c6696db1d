"""The scenarios of tests/scenarios, through the public interface; and no token in whatever they show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from scenario import JUDGED, judge, observe
from support import ROOT, SECRETS, Emulator

from graph_invalidate import Client, Outcome

FILES = sorted(path for path in (ROOT / "tests/scenarios").glob("*.json") if path.name != "schema.json")
KNOWN = {"says", "call", "user", "token", "options", "faults", "quota", "not_before", "expect"}
KNOWN_OPTIONS = {"api", "cloud", "endpoint", "timeout_ms"}
KNOWN_EXPECTATIONS = JUDGED | {"path"}


def place(options: dict[str, Any], emulator: Emulator) -> dict[str, Any]:
    """Where the requests go: a cloud, the endpoint of the scenario, or the emulator."""
    if "cloud" in options:
        return {"cloud": options["cloud"]}
    endpoint = options.get("endpoint", emulator.url)
    if endpoint == "none":
        return {}
    return {"endpoint": endpoint.replace("{emulator}", emulator.url.removeprefix("http://"))}


def call(scenario: dict[str, Any], emulator: Emulator, token: str | None) -> Outcome:
    """Makes the client and the call that a scenario describes."""
    options = scenario.get("options", {})
    timeout = options.get("timeout_ms", 20_000) / 1000
    with Client(token, **place(options, emulator), api=options.get("api"), timeout=timeout) as client:
        if scenario.get("call", "invalidate") == "invalidate":
            return client.invalidate(scenario["user"])
        if scenario["call"] == "show":
            return client.verify(scenario["user"])
        not_before = scenario["not_before"]
        if not_before == "accepted":
            not_before = client.invalidate(scenario["user"]).server_date
        return client.verify(scenario["user"], not_before)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_ends_as_it_says(path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file names the situation and what must be seen."""
    monkeypatch.delenv("GRAPH_INVALIDATE_ENDPOINT", raising=False)
    scenario = json.loads(path.read_text("utf-8"))
    expect = scenario["expect"]
    assert scenario.keys() <= KNOWN
    assert scenario.get("options", {}).keys() <= KNOWN_OPTIONS
    assert expect.keys() <= KNOWN_EXPECTATIONS
    wanted = scenario.get("token", {})
    token = None if wanted.get("none") else wanted["text"] if "text" in wanted else emulator.token(**wanted)
    secrets = SECRETS | {token for token in [token] if token and len(token) > 10}
    emulator.arm(*scenario.get("faults", []))
    if "quota" in scenario:
        emulator.ask("POST", "quota", scenario["quota"])

    outcome, shown = observe(lambda: call(scenario, emulator, token))
    requests = emulator.requests()
    judge(expect, outcome, requests)
    if "path" in expect:
        assert requests[-1]["path"] == expect["path"]
    assert not [secret for secret in secrets if secret in f"{shown} {outcome} {outcome!r}"]


def test_there_are_scenarios() -> None:
    """A folder that moved would otherwise pass in silence."""
    assert len(FILES) >= 60


def test_every_scenario_is_one_by_the_schema() -> None:
    """The schema is what the author of the next language reads."""
    schema = json.loads((ROOT / "tests/scenarios/schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in FILES:
        faults = [error.message for error in validator.iter_errors(json.loads(path.read_text("utf-8")))]
        assert not faults, f"{path.name}: {faults}"
