"""Counts of people who were turned away, waited or met a dead end. Rows are added, never changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from uuid import UUID

from services.referral.domain.turned_away import TurnedAway
from shared.postgres.pool import Connection

ADD = """
INSERT INTO turned_away (area, need, kind, reason, organisation_id, referring_organisation_id, barrier, number, day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
# Of whole areas, or of organisations: what they said themselves, and what became of whom they referred.
# Of a need that found nothing the barrier is told, which is finer than the reason; older rows have none.
# An organisation with a sensitive service is named nowhere here: its name beside a need can say what that service is.
LIST = """
WITH counted AS (
    SELECT kind, coalesce(barrier, reason) AS reason, need, area, organisation_id, sum(number)::int AS times
    FROM turned_away
    WHERE day BETWEEN $3 AND $4 AND CASE WHEN $2::uuid[] IS NULL THEN area = ANY ($1::text[])
        ELSE organisation_id = ANY ($2::uuid[]) OR referring_organisation_id = ANY ($2::uuid[]) END
    GROUP BY kind, coalesce(barrier, reason), need, area, organisation_id
), named AS (
    SELECT organisation_id, (array_agg(organisation_name ORDER BY withdrawn, changed_in DESC)
        FILTER (WHERE organisation_name IS NOT NULL))[1] AS organisation_name
    FROM copied_services WHERE organisation_id IN (SELECT organisation_id FROM counted)
    GROUP BY organisation_id HAVING NOT bool_or(sensitive)
)
SELECT kind, reason, need, area, organisation_id, times, organisation_name
FROM counted LEFT JOIN named USING (organisation_id) ORDER BY kind, reason, need, area, organisation_name, organisation_id
"""


@dataclass(frozen=True, slots=True)
class Counted:
    kind: str
    reason: str
    need: str
    area: str
    organisation_id: UUID | None
    times: int
    organisation_name: str | None = None
    """None where nobody was named, and of organisations whose name could say what a sensitive service is."""


async def add_turned_away(connection: Connection, counted: Mapping[TurnedAway, int], day: date) -> None:
    """Adds what one transaction did."""
    if counted:
        await connection.executemany(ADD, [(*astuple(each), number, day) for each, number in counted.items()])


async def list_turned_away(
    connection: Connection,
    areas: Collection[str],
    organisations: Collection[UUID] | None,
    first: date,
    last: date,
) -> Sequence[Counted]:
    """Of the areas; where organisations are given, of these alone, wherever it was."""
    ours = None if organisations is None else list(organisations)
    return [Counted(**row) for row in await connection.fetch(LIST, list(areas), ours, first, last)]
