"""Many providers' words at once: each is taken or refused by itself, in few round trips whatever their number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.capacity.domain.errors import PauseIsOver, PoolWithdrawn
from services.capacity.domain.lists import NO_VERSION, OwnWord, is_older_word
from services.capacity.domain.pool import Pool, SomeoneSpokeSince, Statement, hear
from services.capacity.published_events import signal_changed
from services.capacity.storage.own_words import own_words
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
    """One of many. `statement.version_seen` NO_VERSION: it saw none. `has_moment` False: it says not when it was said."""

    pool_id: UUID
    statement: Statement
    has_moment: bool = True


async def say_many_signals(
    connection: Connection,
    statements: Sequence[ManyStatement],
    reaches: Callable[[Pool], bool],
    *,
    now: datetime,
    signal_life: timedelta,
    client: str,
) -> list[tuple[LineOutcome, Pool | None]]:
    """In the order of the statements. Of several on one pool the first is taken: which is right nobody can say."""
    pools = await lock_pools(connection, {each.pool_id for each in statements})
    own = await own_words(connection, list(pools), client)
    heard: dict[UUID, Pool] = {}
    outcomes: list[tuple[LineOutcome, Pool | None]] = []
    for each in statements:
        outcome, pool = _hear(each, pools, own.get(each.pool_id), heard, reaches, now, signal_life)
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
    own: OwnWord | None,
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
        return LineOutcome.SAID, _heard(line, pool, own, now, signal_life)
    except SomeoneSpokeSince:
        return LineOutcome.SPOKEN_SINCE, pool
    except PoolWithdrawn:
        return LineOutcome.WITHDRAWN, pool
    except PauseIsOver:
        return LineOutcome.PAUSE_NOT_POSSIBLE, pool


def _heard(line: ManyStatement, pool: Pool, own: OwnWord | None, now: datetime, life: timedelta) -> Pool:
    if not pool.ledger.withdrawn and is_older_word(
        pool, line.statement, own, has_moment=line.has_moment, now=now
    ):
        raise SomeoneSpokeSince(pool)
    return hear(pool, _with_version(line.statement, pool), now, life)


def _with_version(statement: Statement, pool: Pool) -> Statement:
    """A list that knows no versions answers the last word, being later than that."""
    return (
        replace(statement, version_seen=pool.ledger.version)
        if statement.version_seen == NO_VERSION
        else statement
    )
