"""How a client signs in by itself. Made by ``cargo xtask abi`` from the library's source: do not edit."""

from collections.abc import Mapping
from ctypes import c_uint8, sizeof
from dataclasses import dataclass
from typing import Optional

from graph_invalidate import _strings
from graph_invalidate._declarations import GraphCredentialOptions, GraphVariable
from graph_invalidate._hidden import hide, revealed, shown, without_variables
from graph_invalidate._strings import NOT_GIVEN


@dataclass(frozen=True, repr=False)
class Credential:
    """How a `Client` signs in by itself: given to it in place of a token.

    The client gets a token when it needs one, keeps it in memory, renews it in time, and answers a challenge for other
    claims. What is left out is read from the environment, under the names that Azure's own tools use; an option that
    the kind cannot use is refused, and so is None under a name that was given: a value that somebody has lost. Secrets
    are hidden in the attributes, too.

    Attributes:
        kind: Where the tokens come from. "client-secret", "client-certificate": an application.
            "workload-identity": a token of another issuer, in a file, or given by GitHub Actions or Azure
            Pipelines. "managed-identity": that of this machine or service. "managed-identity-federated": an
            application in the tenant that is named, for which that identity vouches. "azure-cli": the
            identity that is signed in there. "device-code": a person; see GraphClientSignIn. "environment":
            the application that AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET or
            AZURE_CLIENT_CERTIFICATE_PATH describe. "chain": the first that is there of environment,
            workload-identity, managed-identity, azure-cli, device-code, and that AZURE_TOKEN_CREDENTIALS does
            not leave out.
        tenant: The tenant, by id or by a domain of it. Left out: the variable AZURE_TENANT_ID; for a
            device code, the tenant of the person who signs in; for the Azure CLI, the one it is signed in to.
        client_id: The application's (client's) id, or that of a user-assigned managed identity. Left out:
            the variable AZURE_CLIENT_ID; for a managed identity, the system-assigned one; for a device code,
            "Microsoft Graph Command Line Tools", which Connect-MgGraph signs in with as well.
        client_secret: The client secret. Left out: the variable AZURE_CLIENT_SECRET. Never shown.
        certificate_file: The file with the client certificate and its private key, PEM or PFX. Left out:
            AZURE_CLIENT_CERTIFICATE_PATH.
        certificate: The bytes of such a file, instead of the file. Left out: none. Never shown.
        certificate_password: The password of the certificate's file. Left out:
            AZURE_CLIENT_CERTIFICATE_PASSWORD, if set. Never shown.
        send_certificate_chain: Sends the whole certificate chain, for applications that trust an issuer
            and subject name. Without it: sends the certificate alone.
        federated_token_file: The file with the federated token of a workload. Left out: the variable
            AZURE_FEDERATED_TOKEN_FILE.
        assertion_from: Where a workload's assertion comes from: "file", "github-actions" or
            "azure-pipelines". Left out: from what is named by another option, otherwise from the first that
            is there, in this order.
        audience: What the assertion that GitHub Actions or a managed identity gives is to be for. Left
            out: "api://AzureADTokenExchange".
        service_connection_id: The service connection of Azure Pipelines. Left out: the variable
            AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.
        token_proxy: A workload in a Kubernetes cluster signs in through the token proxy that
            AZURE_KUBERNETES_TOKEN_PROXY names. Without it: never, whatever variables are set.
        identity_client_id: The client id of the user-assigned managed identity that vouches for an
            application.
        object_id: The object id of a user-assigned managed identity.
        resource_id: The resource id of a user-assigned managed identity.
        scopes: The delegated permissions that a person is asked for, separated by spaces. Left out: what
            invalidating and verifying take, "User.RevokeSessions.All User.Read.All".
        authority: The sign-in service, "https://host[:port]". AZURE_AUTHORITY_HOST applies where it names
            a cloud's sign-in service or loopback. Secrets are sent there: name only what you trust. Left out:
            that of the client's cloud; that of a loopback endpoint is the endpoint itself.
        environment: Environment variables to use instead of the client's. Left out: the client's. Never
            shown.

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
        hide(self, _SECRETS)

    def __repr__(self) -> str:
        """What was given, without the secrets."""
        return shown(self)


# The one that dataclass made.
Credential.__init__ = without_variables(Credential.__init__)  # type: ignore[method-assign]

_SECRETS = frozenset({"client_secret", "certificate", "certificate_password", "environment"})


def _text(credential: Credential, name: str) -> Optional[bytes]:
    return _strings.text(name, _strings.uuid_text(revealed(credential, name)))


def credential_options(credential: Credential) -> GraphCredentialOptions:
    """The options as the native library takes them."""
    options = GraphCredentialOptions(struct_size=sizeof(GraphCredentialOptions))
    options.kind = _text(credential, "kind")
    options.tenant = _text(credential, "tenant")
    options.client_id = _text(credential, "client_id")
    options.client_secret = _text(credential, "client_secret")
    options.certificate_file = _strings.path("certificate_file", revealed(credential, "certificate_file"))
    certificate = revealed(credential, "certificate")
    if certificate is not None:
        options.certificate = (c_uint8 * len(certificate)).from_buffer_copy(certificate)
        options.certificate_len = len(certificate)
    options.certificate_password = _text(credential, "certificate_password")
    options.send_certificate_chain = credential.send_certificate_chain
    options.federated_token_file = _strings.path("federated_token_file", revealed(credential, "federated_token_file"))
    options.assertion_from = _text(credential, "assertion_from")
    options.audience = _text(credential, "audience")
    options.service_connection_id = _text(credential, "service_connection_id")
    options.token_proxy = credential.token_proxy
    options.identity_client_id = _text(credential, "identity_client_id")
    options.object_id = _text(credential, "object_id")
    options.resource_id = _text(credential, "resource_id")
    options.scopes = _text(credential, "scopes")
    options.authority = _text(credential, "authority")
    environment = revealed(credential, "environment")
    if environment is not None:
        options.environment = _strings.pairs("environment", GraphVariable, environment)
        options.environment_len = len(environment)
    return options
