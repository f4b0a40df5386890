"""Who is asking, as a verified token says: ids, roles and areas; never a name."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.access.roles import Role


class CallerKind(StrEnum):
    STAFF = "staff"
    SYSTEM = "system"
    LINK = "link"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role and where it is held. Organisations are the one of the membership and those it reaches below."""

    role: Role
    areas: frozenset[str] = frozenset()
    organisations: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Caller:
    """A staff member, a system, the holder of a link, or one of our own services."""

    kind: CallerKind
    member_id: UUID | None = None
    session_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    organisation_id: UUID | None = None
    subject: UUID | None = None
    authenticated_at: datetime | None = None
    version: int = field(default=0, compare=False)

    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)
