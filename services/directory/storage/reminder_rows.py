"""Every SQL statement about asking organisations whether their entries are still right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.directory.domain.freshness import POLICY
from shared.postgres.pool import Connection

ORGANISATION_RESTS = timedelta(days=6, hours=12)  # a week, whenever in its days the looks are
ADDRESS_RESTS = timedelta(hours=20)

# Entries to which people are sent, whose reminder is due: the first so many days after somebody last said that all is
# right, or, where nobody ever did, after the source last said something; the next so many days after the one before.
# All of an organisation's are asked about at once, and then nothing for a week: entries that fall due day after day are
# one question. Nor is one address asked twice in a day, whatever organisations a source says it is of.
DUE = """
WITH lately AS (
    SELECT organisation_id, max(said_at) AS last_at FROM assurance_reminders JOIN services ON services.id = service_id
    WHERE said_at > $5::timestamptz - $6::interval GROUP BY organisation_id
), addressed AS (
    SELECT id, coalesce(lower(coalesce(referrals_email, public_email)), id::text) AS address FROM organisations
), due AS (
    SELECT services.id, services.organisation_id, services.area, due.due_on, said.number AS step,
           dense_rank() OVER (PARTITION BY addressed.address ORDER BY addressed.id) AS turn
    FROM services
    JOIN addressed ON addressed.id = services.organisation_id
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
      AND services.organisation_id NOT IN (SELECT organisation_id FROM lately)
      AND addressed.address NOT IN (
          SELECT other.address FROM lately JOIN addressed AS other ON other.id = lately.organisation_id
          WHERE last_at > $5::timestamptz - $7::interval)
), placed AS (
    SELECT id, organisation_id, area, due_on, step, dense_rank() OVER (ORDER BY organisation_id) AS place
    FROM due WHERE turn = 1
)
SELECT id, organisation_id, area, due_on, step FROM placed WHERE place <= $4 ORDER BY organisation_id, id
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


async def entries_due(connection: Connection, today: date, now: datetime, most: int) -> list[DueEntry]:
    """Of so many organisations."""
    rows = await connection.fetch(
        DUE,
        today,
        POLICY.days_until_reminder,
        list(POLICY.days_between_reminders),
        most,
        now,
        ORGANISATION_RESTS,
        ADDRESS_RESTS,
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
