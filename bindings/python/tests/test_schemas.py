"""The files of tests/scenarios, held against the schemas that the author of the next language reads."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from support import ROOT


@pytest.mark.parametrize(("kind", "least"), [("", 50), ("runs", 50), ("sign-in", 50), ("identities", 4)])
def test_every_scenario_is_one_by_the_schema(kind: str, least: int) -> None:
    """Of its kind; and there are some, since a folder that moved would otherwise pass in silence."""
    folder = ROOT / "tests/scenarios" / kind
    schema = json.loads((folder / "schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    files = [path for path in sorted(folder.glob("*.json")) if path.name != "schema.json"]
    assert len(files) >= least
    for path in files:
        faults = [error.message for error in validator.iter_errors(json.loads(path.read_text("utf-8")))]
        assert not faults, f"{path.name}: {faults}"
