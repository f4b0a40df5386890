"""Reads the audit trail: for an auditor by person, actor and day, and for a person what was done with their record."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referral.domain.audit_act import Act, Actor, ActorKind
from services.referral.storage.audit_keys import find_keys
from services.referral.storage.audit_records import Wanted, list_records
from services.referral.use_cases.audit_trail import AuditTrail
from shared.postgres.pool import Connection

PAGE = 50
LAST = UUID(int=2**128 - 1)
FIRST = UUID(int=0)
BY_ID = (ActorKind.STAFF, ActorKind.SYSTEM, ActorKind.PROVIDER, ActorKind.SERVICE)


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for. None looks for all; `before` is the last record of the page before."""

    areas: frozenset[str]
    person_id: UUID | None = None
    actor_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One record, with its act where it can be read."""

    record_id: UUID
    recorded_at: datetime
    area: str
    act: Act | None

    @property
    def happened_at(self) -> datetime:
        """When it was done; only of what another service told is that not the moment of recording."""
        return self.act.happened_at if self.act and self.act.happened_at else self.recorded_at


@dataclass(frozen=True, slots=True)
class Page:
    records: tuple[Recorded, ...] = ()
    older: UUID | None = None
    """Where the next page begins, when there is one."""


async def search(connection: Connection, trail: AuditTrail, wanted: Search) -> Page:
    """The newest first."""
    key_ids: tuple[UUID, ...] | None = None
    tags: tuple[bytes, ...] | None = None
    if wanted.person_id is not None:
        key_ids = tuple(key.key_id for key in await find_keys(connection, [wanted.person_id]))
        if not key_ids:
            return Page()
    if wanted.actor_id is not None:
        tags = ()
        for kind in BY_ID:
            tags += await trail.actor_tags(connection, sorted(wanted.areas), Actor(kind, wanted.actor_id))
    rows = await list_records(
        connection,
        Wanted(
            areas=wanted.areas,
            before=min(wanted.before or LAST, _first_id_at(wanted.until) if wanted.until else LAST),
            since=_first_id_at(wanted.since) if wanted.since else FIRST,
            key_ids=key_ids,
            actor_tags=tags,
            limit=PAGE + 1,
        ),
    )
    acts = await trail.read(connection, rows[:PAGE])
    shown = tuple(
        Recorded(row.record_id, row.recorded_at, row.area, act)
        for row, act in zip(rows[:PAGE], acts, strict=True)
    )
    return Page(shown, shown[-1].record_id if len(rows) > PAGE else None)


def _first_id_at(moment: datetime) -> UUID:
    """The least UUIDv7 of a moment: ids are in order of time, so a span of time is a span of ids."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
