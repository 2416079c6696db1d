"""What the documentation claims, executed."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, Emulator, run_program

import graph_invalidate

README = ROOT / "bindings/python/README.md"
MIGRATION = ROOT / "docs/migrate.md"
MODULES = sorted(file.stem for file in Path(graph_invalidate.__file__).parent.glob("_[a-z]*.py"))


@pytest.fixture(scope="module")
def contoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A tenant with the user of the examples."""
    tenant = (ROOT / "emulator/tenant.json").read_text("utf-8")
    file = tmp_path_factory.mktemp("tenant") / "tenant.json"
    file.write_text(tenant.replace("adele.vance@contoso.example", "adele@contoso.com"), "utf-8")
    emulator = Emulator("--tenant", str(file))
    yield emulator
    emulator.stop()


def environment(emulator: Emulator) -> dict[str, str]:
    """What the page tells people to set."""
    emulator.ask("POST", "reset", {})
    return {
        "GRAPH_INVALIDATE_ENDPOINT": emulator.url,
        "GRAPH_INVALIDATE_TOKEN": emulator.token(),
        "AZURE_TENANT_ID": "c0ffee00-1111-4222-8333-444455556666",
        "AZURE_CLIENT_ID": "aaaaaaaa-0000-4000-8000-000000000003",
        "AZURE_CLIENT_SECRET": "emulated-secret",
    }


def test_the_readme_runs_from_top_to_bottom(contoso: Emulator, tmp_path: Path) -> None:
    """As one program; azure-identity is stood in for, since no tenant is at hand."""
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 6
    identity = """
import os, sys, types
from azure.core.credentials import AccessToken
class DefaultAzureCredential:
    def get_token(self, *scopes, **_):
        assert scopes == ("https://graph.microsoft.com/.default",)
        return AccessToken(os.environ["GRAPH_INVALIDATE_TOKEN"], 0)
sys.modules["azure.identity"] = types.SimpleNamespace(DefaultAzureCredential=DefaultAzureCredential)
"""
    program = identity + "\n".join(blocks).replace("Timer(10,", "Timer(0,")
    result = run_program(program, tmp_path, **environment(contoso))
    assert (result.returncode, result.stderr) == (0, "")
    said = result.stdout
    assert said.startswith("verified Sign-in sessions are valid from ")
    assert "\nuser_not_found: Resource 'nobody@contoso.com' does not exist" in said
    assert contoso.requests()[-1]["status"] == 200


def test_the_lines_of_the_projects_own_readme_run(contoso: Emulator) -> None:
    """With an access token at hand."""
    [block] = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    program = "import os\ntoken = os.environ['GRAPH_INVALIDATE_TOKEN']\n" + block
    result = run_program(program, **environment(contoso))
    assert (result.returncode, result.stderr) == (0, "")
    assert [request["method"] for request in contoso.requests()] == ["POST"]


@pytest.mark.parametrize("exception", re.findall(r"^\| `(\w+Error)` \|", README.read_text("utf-8"), re.MULTILINE))
def test_the_readme_names_exceptions_that_exist(exception: str) -> None:
    """Each is a kind of the one error."""
    assert issubclass(getattr(graph_invalidate, exception), graph_invalidate.GraphInvalidateError)


def test_the_readme_and_the_package_have_the_same_files() -> None:
    """A new file is explained."""
    named = set(re.findall(r"`(_\w+)\.py`", README.read_text("utf-8")))
    assert named == {name for name in MODULES if name != "_version"}


def migration_lines() -> list[str]:
    """The right-hand lines of the Python part."""
    part = MIGRATION.read_text("utf-8").split("## Python")[1].split("\n## ")[0]
    return [line.split(" | ")[1].strip("` ") for line in part.splitlines() if line.startswith("| `")]


def test_every_line_of_the_migration_guide_runs(contoso: Emulator) -> None:
    """In their order, as the guide says: with a client and an access token."""
    lines = migration_lines()
    assert len(lines) >= 4
    start = (
        "import os\nfrom graph_invalidate import *\naccess_token = os.environ['GRAPH_INVALIDATE_TOKEN']\n"
        "client_id, customer_id = os.environ['AZURE_CLIENT_ID'], 'c0575000-0000-4000-8000-000000000001'\n"
    )
    end = (
        "\nfor client in (step, partner, whoever_is_there):\n"
        "    print(client.sign_in().status, client.access().credential)\n"
    )
    program = start + "\n".join(lines).replace("{user-id}", "adele@contoso.com") + end
    step = {
        "SYSTEM_OIDCREQUESTURI": f"{contoso.url}/azure-pipelines/_apis/distributedtask"
        "/hubs/build/plans/1/jobs/2/oidctoken",
        "SYSTEM_ACCESSTOKEN": "emulated-access-token",
        "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "5eed0000-0000-4000-8000-000000000001",
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": contoso.url,
    }
    result = run_program(program, **environment(contoso), **step)
    assert (result.returncode, result.stderr) == (0, "")
    credentials = ["workload-identity (azure-pipelines)", "managed-identity-federated", "environment"]
    assert result.stdout.splitlines() == [f"signed_in {credential}" for credential in credentials]
    accepted = [request for request in contoso.requests() if request["path"].endswith("invalidateAllRefreshTokens")]
    assert len(accepted) == 2


@pytest.mark.parametrize("name", ["graph_invalidate", *(f"graph_invalidate.{name}" for name in MODULES)])
def test_the_examples_in_the_docstrings_run(name: str, emulator: Emulator) -> None:
    """With an access token at hand."""
    module = importlib.import_module(name)
    result = doctest.testmod(module, extraglobs={"token": emulator.token()})
    assert result.failed == 0


def test_everything_public_is_documented() -> None:
    """Classes, functions, and the methods of classes."""
    for name in graph_invalidate.__all__:
        item: Any = getattr(graph_invalidate, name)
        if not isinstance(item, (type, types.FunctionType)):
            continue
        assert inspect.getdoc(item), name
        for member, value in vars(item).items():
            if isinstance(value, types.FunctionType) and not member.startswith("_"):
                assert inspect.getdoc(value), f"{name}.{member}"


def test_the_examples_are_found() -> None:
    """A finder that found none would pass in silence."""
    found = doctest.DocTestFinder().find(graph_invalidate) + doctest.DocTestFinder().find(graph_invalidate.Client)
    assert sum(len(test.examples) for test in found) >= 6
    assert Path(inspect.getfile(graph_invalidate)).is_relative_to(sys.prefix), "the installed package is tested"
