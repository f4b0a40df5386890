"""Every SQL statement about asking organisations whether their entries are still right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.directory.domain.freshness import POLICY
from shared.postgres.pool import Connection

# Entries to which people are sent, whose reminder is due: the first so many days after somebody last said that all is
# right, or, where nobody ever did, after the source last said something; the next so many days after the one before.
DUE = """
SELECT services.id, services.organisation_id, services.area, due.due_on, said.number AS step
FROM services
CROSS JOIN LATERAL (
    SELECT coalesce(services.confirmed_on, (services.changed_at AT TIME ZONE 'Europe/London')::date) + $2::int AS due_on
) AS due
CROSS JOIN LATERAL (
    SELECT count(*)::int AS number, max(said_at) AS last_at FROM assurance_reminders
    WHERE service_id = services.id AND due_on = due.due_on
) AS said
WHERE services.listed AND services.routable AND services.status = 'active' AND due.due_on <= $1
  AND said.number <= cardinality($3::int[])
  AND (said.number = 0 OR (said.last_at AT TIME ZONE 'Europe/London')::date + ($3::int[])[said.number] <= $1)
ORDER BY services.organisation_id, services.id
LIMIT $4
"""
# Whoever is second at the same step says nothing.
ADD = """
INSERT INTO assurance_reminders (service_id, due_on, step, said_at)
SELECT service_id, due_on, step, $4 FROM unnest($1::uuid[], $2::date[], $3::int[]) AS given (service_id, due_on, step)
ON CONFLICT (service_id, due_on, step) DO NOTHING
RETURNING service_id
"""
FORGET = """
DELETE FROM assurance_reminders USING services
WHERE services.id = service_id
  AND assurance_reminders.due_on <
      coalesce(services.confirmed_on, (services.changed_at AT TIME ZONE 'Europe/London')::date)
"""


@dataclass(frozen=True, slots=True)
class DueEntry:
    """`step` is 0 for the first reminder."""

    id: UUID
    organisation_id: UUID
    area: str | None
    due_on: date
    step: int


async def entries_due(connection: Connection, today: date, most: int) -> list[DueEntry]:
    rows = await connection.fetch(
        DUE, today, POLICY.days_until_reminder, list(POLICY.days_between_reminders), most
    )
    return [DueEntry(**dict(row)) for row in rows]


async def keep_reminded(connection: Connection, due: Sequence[DueEntry], now: datetime) -> frozenset[UUID]:
    """Those of which nobody else has said it meanwhile."""
    rows = await connection.fetch(
        ADD, [each.id for each in due], [each.due_on for each in due], [each.step for each in due], now
    )
    return frozenset(row["service_id"] for row in rows)


async def forget_answered(connection: Connection) -> None:
    """Reminders before the last word that all is right."""
    await connection.execute(FORGET)
