"""The kinds of failure. Made by ``cargo xtask abi`` from the library's source: do not edit."""

from graph_invalidate._errors import GraphInvalidateError


class InvalidInputError(GraphInvalidateError, hundred=100):
    """An argument or an option cannot be used; nothing was sent."""


class TokenError(GraphInvalidateError, hundred=200):
    """The access token is missing, invalid, expired or was refused: get another one."""


class PermissionDeniedError(GraphInvalidateError, hundred=300):
    """The token lacks the scope, or its owner the role, for this action on this user; the hint names both."""


class UserError(GraphInvalidateError, hundred=400):
    """The tenant has no such user, or the service rejects the user key."""


class ThrottledError(GraphInvalidateError, hundred=500):
    """The service asked to wait longer than the timeout allows; the outcome says how long."""


class NetworkError(GraphInvalidateError, hundred=600):
    """The network, TLS or a proxy failed, or the token would have gone to a host that must not get it."""


class ServiceError(GraphInvalidateError, hundred=700):
    """The service failed, refused the request, did not confirm it, or did not show the change in time."""


class RunError(GraphInvalidateError, hundred=800):
    """The call or the run ended early: it was cancelled, its time was over, or its journal cannot be used."""


class InternalError(GraphInvalidateError, hundred=900):
    """An internal error in graph-invalidate: please report it."""
