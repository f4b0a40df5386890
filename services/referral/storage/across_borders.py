"""People whom groups of another borough have in hand, in numbers, from either side of the border."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.postgres.pool import Connection
from shared.postgres.reach import Reach

COUNTS = """
count(*) FILTER (WHERE state = 'offered')::int AS asked, count(*) FILTER (WHERE state <> 'offered')::int AS placed
"""
# Our own people, so row-level security holds these to the reach; the parameter says the same once more.
OURS_ELSEWHERE = f"""
SELECT s.home_area AS borough, {COUNTS} FROM legs l JOIN copied_services s USING (service_id)
WHERE l.area = ANY ($1::text[]) AND s.home_area <> l.area
    AND l.state IN ('offered', 'accepting', 'accepted', 'started')
GROUP BY s.home_area ORDER BY s.home_area
"""
# Other boroughs' people: a view that has no more of them than this.
OTHERS_HERE = f"""
SELECT area AS borough, {COUNTS} FROM legs_from_elsewhere WHERE home_area = ANY ($1::text[])
GROUP BY area ORDER BY area
"""


@dataclass(frozen=True, slots=True)
class AcrossOneBorder:
    """How many people of one borough, or with groups of it, wait for an answer or have a place."""

    borough: str
    asked: int
    placed: int


@dataclass(frozen=True, slots=True)
class AcrossBorders:
    ours_elsewhere: Sequence[AcrossOneBorder]
    others_here: Sequence[AcrossOneBorder]


async def count_across_borders(connection: Connection, reach: Reach) -> AcrossBorders:
    """Nothing for an organisation: what it has in hand it sees as its own, wherever people live."""
    if reach.organisations is not None:
        return AcrossBorders((), ())
    found = [
        [AcrossOneBorder(**row) for row in await connection.fetch(each, list(reach.areas))]
        for each in (OURS_ELSEWHERE, OTHERS_HERE)
    ]
    return AcrossBorders(*found)
