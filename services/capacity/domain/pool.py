"""A pool: something of a service that can be full, with what was last said of its space and its ledger."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from services.capacity.domain.doubt import Doubt
from services.capacity.domain.errors import CapacityError, PoolWithdrawn
from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.lasting import counts_until, over_at
from services.capacity.domain.ledger import PoolLedger, apply_signal
from services.capacity.domain.status import Source, Status, ToldBy
from services.capacity.domain.times import Times


@dataclass(frozen=True, slots=True)
class Said:
    """Who said the signal that stands, when, and how long it counts. The note is for staff alone."""

    source: Source
    confirmed_at: datetime
    expires_at: datetime
    paused_until: datetime | None = None
    expected_wait_days: int | None = None
    said_by: str | None = None
    tapped_at: datetime | None = None
    note: str | None = None
    told_by: ToldBy | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """`said` is None until a provider speaks. `spoken_version` is the version of the provider's last word.

    `starts_on`: the day of an event, or on which a course begins.
    """

    pool_id: UUID
    service_id: UUID
    service_name: str
    area: str | None
    spoken_version: int
    ledger: PoolLedger
    said: Said | None
    organisation_id: UUID | None = None
    kind: PoolKind = PoolKind.SERVICE
    starts_on: date | None = None
    doubt: Doubt | None = None
    times: Times | None = None


class SomeoneSpokeSince(CapacityError):
    """The statement answers a signal that is no longer the last: it is shown back, not applied."""

    def __init__(self, current: Pool) -> None:
        super().__init__(f"Pool {current.pool_id} is at version {current.ledger.version}.")
        self.current = current


@dataclass(frozen=True, slots=True)
class Statement:
    """What a provider says now, with the version that they saw and the time of their tap.

    `free` counts places for new people, beside whoever holds or has one; `places` counts them all. With OPEN and
    neither there is no limit.
    """

    status: Status
    free: int | None
    version_seen: int
    tapped_at: datetime
    source: Source
    said_by: str | None = None
    paused_until: datetime | None = None
    expected_wait_days: int | None = None
    places: int | None = None
    note: str | None = None
    told_by: ToldBy | None = None


def hear(pool: Pool, statement: Statement, now: datetime, signal_life: timedelta) -> Pool:
    """The pool after a statement.

    Raises SomeoneSpokeSince for a statement older than the last word, except full, which always applies:
    whoever says full too late must still be given nobody.
    """
    if pool.ledger.withdrawn:
        raise PoolWithdrawn(pool.pool_id)
    confirmed_at = min(statement.tapped_at, now)
    expires_at = counts_until(
        confirmed_at,
        statement.paused_until,
        now=now,
        signal_life=signal_life,
        over_at=over_at(pool.kind, pool.starts_on),
    )
    outdated = statement.version_seen < pool.spoken_version or statement.version_seen > pool.ledger.version
    if statement.status is not Status.FULL and (outdated or expires_at <= now):
        raise SomeoneSpokeSince(pool)
    ledger = apply_signal(pool.ledger, statement.status, statement.free, statement.places)
    said = Said(
        source=statement.source,
        confirmed_at=confirmed_at,
        expires_at=expires_at,
        paused_until=statement.paused_until,
        expected_wait_days=statement.expected_wait_days,
        said_by=statement.said_by,
        tapped_at=statement.tapped_at,
        note=statement.note,
        told_by=statement.told_by,
    )
    return replace(pool, ledger=ledger, said=said, spoken_version=ledger.version, doubt=None)


def doubted(pool: Pool, doubt: Doubt | None) -> Pool:
    """The pool with another doubt: a version of its own, since whoever reads it has to hear of it. Nothing else changes."""
    return replace(pool, ledger=replace(pool.ledger, version=pool.ledger.version + 1), doubt=doubt)


def decay(pool: Pool) -> Pool:
    """The pool when its signal is too old to count: nobody knows, so no place is given."""
    if pool.said is None:
        return pool
    said = replace(
        pool.said,
        source=Source.DECAY,
        paused_until=None,
        expected_wait_days=None,
        said_by=None,
        tapped_at=None,
        note=None,
        told_by=None,
    )
    return replace(pool, ledger=apply_signal(pool.ledger, Status.UNKNOWN, 0), said=said, doubt=None)
