"""What a token may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from graph_invalidate._reading import read_text, read_time, status_name


@dataclass(frozen=True)
class TokenAccessFinding:
    """Whether a token may do one job.

    Attributes:
        job: ``me`` (signing out the user who signed in), ``others`` (users without an administrator's role),
            ``administrators``, ``verification``, ``target`` (the one user that was asked about). More may come.
        verdict: ``allowed``, ``refused`` or ``unknown``.
        reason: Why, in one sentence.
        hint: What to ask for, and whom.
    """

    job: str
    verdict: str
    reason: Optional[str]
    hint: Optional[str]


@dataclass(frozen=True)
class TokenAccess:
    """What a client's token may do, by its own claims, which are no proof; never the token.

    Attributes:
        status: ``accepted``, or the first reason why nothing will work, such as ``token_expired``.
        message: What the status means, and which reads were refused.
        hint: What to do about it.
        kind: ``delegated`` (a user signed in) or ``application``; None where the token cannot be read.
        user: The user principal name of the signed-in user.
        id: The object id of the signed-in user, or of the application's service principal.
        tenant: The tenant's id.
        application: The application's name.
        application_id: The application's id.
        credential: The kind of the credential that brought the token, and where a workload's assertion came from, such
            as ``workload-identity (github-actions)``; None where the token was given.
        cloud: The cloud that the token names: ``global``, ``usgov``, ``usgov-dod`` or ``china``.
        endpoint: Where requests with this token go.
        expires: The end of the token's lifetime, in UTC.
        permissions: The delegated scopes, or the application's roles.
        directory_roles: The signed-in user's tenant-wide directory roles: by name where they may sign others out,
            otherwise by template id.
        findings: What the token may do, job for job.
    """

    status: str
    message: Optional[str]
    hint: Optional[str]
    kind: Optional[str]
    user: Optional[str]
    id: Optional[str]
    tenant: Optional[str]
    application: Optional[str]
    application_id: Optional[str]
    credential: Optional[str]
    cloud: Optional[str]
    endpoint: Optional[str]
    expires: Optional[datetime]
    permissions: tuple[str, ...]
    directory_roles: tuple[str, ...]
    findings: tuple[TokenAccessFinding, ...]


_TEXTS = (
    "message",
    "hint",
    "kind",
    "user",
    "id",
    "tenant",
    "application",
    "application_id",
    "credential",
    "cloud",
    "endpoint",
)


def read_access(raw: Any) -> TokenAccess:
    """Copies what is known out of the library's memory."""
    findings = [pointer.contents for pointer in raw.findings[: raw.findings_len]]
    return TokenAccess(
        status=status_name(raw.status),
        expires=read_time(raw.expires),
        permissions=tuple(name.decode() for name in raw.permissions[: raw.permissions_len]),
        directory_roles=tuple(name.decode() for name in raw.directory_roles[: raw.directory_roles_len]),
        findings=tuple(
            TokenAccessFinding(it.job.decode(), it.verdict.decode(), read_text(it.reason), read_text(it.hint))
            for it in findings
        ),
        **{name: read_text(getattr(raw, name)) for name in _TEXTS},
    )
