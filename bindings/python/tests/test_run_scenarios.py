"""The scenarios of tests/scenarios/runs, through the public interface; and no token in the journal."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, SECRETS, Emulator

from graph_invalidate import Client, GraphInvalidateError, Run

FILES = sorted(path for path in (ROOT / "tests/scenarios/runs").glob("*.json") if path.name != "schema.json")
PLAIN = (
    "verify",
    "dry_run",
    "verify_journal",
    "resume",
    "exclude",
    "allow_unresolved_exclusions",
    "batch_size",
    "concurrency",
    "ahead",
)
KNOWN_OPTIONS = {*PLAIN, "api", "timeout_ms", "journal", "rate", "wait_ms", "deadline_ms", "resume_within_ms"}
KNOWN_STEPS = {
    *(
        "users",
        "generated",
        "options",
        "faults",
        "quota",
        "tokens_when_needed",
        "cancel_after",
        "tear",
        "append",
        "expect",
    ),
}
KNOWN_EXPECTATIONS = {
    *("outcomes", "any_outcomes", "users", "last", "failure", "failure_contains", "notice_contains", "tokens_needed"),
    *("progress", "most_attempts", "accepted_users", "accepted"),
}


def minted(wanted: dict[str, Any], emulator: Emulator) -> str | None:
    """The token that a scenario describes."""
    return None if wanted.get("none") else wanted["text"] if "text" in wanted else emulator.token(**wanted)


class Tokens:
    """A provider that hands out the tokens of a scenario, one after another, and counts how often it is asked."""

    def __init__(self, first: str | None, others: list[str | None]) -> None:
        """Takes them all."""
        self.waiting = [first, *others]
        self.asked = -1
        self.last = ""

    def __call__(self) -> str:
        """The next one; the last one again when they are used up."""
        self.asked += 1
        if self.waiting:
            self.last = self.waiting.pop(0) or ""
        return self.last


def options(step: dict[str, Any], journal: Path) -> dict[str, Any]:
    """The keyword arguments of the run."""
    said = step.get("options", {})
    assert said.keys() <= KNOWN_OPTIONS
    chosen = {name: said[name] for name in PLAIN if name in said}
    if "rate" in said:
        chosen["rate"] = said["rate"] or math.inf
    for name in ("wait", "deadline", "resume_within"):
        if name + "_ms" in said:
            chosen[name] = said[name + "_ms"] / 1000
    if said.get("journal") or said.get("resume") or said.get("verify_journal"):
        chosen["journal"] = journal
    return chosen


def play(step: dict[str, Any], emulator: Emulator, token: str | None, journal: Path) -> None:
    """Runs one step, and holds what it shows against what it should."""
    expect = step["expect"]
    assert step.keys() <= KNOWN_STEPS
    assert expect.keys() <= KNOWN_EXPECTATIONS
    if step.get("faults"):
        emulator.arm(*step["faults"])
    if "quota" in step:
        emulator.ask("POST", "quota", step["quota"])
    if "tear" in step or "append" in step:
        text = journal.read_bytes()
        journal.write_bytes(text[: len(text) - step.get("tear", 0)] + step.get("append", "").encode())
    users = step.get("users", []) + [f"user{n:06}@contoso.example" for n in range(1, step.get("generated", 0) + 1)]
    tokens = Tokens(token, [minted(wanted, emulator) for wanted in step.get("tokens_when_needed", [])])
    said = step.get("options", {})
    # A provider that is asked for nothing is the same as none.
    given = tokens if token is not None and "tokens_when_needed" in step else token
    failure, seen, run = None, [], None
    timeout = said.get("timeout_ms", 20_000) / 1000
    with Client(given, endpoint=emulator.url, api=said.get("api"), timeout=timeout) as client:
        if token is None and "tokens_when_needed" in step:
            tokens.waiting.pop(0)
            tokens.asked = 0
            client.set_token(tokens)
        try:
            run = client.run(iter(users), **options(step, journal))
            for outcome in run:
                seen.append((outcome.user or "", outcome.status))
                if len(seen) == step.get("cancel_after"):
                    run.cancel()
        except GraphInvalidateError as error:
            failure = error
        judge(expect, emulator, seen, failure, run, tokens)
        if run is not None:
            run.close()


def judge(  # noqa: PLR0913, PLR0917 all that was seen
    expect: dict[str, Any],
    emulator: Emulator,
    seen: list[tuple[str, str]],
    failure: GraphInvalidateError | None,
    run: Run | None,
    tokens: Tokens,
) -> None:
    """Holds what was seen against the expectation."""
    shown = f"{seen[:8]} {failure} {run and run.notice} {run and run.progress}"
    if not expect.get("any_outcomes"):
        assert Counter(status for _, status in seen) == expect.get("outcomes", {}), shown
    for user, status in expect.get("users", {}).items():
        assert dict(seen).get(user) == status, shown
    if "last" in expect:
        assert seen[-1][0] == expect["last"], shown
    if expect.get("tokens_needed", 0) > 0 and "failure" not in expect and failure is not None:
        # Nobody had another token to give.
        assert failure.outcome.status in {"token_missing", "token_expired"}, shown
    else:
        assert (failure.outcome.status if failure else None) == expect.get("failure"), shown
    assert expect.get("failure_contains", "") in str(failure), shown
    assert expect.get("notice_contains", "") in str(run and run.notice), shown
    if tokens.asked > 0:
        assert tokens.asked == expect.get("tokens_needed", 0), shown
    if run is not None:
        progress = run.progress
        for field, number in expect.get("progress", {}).items():
            assert getattr(progress, field) == number, f"{field}: {shown}"
        assert progress.attempts <= expect.get("most_attempts", progress.attempts), shown
    if "accepted_users" in expect:
        assert emulator.ask("GET", "requests")["users"] == expect["accepted_users"], shown
    for user, count in expect.get("accepted", {}).items():
        assert emulator.accepted(user) == count, f"{user}: {shown}"


@pytest.fixture(scope="module")
def tenant() -> Any:
    """An emulator with the generated users of these scenarios."""
    emulator = Emulator("--users", "5000")
    yield emulator
    emulator.stop()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_run_ends_as_it_says(path: Path, tenant: Emulator, tmp_path: Path) -> None:
    """Each file names the situation and what must be seen."""
    scenario = json.loads(path.read_text("utf-8"))
    assert scenario.keys() <= {"says", "token", "runs"}
    tenant.ask("POST", "reset", {})
    token = minted(scenario.get("token", {}), tenant)
    journal = tmp_path / "journal.jsonl"
    for step in scenario["runs"]:
        play(step, tenant, token, journal)
    if journal.exists():
        text = journal.read_text("utf-8")
        assert not [secret for secret in SECRETS if secret in text]


def test_there_are_scenarios_of_runs() -> None:
    """A folder that moved would otherwise pass in silence."""
    assert len(FILES) >= 50
