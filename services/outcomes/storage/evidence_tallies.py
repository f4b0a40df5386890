"""SQL that counts what services did for people, in whole groups: many services in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from services.outcomes.domain.evidence import BETTER, GROUP, WINDOW, Groups, Tally
from shared.postgres.pool import Connection

# A person counts once at a service, at the first time, and pairs the first answers of each occasion: what comes later
# moves nobody to another group. A group counts while the last of its people came within the year.
TALLIES = """
WITH of_people AS (
    SELECT 'placed' AS figure, service_id, person_id, min(accepted_at) AS at, NULL::numeric AS change FROM legs
    WHERE service_id = ANY ($1) AND accepted_at < $3 GROUP BY service_id, person_id
    UNION ALL
    SELECT 'helped', service_id, person_id, min(started_at), NULL FROM legs
    WHERE service_id = ANY ($1) AND started_at < $3 GROUP BY service_id, person_id
    UNION ALL
    SELECT 'answered', service_id, person_id, greatest(before_at, after_at), after - before
    FROM (
        SELECT l.service_id, l.person_id,
            min(m.recorded_at) FILTER (WHERE m.occasion = 'before') AS before_at,
            min(m.recorded_at) FILTER (WHERE m.occasion = 'after') AS after_at,
            (array_agg(m.score ORDER BY m.recorded_at, m.score) FILTER (WHERE m.occasion = 'before'))[1] AS before,
            (array_agg(m.score ORDER BY m.recorded_at, m.score) FILTER (WHERE m.occasion = 'after'))[1] AS after
        FROM legs l JOIN follow_ups f USING (leg_id) JOIN measures m USING (follow_up_id)
        WHERE l.service_id = ANY ($1) AND m.instrument = $4 AND m.recorded_at < $3
        GROUP BY l.service_id, l.person_id) paired
    WHERE before_at IS NOT NULL AND after_at IS NOT NULL
), in_order AS (
    SELECT *, (row_number() OVER (PARTITION BY figure, service_id ORDER BY at, person_id) - 1) / $5 AS of_group
    FROM of_people
), groups AS (
    SELECT figure, service_id, of_group, max(at) AS whole_at, sum(change) AS change,
        count(*) FILTER (WHERE change >= $6) AS better
    FROM in_order GROUP BY figure, service_id, of_group HAVING count(*) = $5
)
SELECT figure, service_id, count(*) AS groups, min(of_group) AS first, max(of_group) AS last,
    sum(change) AS change, sum(better)::int AS better
FROM groups WHERE whole_at >= $2 GROUP BY figure, service_id
"""


async def tally_services(
    connection: Connection, service_ids: Sequence[UUID], as_of: datetime, instrument: str
) -> dict[UUID, Tally]:
    """What happened within a year before a moment. A service of which nothing can be counted has an empty tally."""
    rows = await connection.fetch(TALLIES, service_ids, as_of - WINDOW, as_of, instrument, GROUP, BETTER)
    of_service: dict[UUID, dict[str, Record]] = {service_id: {} for service_id in service_ids}
    for row in rows:
        of_service[row["service_id"]][row["figure"]] = row
    return {service_id: _tally(figures) for service_id, figures in of_service.items()}


def _tally(figures: Mapping[str, Record]) -> Tally:
    answered = figures.get("answered")
    return Tally(
        placed=figures["placed"]["groups"] if "placed" in figures else 0,
        helped=figures["helped"]["groups"] if "helped" in figures else 0,
        answered=Groups(answered["first"], answered["last"], answered["change"], answered["better"])
        if answered
        else None,
    )
