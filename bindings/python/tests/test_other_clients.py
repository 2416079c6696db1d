"""Microsoft's own client library signs in to the emulator as ours does: its requests and ours, field by field."""

from __future__ import annotations

import json
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import pytest
from azure.identity import AzurePipelinesCredential, WorkloadIdentityCredential
from support import needed

from graph_invalidate import Client, Credential

SCOPE = "https://graph.microsoft.com/.default"
SUBJECT = "repo:contoso/incidents:ref:refs/heads/main"
COMPARED_HEADERS = ("content-length", "x-tfs-fedauthredirect")
"""Who asks, and what it can read, differs, and so does the length of what says that claims challenges are answered."""


class Encrypted:
    """An emulator that speaks HTTPS, as that library demands, in the place of a pipeline."""

    def __init__(self, folder: Path) -> None:
        """Starts it."""
        self.authority = folder / "authority.pem"
        command = [str(needed("GRAPH_INVALIDATE_TEST_COMMAND")), "emulator", "--write-ca", str(self.authority)]
        self._process = subprocess.Popen([*command, "--env", "azure-pipelines"], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[-1]
        self.environment: dict[str, str] = {}
        for _ in range(7):
            name, _, value = self._process.stdout.readline().strip().partition("=")
            self.environment[name] = value
        self.tenant = self.environment["AZURESUBSCRIPTION_TENANT_ID"]
        self.application = self.environment["AZURESUBSCRIPTION_CLIENT_ID"]

    def stop(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.communicate()

    def ask(self, what: str, body: Optional[object] = None) -> Any:
        """Sends a request to the control interface."""
        data = None if body is None else json.dumps(body).encode()
        context = ssl.create_default_context(cafile=str(self.authority))
        request = urllib.request.Request(f"{self.url}/__emulator/{what}", data)
        with urllib.request.urlopen(request, timeout=20, context=context) as answer:
            return json.load(answer)

    def asked(self) -> list[dict[str, Any]]:
        """What was asked since the last time, but for the reading of addresses."""
        requests: list[dict[str, Any]] = self.ask("requests")["requests"]
        self.ask("reset", {})
        return [request for request in requests if "/.well-known/" not in request["path"]]

    def theirs(self) -> dict[str, Any]:
        """What that library needs to find the emulator."""
        return {"authority": self.url, "disable_instance_discovery": True, "connection_verify": str(self.authority)}

    def ours(self, credential: Credential) -> None:
        """Signs in with ours."""
        with Client(credential, endpoint=self.url, ca_file=self.authority) as client:
            assert client.sign_in().status == "signed_in"


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Encrypted]:
    """An emulator for one test."""
    emulator = Encrypted(tmp_path)
    yield emulator
    emulator.stop()


def compare(theirs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> None:
    """The same requests: methods, paths with their queries, fields, and the headers that mean something."""
    assert len(theirs) == len(ours), (theirs, ours)
    for their, our in zip(theirs, ours):
        assert our["method"] == their["method"]
        assert our["path"] == their["path"]
        fields = dict(our.get("asked", {}))
        fields.pop("claims", None)
        assert fields == their.get("asked", {})
        if "oidctoken" in our["path"]:
            for name in COMPARED_HEADERS:
                assert our["headers"].get(name) == their["headers"].get(name), name
        assert our["status"] == their["status"] == 200


def test_a_step_of_azure_pipelines(pipeline: Encrypted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure Pipelines gives its token to both in the same way."""
    monkeypatch.setenv("SYSTEM_OIDCREQUESTURI", pipeline.environment["SYSTEM_OIDCREQUESTURI"])
    AzurePipelinesCredential(
        tenant_id=pipeline.tenant,
        client_id=pipeline.application,
        service_connection_id=pipeline.environment["AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"],
        system_access_token=pipeline.environment["SYSTEM_ACCESSTOKEN"],
        **pipeline.theirs(),
    ).get_token(SCOPE)
    theirs = pipeline.asked()
    pipeline.ours(Credential("workload-identity", environment=pipeline.environment))
    compare(theirs, pipeline.asked())


def test_a_workload_with_a_token_in_a_file(pipeline: Encrypted, tmp_path: Path) -> None:
    """The token of a file goes to the same place with the same fields."""
    file = tmp_path / "token"
    file.write_text(pipeline.ask("federated_tokens", {"subject": SUBJECT})["token"], "utf-8")
    WorkloadIdentityCredential(
        tenant_id=pipeline.tenant,
        client_id=pipeline.application,
        token_file_path=str(file),
        **pipeline.theirs(),
    ).get_token(SCOPE)
    theirs = pipeline.asked()
    pipeline.ours(
        Credential(
            "workload-identity",
            tenant=pipeline.tenant,
            client_id=pipeline.application,
            federated_token_file=file,
            environment={},
        )
    )
    compare(theirs, pipeline.asked())
