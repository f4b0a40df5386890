"""The line: legs that wait, in its order. A row that cannot be read loses its turn; it does not stop the line."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.referral.domain.leg import Leg, LegState
from services.referral.storage.legs import LEG, leg_of, wants_of
from shared.postgres.pool import Connection

LIST_WAITING = f"""
SELECT {LEG} FROM legs l
WHERE l.state = 'waiting' AND l.need = ANY ($1::text[]) AND (l.received_at, l.leg_id) > ($2, $3)
ORDER BY l.received_at, l.leg_id LIMIT $4
"""
# The same order over all areas for whoever may not see them: what each wants, by the ids of legs alone.
LOOK_ALONG = """
SELECT leg_id, wants, received_at, state, tried FROM waiting_line l
WHERE l.need = ANY ($1::text[]) ORDER BY l.received_at, l.leg_id LIMIT $2
"""
# Never waits for another transaction, so it may be asked while signals are locked.
LOCK_STILL_WAITING = """
SELECT leg_id FROM legs WHERE leg_id = ANY ($1::uuid[]) AND state = 'waiting' FOR UPDATE SKIP LOCKED
"""
COUNT_AHEAD = """
SELECT count(*) FROM legs WHERE state = 'waiting' AND need = $1 AND area = $2 AND (received_at, leg_id) < ($3, $4)
"""

NOBODY = UUID(int=0)
START_OF_LINE = (datetime.fromisoformat("0001-01-01T00:00:00+00:00"), UUID(int=0))


@dataclass(frozen=True, slots=True)
class PartOfLine:
    """Some legs of the line. `goes_on_behind` is None where the line ends with them."""

    legs: Sequence[Leg]
    unreadable: Sequence[UUID]
    goes_on_behind: tuple[datetime, UUID] | None


async def list_waiting_legs(
    connection: Connection,
    needs: Iterable[str],
    *,
    behind: tuple[datetime, UUID] = START_OF_LINE,
    limit: int,
) -> PartOfLine:
    """The next in line for any of the needs, without a lock."""
    return _part(await connection.fetch(LIST_WAITING, list(needs), *behind, limit), leg_of, limit)


async def look_along_line(connection: Connection, needs: Iterable[str], *, limit: int) -> PartOfLine:
    """The first in line for any of the needs, of every area. They can be compared with, and not be changed."""
    return _part(await connection.fetch(LOOK_ALONG, list(needs), limit), _nobody_known, limit)


def _nobody_known(row: asyncpg.Record) -> Leg:
    return Leg(
        row["leg_id"], NOBODY, NOBODY, wants_of(row["wants"]), row["received_at"], LegState(row["state"]),
        tried=frozenset(row["tried"]),
    )  # fmt: skip


def _part(rows: Sequence[asyncpg.Record], read: Callable[[asyncpg.Record], Leg], limit: int) -> PartOfLine:
    legs: list[Leg] = []
    unreadable: list[UUID] = []
    for row in rows:
        try:
            legs.append(read(row))
        # What it wants was written by a release that knows more, or less.
        except (KeyError, TypeError, ValueError):
            unreadable.append(row["leg_id"])
    full = len(rows) == limit
    return PartOfLine(legs, unreadable, (rows[-1]["received_at"], rows[-1]["leg_id"]) if full else None)


async def count_ahead(connection: Connection, leg: Leg) -> int:
    """How many wait for the same need in the same area and came before."""
    place = leg.place_in_line
    return int(await connection.fetchval(COUNT_AHEAD, leg.wants.need, leg.wants.area, *place))


async def lock_still_waiting(connection: Connection, leg_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the legs that still wait and that nobody else has in hand. Theirs are locked now."""
    rows = await connection.fetch(LOCK_STILL_WAITING, list(leg_ids))
    return {row["leg_id"] for row in rows}
