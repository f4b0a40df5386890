"""How many people wait for an answer, for a place, or in vain: counts by need, of nobody by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.postgres.pool import Connection
from shared.postgres.reach import Reach

# Row-level security holds both to the reach as well: the parameters say the same once more.
OFFERED = """
SELECT need, count(*)::int AS people, min(answer_by) AS first_due FROM legs
WHERE state = 'offered' AND area = ANY ($1::text[])
    AND ($2::uuid[] IS NULL OR organisation_id = ANY ($2::uuid[]))
GROUP BY need ORDER BY min(answer_by), need
"""
WAITING = """
SELECT need, count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
    min(waiting_since) AS longest_since, count(*) FILTER (WHERE state = 'unmet')::int AS unmet
FROM legs
WHERE (state = 'waiting' OR (state = 'unmet' AND changed_at > $3)) AND area = ANY ($1::text[])
    AND ($2::uuid[] IS NULL OR organisation_id = ANY ($2::uuid[]))
GROUP BY need ORDER BY count(*) DESC, need
"""

# How long those wait who wait now, and how often the one who was passed most was passed.
WAITS = """
SELECT l.need, l.area, count(*)::int AS people, min(coalesce(p.joined_at, l.waiting_since)) AS longest_since,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY coalesce(p.joined_at, l.waiting_since)) AS half_since,
    count(p.review_since)::int AS unanswered
FROM legs l LEFT JOIN places_in_line p USING (leg_id)
WHERE l.state = 'waiting' AND l.area = ANY ($1::text[]) AND ($2::uuid[] IS NULL OR l.organisation_id = ANY ($2::uuid[]))
GROUP BY l.need, l.area ORDER BY 4, l.need, l.area
"""
MEASURE = """
SELECT need, count(*)::int AS people, min(coalesce(joined_at, waiting_since)) AS longest_since,
    max(coalesce(p.overtaken + p.overtaken_away, 0))::int AS most_passed
FROM legs LEFT JOIN (SELECT leg_id, joined_at, overtaken, overtaken_away FROM places_in_line) AS p USING (leg_id)
WHERE state = 'waiting' GROUP BY need
"""


@dataclass(frozen=True, slots=True)
class OfferedForNeed:
    """People whom groups have been asked about and have not answered."""

    need: str
    people: int
    first_due: datetime


@dataclass(frozen=True, slots=True)
class WaitingForNeed:
    """People in the line, and those for whom nothing was found of late."""

    need: str
    waiting: int
    longest_since: datetime | None
    unmet: int


@dataclass(frozen=True, slots=True)
class WaitsForNeed:
    """The waits for one need in one area: the longest, and that of the one in the middle."""

    need: str
    area: str
    people: int
    longest_since: datetime
    half_since: datetime
    unanswered: int


@dataclass(frozen=True, slots=True)
class LineMeasured:
    """The line for one need over all areas."""

    need: str
    people: int
    longest_since: datetime
    most_passed: int


async def list_waits(connection: Connection, reach: Reach) -> Sequence[WaitsForNeed]:
    """The longest first."""
    return [WaitsForNeed(**row) for row in await connection.fetch(WAITS, *_bounds(reach))]


async def measure_line(connection: Connection) -> Sequence[LineMeasured]:
    return [LineMeasured(**row) for row in await connection.fetch(MEASURE)]


async def count_offered(connection: Connection, reach: Reach) -> Sequence[OfferedForNeed]:
    rows = await connection.fetch(OFFERED, *_bounds(reach))
    return [OfferedForNeed(**row) for row in rows]


async def count_waiting(
    connection: Connection, reach: Reach, *, unmet_since: datetime
) -> Sequence[WaitingForNeed]:
    rows = await connection.fetch(WAITING, *_bounds(reach), unmet_since)
    return [WaitingForNeed(**row) for row in rows]


def _bounds(reach: Reach) -> tuple[list[str], list[object] | None]:
    return list(reach.areas), None if reach.organisations is None else list(reach.organisations)
