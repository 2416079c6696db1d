"""Where tokens come from when the caller brings none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ctypes import c_uint8, sizeof
from dataclasses import dataclass, field

from graph_invalidate import _strings
from graph_invalidate._declarations import GraphCredentialOptions, GraphVariable


@dataclass(frozen=True)
class Credential:
    """How a `Client` signs in by itself: given to it in place of a token.

    The client gets a token when it needs one, keeps it in memory, renews it in time, and answers a challenge for other
    claims. What is left out is read from the environment, under the names that Azure's own tools use; an option that
    the kind cannot use is refused.

    Attributes:
        kind: ``client-secret`` or ``client-certificate``: an application. ``workload-identity``: a token of another
            issuer, in a file. ``managed-identity``: that of this machine or service. ``azure-cli``: whoever is signed
            in there. ``device-code``: a person, see `Client.sign_in`. ``environment``: the application that the
            environment describes. ``chain``: the first that is there of environment, workload-identity,
            managed-identity, azure-cli and device-code.
        tenant: The tenant, by id or by a domain of it: AZURE_TENANT_ID. A person's own tenant is found without it.
        client_id: The application's id, or that of a user-assigned managed identity: AZURE_CLIENT_ID.
        client_secret: The client secret: AZURE_CLIENT_SECRET. Never shown.
        certificate_file: The file with the certificate and its key, PEM or PFX: AZURE_CLIENT_CERTIFICATE_PATH.
        certificate: The bytes of such a file instead. Never shown.
        certificate_password: What it is encrypted with: AZURE_CLIENT_CERTIFICATE_PASSWORD. Never shown.
        send_certificate_chain: Send the whole chain, for applications that trust an issuer and subject name.
        token_file: The file with a workload's token: AZURE_FEDERATED_TOKEN_FILE.
        object_id: The object id of a user-assigned managed identity.
        resource_id: The resource id of a user-assigned managed identity.
        scopes: What a person is asked for, separated by spaces. Left out: what invalidating and verifying take.
        authority: The sign-in service, ``https://host[:port]``. Left out: that of the client's cloud. Secrets are sent
            there: name only what you trust.
        environment: The variables to read instead of the process's own.

    >>> Credential("client-secret", tenant="contoso.com", client_id="11111111-2222-3333-4444-555555555555").kind
    'client-secret'
    """

    kind: str
    tenant: str | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    certificate_file: str | os.PathLike[str] | None = None
    certificate: bytes | None = field(default=None, repr=False)
    certificate_password: str | None = field(default=None, repr=False)
    send_certificate_chain: bool = False
    token_file: str | os.PathLike[str] | None = None
    object_id: str | None = None
    resource_id: str | None = None
    scopes: str | None = None
    authority: str | None = None
    environment: Mapping[str, str] | None = field(default=None, repr=False)


_TEXTS = ("kind", "tenant", "client_id", "client_secret", "certificate_password", "object_id", "resource_id")


def credential_options(credential: Credential) -> GraphCredentialOptions:
    """The options as the native library takes them."""
    options = GraphCredentialOptions(
        struct_size=sizeof(GraphCredentialOptions),
        certificate_file=_strings.path("certificate_file", credential.certificate_file),
        token_file=_strings.path("token_file", credential.token_file),
        send_certificate_chain=credential.send_certificate_chain,
        **{name: _strings.text(name, getattr(credential, name)) for name in (*_TEXTS, "scopes", "authority")},
    )
    if credential.certificate is not None:
        options.certificate = (c_uint8 * len(credential.certificate)).from_buffer_copy(credential.certificate)
        options.certificate_len = len(credential.certificate)
    if credential.environment is not None:
        options.environment = _strings.pairs("environment", GraphVariable, credential.environment)
        options.environment_len = len(credential.environment)
    return options
