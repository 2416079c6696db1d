"""Sign a Microsoft Entra user out everywhere, and prove it.

>>> import graph_invalidate
>>> outcome = graph_invalidate.invalidate_all_refresh_tokens("adele.vance@contoso.example", token=token)
>>> outcome.status
'accepted'
>>> try:
...     graph_invalidate.invalidate_all_refresh_tokens("nobody@contoso.example", token=token)
... except graph_invalidate.UserError as error:
...     print(error.outcome.status, "-", error.outcome.hint)
user_not_found - Check the user key and the tenant of the token; a deleted user has no sessions.
"""

from graph_invalidate._access import TokenAccess, TokenAccessFinding
from graph_invalidate._async_client import AsyncClient
from graph_invalidate._async_run import AsyncRun
from graph_invalidate._cancellation import Cancellation
from graph_invalidate._client import Client, invalidate_all_refresh_tokens
from graph_invalidate._credential import Credential
from graph_invalidate._errors import GraphInvalidateError
from graph_invalidate._failures import (
    InternalError,
    InvalidInputError,
    NetworkError,
    PermissionDeniedError,
    RunError,
    ServiceError,
    ThrottledError,
    TokenError,
    UserError,
)
from graph_invalidate._library import NativeLibraryError, library_version, use_library
from graph_invalidate._outcome import Outcome
from graph_invalidate._progress import Progress
from graph_invalidate._run import Run
from graph_invalidate._token import AsyncToken, AsyncTokenCredential, Token, TokenCredential
from graph_invalidate._version import __version__

__all__ = [
    "AsyncClient",
    "AsyncRun",
    "AsyncToken",
    "AsyncTokenCredential",
    "Cancellation",
    "Client",
    "Credential",
    "GraphInvalidateError",
    "InternalError",
    "InvalidInputError",
    "NativeLibraryError",
    "NetworkError",
    "Outcome",
    "PermissionDeniedError",
    "Progress",
    "Run",
    "RunError",
    "ServiceError",
    "ThrottledError",
    "Token",
    "TokenAccess",
    "TokenAccessFinding",
    "TokenCredential",
    "TokenError",
    "UserError",
    "__version__",
    "invalidate_all_refresh_tokens",
    "library_version",
    "use_library",
]

# Tracebacks and pickles name what is public where it is public.
for _item in map(globals().get, __all__):
    if isinstance(_item, type):
        _item.__module__ = __name__
