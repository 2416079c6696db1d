"""What a token may do. Made by ``cargo xtask abi`` from the library's source: do not edit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from graph_invalidate._reading import read_text, read_time, status_name


@dataclass(frozen=True)
class TokenAccessFinding:
    """Whether a token may do one job.

    Attributes:
        job: The job: "me" (signing out the user who signed in), "others" (users without an
            administrator's role), "administrators", "verification" (reading back that users were signed out),
            "target" (the one user that `Client.access` was asked about). There may be more one day.
        verdict: "allowed", "refused" or "unknown".
        reason: Why, in one sentence.
        hint: What to ask for, and whom. None where nothing is to be asked for.
    """

    job: str
    verdict: str
    reason: Optional[str]
    hint: Optional[str]


@dataclass(frozen=True)
class TokenAccess:
    """What a client's token may do, by its own claims, which are no proof; never the token.

    Attributes:
        status: ``accepted``, or the first reason why nothing will work: ``token_missing``,
            ``token_expired``, ``token_wrong_audience`` and so on.
        message: What the status means, in one sentence. None where nothing is wrong.
        hint: What to do about it.
        kind: "delegated" (a user signed in) or "application"; None where the token cannot be read.
        user: The user principal name of the signed-in user.
        id: The object id of the signed-in user, or of the application's service principal.
        tenant: The tenant's id.
        application: The application's name.
        application_id: The application's id.
        credential: The kind of the credential that brought the token, and where a workload's assertion
            came from: "azure-cli", "workload-identity (github-actions)". None where the token was given.
        cloud: The cloud that the token names: "global", "usgov", "usgov-dod" or "china".
        endpoint: Where requests with this token go.
        expires: The end of the token's lifetime, in UTC.
        permissions: The delegated scopes, or the application's roles.
        directory_roles: The signed-in user's tenant-wide directory roles: by name where they may sign
            others out, otherwise by template id.
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


def read_access(raw: Any) -> TokenAccess:
    """Copies what is known out of the library's memory."""
    return TokenAccess(
        status=status_name(raw.status),
        message=read_text(raw.message),
        hint=read_text(raw.hint),
        kind=read_text(raw.kind),
        user=read_text(raw.user),
        id=read_text(raw.id),
        tenant=read_text(raw.tenant),
        application=read_text(raw.application),
        application_id=read_text(raw.application_id),
        cloud=read_text(raw.cloud),
        endpoint=read_text(raw.endpoint),
        expires=read_time(raw.expires),
        permissions=tuple(it.decode() for it in raw.permissions[: raw.permissions_len]),
        directory_roles=tuple(it.decode() for it in raw.directory_roles[: raw.directory_roles_len]),
        findings=tuple(_finding(it.contents) for it in raw.findings[: raw.findings_len]),
        credential=read_text(raw.credential),
    )


def _finding(raw: Any) -> TokenAccessFinding:
    return TokenAccessFinding(
        job=raw.job.decode(),
        verdict=raw.verdict.decode(),
        reason=read_text(raw.reason),
        hint=read_text(raw.hint),
    )
