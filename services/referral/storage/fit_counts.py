"""Counts of whom providers took and of whom they said 'not right for the person', by who referred and day."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from services.referral.domain.fit_rate import FitFigures
from shared.postgres.pool import Connection

# In the order of ids, so that two transactions take the rows in the same order.
COUNT = """
INSERT INTO fit_counts AS known (referrer_id, day, fitted, did_not_fit)
SELECT referrer_id, $4, fitted, did_not_fit
FROM unnest($1::uuid[], $2::integer[], $3::integer[]) AS new (referrer_id, fitted, did_not_fit) ORDER BY referrer_id
ON CONFLICT ON CONSTRAINT fit_counts_pk DO UPDATE SET
    fitted = known.fitted + EXCLUDED.fitted, did_not_fit = known.did_not_fit + EXCLUDED.did_not_fit
"""
# At most a row for each day and referrer.
SUM = """
SELECT referrer_id, sum(fitted)::int AS fitted, sum(did_not_fit)::int AS did_not_fit
FROM fit_counts WHERE referrer_id = ANY ($1::uuid[]) AND day >= $2 GROUP BY referrer_id
"""


async def add_fits(connection: Connection, counted: Mapping[UUID, FitFigures], day: date) -> None:
    """Adds what one transaction decided."""
    if counted:
        await connection.execute(
            COUNT, list(counted), [each.fitted for each in counted.values()],
            [each.did_not_fit for each in counted.values()], day,
        )  # fmt: skip


async def find_fits_since(
    connection: Connection, referrers: Collection[UUID], since: date
) -> Mapping[UUID, FitFigures]:
    """The figures of those of whom anything was decided since."""
    rows = await connection.fetch(SUM, list(referrers), since)
    return {row["referrer_id"]: FitFigures(row["fitted"], row["did_not_fit"]) for row in rows}
