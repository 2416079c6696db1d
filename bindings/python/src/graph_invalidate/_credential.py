"""Where tokens come from when the caller brings none."""

from collections.abc import Mapping
from ctypes import c_uint8, sizeof
from dataclasses import dataclass, fields
from typing import Any, Callable, NoReturn, Optional

from graph_invalidate import _strings
from graph_invalidate._declarations import GraphCredentialOptions, GraphVariable
from graph_invalidate._strings import NOT_GIVEN


class _Hidden:
    """A secret that no printing and no serializing shows."""

    __slots__ = ("reveal",)

    def __init__(self, value: object) -> None:
        self.reveal: Callable[[], Any] = lambda: value

    def __repr__(self) -> str:
        return "(hidden)"

    def __deepcopy__(self, _: object) -> "_Hidden":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Credential cannot be pickled, since secrets do not travel: make one in each process")


@dataclass(frozen=True, repr=False)
class Credential:
    """How a `Client` signs in by itself: given to it in place of a token.

    The client gets a token when it needs one, keeps it in memory, renews it in time, and answers a challenge for other
    claims. What is left out is read from the environment, under the names that Azure's own tools use; an option that
    the kind cannot use is refused, and so is None under a name that was given: a value that somebody has lost. Secrets
    are hidden in the attributes, too.

    Attributes:
        kind: ``client-secret`` or ``client-certificate``: an application. ``workload-identity``: a token of another
            issuer, in a file, or given by GitHub Actions or Azure Pipelines. ``managed-identity``: that of this machine
            or service. ``managed-identity-federated``: an application in the tenant that is named, for which that
            identity vouches. ``azure-cli``: whoever is signed in there. ``device-code``: a person, see
            `Client.sign_in`. ``environment``: the application that the environment describes. ``chain``: the first that
            is there of environment, workload-identity, managed-identity, azure-cli and device-code, and that
            AZURE_TOKEN_CREDENTIALS does not leave out.
        tenant: The tenant, by id or by a domain of it: AZURE_TENANT_ID. A person's own tenant is found without it.
        client_id: The application's id, or that of a user-assigned managed identity: AZURE_CLIENT_ID.
        client_secret: The client secret: AZURE_CLIENT_SECRET. Never shown.
        certificate_file: The file with the certificate and its key, PEM or PFX: AZURE_CLIENT_CERTIFICATE_PATH.
        certificate: The bytes of such a file instead. Never shown.
        certificate_password: What it is encrypted with: AZURE_CLIENT_CERTIFICATE_PASSWORD. Never shown.
        send_certificate_chain: Send the whole chain, for applications that trust an issuer and subject name.
        federated_token_file: The file with a workload's token: AZURE_FEDERATED_TOKEN_FILE.
        assertion_from: Where a workload's assertion comes from: ``file``, ``github-actions`` or ``azure-pipelines``.
            Left out: from what is named by another option, otherwise from the first that is there.
        audience: What the assertion of GitHub Actions or of a managed identity is for: api://AzureADTokenExchange.
        service_connection_id: The service connection: AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.
        token_proxy: Sign in by the token proxy of the Kubernetes cluster, which AZURE_KUBERNETES_TOKEN_PROXY names.
        identity_client_id: The client id of the user-assigned managed identity that vouches for an application.
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
    tenant: str = NOT_GIVEN
    client_id: _strings.User = NOT_GIVEN
    client_secret: str = NOT_GIVEN
    certificate_file: _strings.Path = NOT_GIVEN
    certificate: bytes = NOT_GIVEN
    certificate_password: Optional[str] = None
    send_certificate_chain: bool = False
    federated_token_file: _strings.Path = NOT_GIVEN
    assertion_from: str = NOT_GIVEN
    audience: str = NOT_GIVEN
    service_connection_id: _strings.User = NOT_GIVEN
    token_proxy: bool = False
    identity_client_id: _strings.User = NOT_GIVEN
    object_id: _strings.User = NOT_GIVEN
    resource_id: str = NOT_GIVEN
    scopes: str = NOT_GIVEN
    authority: str = NOT_GIVEN
    environment: Optional[Mapping[str, str]] = None

    def __post_init__(self) -> None:
        """Hides what is secret.

        Raises:
            InvalidInputError: Nothing stands under a name that was given.
        """
        for it in fields(self):
            value = getattr(self, it.name)
            if it.default is NOT_GIVEN and value is None:
                _strings.given(it.name, value)
            if it.name in _SECRETS and value is not it.default and not isinstance(value, _Hidden):
                object.__setattr__(self, it.name, _Hidden(value))

    def __repr__(self) -> str:
        """What was given, without the secrets."""
        given = ((it.name, getattr(self, it.name)) for it in fields(self) if getattr(self, it.name) is not it.default)
        return f"Credential({', '.join(f'{name}={value!r}' for name, value in given)})"


_SECRETS = {"client_secret", "certificate", "certificate_password", "environment"}
_PATHS = ("certificate_file", "federated_token_file")
_TEXTS = (
    "kind",
    "tenant",
    "client_id",
    "client_secret",
    "certificate_password",
    "assertion_from",
    "audience",
    "service_connection_id",
    "identity_client_id",
    "object_id",
    "resource_id",
)


def credential_options(credential: Credential) -> GraphCredentialOptions:
    """The options as the native library takes them."""

    def read(name: str) -> Any:
        value = getattr(credential, name)
        return None if value is NOT_GIVEN else value.reveal() if isinstance(value, _Hidden) else value

    options = GraphCredentialOptions(
        struct_size=sizeof(GraphCredentialOptions),
        send_certificate_chain=credential.send_certificate_chain,
        token_proxy=credential.token_proxy,
        **{name: _strings.path(name, read(name)) for name in _PATHS},
        **{name: _strings.text(name, _strings.uuid_text(read(name))) for name in (*_TEXTS, "scopes", "authority")},
    )
    certificate, environment = read("certificate"), read("environment")
    if certificate is not None:
        options.certificate = (c_uint8 * len(certificate)).from_buffer_copy(certificate)
        options.certificate_len = len(certificate)
    if environment is not None:
        options.environment = _strings.pairs("environment", GraphVariable, environment)
        options.environment_len = len(environment)
    return options
