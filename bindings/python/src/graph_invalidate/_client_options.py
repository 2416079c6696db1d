"""How a client is made, with its options. Made by ``cargo xtask abi`` from the library's source: do not edit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from ctypes import pointer, sizeof
from typing import Any, Generic, Optional, TypeVar, Union

from graph_invalidate import _strings
from graph_invalidate._credential import Credential, credential_options
from graph_invalidate._declarations import GraphClientOptions, GraphHeader, GraphVariable
from graph_invalidate._hidden import without_variables
from graph_invalidate._strings import NOT_GIVEN, Duration, Path

_Token = TypeVar("_Token")


class ClientOptions(ABC, Generic[_Token]):
    """What makes a client of its options."""

    @without_variables
    def __init__(  # noqa: PLR0913 the options that every language has
        self,
        token: Optional[Union[_Token, Credential]] = None,
        *,
        cloud: Optional[str] = None,
        endpoint: str = NOT_GIVEN,
        api: Optional[str] = None,
        timeout: Optional[Duration] = None,
        proxy: Optional[str] = None,
        ca_file: Path = NOT_GIVEN,
        headers: Optional[Mapping[str, str]] = None,
        expect_tenant: str = NOT_GIVEN,
        environment: Optional[Mapping[str, str]] = None,
    ) -> None:
        """Makes a client. Nothing is sent yet.

        Args:
            token: The access token, or who to ask for one: see `set_token`. It may come later. A `Credential` signs in
                by itself.
            cloud: The national cloud: "global", "usgov", "usgov-dod" or "china". Left out: the token's
                own claims choose it.
            endpoint: The root of the service, "https://host[:port]", plain http to loopback only. The
                token is sent there: name only what you trust. With a cloud it says where requests go, and the
                cloud whose tokens a credential asks for. With neither endpoint nor cloud the environment's
                GRAPH_INVALIDATE_ENDPOINT applies, where it names a Graph host or loopback; anything else
                there is an error.
            api: "beta" (the default: invalidateAllRefreshTokens) or "v1.0" (revokeSignInSessions).
            timeout: Maximum time for one call, with all attempts and waits. Left out: 100 seconds. In
                seconds, or as a timedelta.
            proxy: An HTTP proxy, "http://[user:password@]host:port". A proxy variable that cannot be used
                is ``invalid_proxy``. Loopback never goes through a proxy. Left out: HTTPS_PROXY or ALL_PROXY
                of the environment; NO_PROXY always applies.
            ca_file: A PEM file of certificate authorities, trusted in addition to the system's, or of the
                server's own certificate.
            headers: Additional headers for every request. Left out: none.
            expect_tenant: The id of the only tenant in which the client may act: with a token of another
                tenant, or one that names no tenant, nothing is sent. Left out: the variable
                GRAPH_INVALIDATE_EXPECT_TENANT, if set.
            environment: Environment variables to read, and to hand to the Azure CLI. Left out: those of
                ``os.environ`` as they are now. The process's own are never read.

        Raises:
            InvalidInputError: An option cannot be used. Nothing (None, or an empty string) under the name of what leads
                elsewhere or protects, such as ``endpoint`` or ``expect_tenant``, is a value that was lost.
            NetworkError: The endpoint is a host that may not have the token.
            TokenError: The token cannot be one.
            NativeLibraryError: The native library is missing or does not fit.
        """
        credential, asked = (token, None) if isinstance(token, Credential) else (None, token)
        headers_pairs = headers or {}
        environment_pairs = _strings.environment(environment)
        options = GraphClientOptions(
            struct_size=sizeof(GraphClientOptions),
            token=_strings.text("token", asked) if isinstance(asked, str) else None,
            credential=None if credential is None else pointer(credential_options(credential)),
            cloud=_strings.text("cloud", cloud),
            endpoint=_strings.text("endpoint", _strings.given("endpoint", endpoint)),
            api=_strings.text("api", api),
            timeout_ms=_strings.milliseconds("timeout", timeout),
            proxy=_strings.text("proxy", proxy),
            ca_file=_strings.path("ca_file", _strings.given("ca_file", ca_file)),
            headers=_strings.pairs("headers", GraphHeader, headers_pairs),
            headers_len=len(headers_pairs),
            expect_tenant=_strings.text("expect_tenant", _strings.given("expect_tenant", expect_tenant)),
            environment=_strings.pairs("environment", GraphVariable, environment_pairs),
            environment_len=len(environment_pairs),
        )
        self._open(options, asked)

    @abstractmethod
    def _open(self, options: GraphClientOptions, asked: Any) -> None:
        """Makes the native client."""
