"""The line: legs that wait, in its order. A row that cannot be read loses its turn; it does not stop the line."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import asyncpg

from services.referral.domain.leg import Leg
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool
from services.referral.storage.legs import LEG, leg_of, wants_of
from shared.postgres.pool import Connection

LIST_WAITING = f"""
SELECT {LEG} FROM legs l
WHERE l.state = 'waiting' AND l.need = ANY ($1::text[]) AND (l.received_at, l.leg_id) > ($2, $3)
ORDER BY l.received_at, l.leg_id LIMIT $4
"""
# The line of every area, for whoever may not see them too: what each wants, by the ids of legs alone.
READ_LINE = """
SELECT leg_id, wants, received_at, tried, overtaken,
    ARRAY(SELECT u.service_id FROM unwanted_in_line u WHERE u.leg_id = l.leg_id) AS not_wanted
FROM waiting_line l
WHERE l.need = ANY ($1::text[]) AND ($2::text[] IS NULL OR l.area = ANY ($2::text[]))
ORDER BY l.received_at, l.leg_id LIMIT $3
"""
# Who waited and whom a group is asked about now, for the rounds. The pool that they are asked for is theirs already.
READ_AWAY = """
SELECT l.leg_id, l.wants, l.received_at, p.overtaken + p.overtaken_away AS overtaken,
    ARRAY(SELECT t.pool_id FROM tried_pools t LEFT JOIN copied_signals g USING (pool_id)
        WHERE t.leg_id = l.leg_id AND (g.confirmed_at > t.said_at) IS NOT TRUE)
        || CASE WHEN l.pool_id IS NULL THEN '{}' ELSE ARRAY[l.pool_id] END AS tried,
    ARRAY(SELECT u.service_id FROM unwanted_services u WHERE u.person_id = l.person_id) AS not_wanted
FROM places_in_line p JOIN legs l USING (leg_id)
WHERE p.away_at IS NOT NULL AND p.need = ANY ($1::text[]) ORDER BY l.received_at, l.leg_id LIMIT $2
"""
# Never waits for another transaction, so it may be asked while signals are locked.
LOCK_STILL_WAITING = f"""
SELECT {LEG} FROM legs l WHERE l.leg_id = ANY ($1::uuid[]) AND l.state = 'waiting' FOR UPDATE OF l SKIP LOCKED
"""
STILL_WAITING = "SELECT leg_id FROM legs WHERE leg_id = ANY ($1::uuid[]) AND state = 'waiting'"
# In one order, whoever asks for more than one.
LOCK_LINE = """
SELECT pg_advisory_xact_lock($1, line.key)
FROM (SELECT DISTINCT hashtext(need) AS key FROM unnest($2::text[]) AS need ORDER BY 1) AS line
"""

LINE_LOCK = 6_201
START_OF_LINE = (datetime.fromisoformat("0001-01-01T00:00:00+00:00"), UUID(int=0))

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class PartOfLine(Generic[Read]):
    """Some legs of the line. `goes_on_behind` is None where the line ends with them."""

    legs: Sequence[Read]
    unreadable: Sequence[UUID]
    goes_on_behind: tuple[datetime, UUID] | None


async def list_waiting_legs(
    connection: Connection,
    needs: Iterable[str],
    *,
    behind: tuple[datetime, UUID] = START_OF_LINE,
    limit: int,
) -> PartOfLine[Leg]:
    """The next in line for any of the needs, without a lock."""
    return _part(await connection.fetch(LIST_WAITING, list(needs), *behind, limit), leg_of, limit)


async def read_line(
    connection: Connection, needs: Iterable[str], areas: Iterable[str] | None, *, limit: int
) -> PartOfLine[InLine]:
    """Who waits for any of the needs in any of the areas, or everywhere: those who came first."""
    within = None if areas is None else list(areas)
    return _part(await connection.fetch(READ_LINE, list(needs), within, limit), _in_line, limit)


async def read_line_of(
    connection: Connection, pools: Collection[ListedPool], *, limit: int
) -> PartOfLine[InLine]:
    """All who may wait for one of the pools."""
    needs = frozenset[str]().union(*(pool.needs for pool in pools))
    everywhere = any(pool.everywhere for pool in pools)
    areas = None if everywhere else frozenset[str]().union(*(pool.areas for pool in pools))
    return await read_line(connection, needs, areas, limit=limit)


async def read_away(connection: Connection, needs: Iterable[str], *, limit: int) -> Sequence[InLine]:
    """Who is away from the line for any of the needs, in any area."""
    return _part(await connection.fetch(READ_AWAY, list(needs), limit), _in_line, limit).legs


async def lock_line(connection: Connection, needs: Iterable[str]) -> None:
    """From here to the end of the transaction nobody else gives places to those who wait for any of the needs.

    It comes after the locks of legs and of signals.
    """
    await connection.execute(LOCK_LINE, LINE_LOCK, list(needs))


async def lock_still_waiting(connection: Connection, leg_ids: Sequence[UUID]) -> dict[UUID, Leg]:
    """Those of the legs that still wait and that nobody else has in hand. Theirs are locked now."""
    rows = await connection.fetch(LOCK_STILL_WAITING, list(leg_ids))
    return {row["leg_id"]: leg_of(row) for row in rows}


async def still_waiting(connection: Connection, leg_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the legs that wait, whoever has them in hand."""
    rows = await connection.fetch(STILL_WAITING, list(leg_ids))
    return frozenset(row["leg_id"] for row in rows)


def _in_line(row: asyncpg.Record) -> InLine:
    return InLine(
        row["leg_id"], wants_of(row["wants"], frozenset(row["not_wanted"])), row["received_at"],
        frozenset(row["tried"]), row["overtaken"],
    )  # fmt: skip


def _part(
    rows: Sequence[asyncpg.Record], read: Callable[[asyncpg.Record], Read], limit: int
) -> PartOfLine[Read]:
    legs: list[Read] = []
    unreadable: list[UUID] = []
    for row in rows:
        try:
            legs.append(read(row))
        # What it wants was written by a release that knows more, or less.
        except (KeyError, TypeError, ValueError):
            unreadable.append(row["leg_id"])
    full = len(rows) == limit
    return PartOfLine(legs, unreadable, (rows[-1]["received_at"], rows[-1]["leg_id"]) if full else None)
