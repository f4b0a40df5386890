"""Many providers' words at once: each is taken or refused by itself, in few round trips whatever their number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.capacity.domain.errors import PauseIsOver, PoolWithdrawn
from services.capacity.domain.pool import Pool, SomeoneSpokeSince, Statement, hear
from services.capacity.published_events import signal_changed
from services.capacity.storage.pool_rows import lock_pools, save_signals
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection


class LineOutcome(StrEnum):
    """What became of one of many statements. What is not there and what is out of reach are told alike."""

    SAID = "said"
    SPOKEN_SINCE = "someone-spoke-since"
    NO_SUCH_POOL = "no-such-pool"
    WITHDRAWN = "pool-withdrawn"
    PAUSE_NOT_POSSIBLE = "pause-not-possible"
    SAID_TWICE = "pool-named-twice"
    NOT_READABLE = "not-readable"


@dataclass(frozen=True, slots=True)
class ManyStatement:
    """One of many. `statement.version_seen` less than nothing: it saw none, so its moment decides."""

    pool_id: UUID
    statement: Statement


NO_VERSION = -1


async def say_many_signals(
    connection: Connection,
    statements: Sequence[ManyStatement],
    reaches: Callable[[Pool], bool],
    *,
    now: datetime,
    signal_life: timedelta,
) -> list[tuple[LineOutcome, Pool | None]]:
    """In the order of the statements. Of several on one pool the first is taken: which is right nobody can say."""
    pools = await lock_pools(connection, {each.pool_id for each in statements})
    heard: dict[UUID, Pool] = {}
    outcomes: list[tuple[LineOutcome, Pool | None]] = []
    for each in statements:
        outcome, pool = _hear(each, pools, heard, reaches, now, signal_life)
        outcomes.append((outcome, pool))
        if outcome is LineOutcome.SAID and pool is not None:
            heard[each.pool_id] = pool
    if heard:
        await save_signals(connection, list(heard.values()), now)
        await append_events(
            connection,
            [say(signal_changed(pool, pool.said), area=pool.area) for pool in heard.values() if pool.said],
        )
    return outcomes


def _hear(
    line: ManyStatement,
    pools: Mapping[UUID, Pool],
    heard: Mapping[UUID, Pool],
    reaches: Callable[[Pool], bool],
    now: datetime,
    signal_life: timedelta,
) -> tuple[LineOutcome, Pool | None]:
    pool = pools.get(line.pool_id)
    if pool is None or not reaches(pool):
        return LineOutcome.NO_SUCH_POOL, None
    if line.pool_id in heard:
        return LineOutcome.SAID_TWICE, None
    try:
        return LineOutcome.SAID, hear(pool, _with_version(line.statement, pool), now, signal_life)
    except SomeoneSpokeSince:
        return LineOutcome.SPOKEN_SINCE, pool
    except PoolWithdrawn:
        return LineOutcome.WITHDRAWN, pool
    except PauseIsOver:
        return LineOutcome.PAUSE_NOT_POSSIBLE, pool


def _with_version(statement: Statement, pool: Pool) -> Statement:
    """A list that knows no versions answers the last word if it is later than that."""
    if statement.version_seen != NO_VERSION:
        return statement
    spoke_at = pool.said.confirmed_at if pool.said and pool.spoken_version else None
    is_later = spoke_at is None or statement.tapped_at > spoke_at
    return replace(statement, version_seen=pool.ledger.version if is_later else NO_VERSION)
