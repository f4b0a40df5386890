"""A pool: something of a service that can be full, with what was last said of its space and its ledger."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.capacity.domain.errors import CapacityError, PauseIsOver, PoolWithdrawn
from services.capacity.domain.ledger import PoolLedger, apply_signal
from services.capacity.domain.status import Source, Status

LONGEST_PAUSE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Said:
    """Who said the signal that stands, when, and how long it counts."""

    source: Source
    confirmed_at: datetime
    expires_at: datetime
    paused_until: datetime | None = None
    expected_wait_days: int | None = None
    said_by: str | None = None
    tapped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """`said` is None until a provider speaks. `spoken_version` is the version of the provider's last word."""

    pool_id: UUID
    service_id: UUID
    service_name: str
    area: str | None
    spoken_version: int
    ledger: PoolLedger
    said: Said | None
    organisation_id: UUID | None = None


class SomeoneSpokeSince(CapacityError):
    """The statement answers a signal that is no longer the last: it is shown back, not applied."""

    def __init__(self, current: Pool) -> None:
        super().__init__(f"Pool {current.pool_id} is at version {current.ledger.version}.")
        self.current = current


@dataclass(frozen=True, slots=True)
class Statement:
    """What a provider says now, with the version that they saw and the time of their tap.

    `free` None with OPEN means that there is no limit.
    """

    status: Status
    free: int | None
    version_seen: int
    tapped_at: datetime
    source: Source
    said_by: str | None = None
    paused_until: datetime | None = None
    expected_wait_days: int | None = None


def hear(pool: Pool, statement: Statement, now: datetime, signal_life: timedelta) -> Pool:
    """The pool after a statement.

    Raises SomeoneSpokeSince for a statement older than the last word, except full, which always applies:
    whoever says full too late must still be given nobody.
    """
    if pool.ledger.withdrawn:
        raise PoolWithdrawn(pool.pool_id)
    confirmed_at = min(statement.tapped_at, now)
    expires_at = _expires_at(statement, confirmed_at, now, signal_life)
    outdated = statement.version_seen < pool.spoken_version or statement.version_seen > pool.ledger.version
    if statement.status is not Status.FULL and (outdated or expires_at <= now):
        raise SomeoneSpokeSince(pool)
    ledger = apply_signal(pool.ledger, statement.status, statement.free)
    said = Said(
        source=statement.source,
        confirmed_at=confirmed_at,
        expires_at=expires_at,
        paused_until=statement.paused_until,
        expected_wait_days=statement.expected_wait_days,
        said_by=statement.said_by,
        tapped_at=statement.tapped_at,
    )
    return replace(pool, ledger=ledger, said=said, spoken_version=ledger.version)


def _expires_at(
    statement: Statement, confirmed_at: datetime, now: datetime, signal_life: timedelta
) -> datetime:
    """A pause counts until it ends; everything else for the life of a signal."""
    if statement.paused_until is None:
        return confirmed_at + signal_life
    if not now < statement.paused_until <= now + LONGEST_PAUSE:
        raise PauseIsOver
    return statement.paused_until


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
    )
    return replace(pool, ledger=apply_signal(pool.ledger, Status.UNKNOWN, 0), said=said)
