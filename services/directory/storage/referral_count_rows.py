"""SQL about counts of referrals by area and month."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from services.directory.domain.referral_counts import Counted, Kind
from shared.messaging.inbox import claim_first_deliveries
from shared.postgres.pool import Connection

CONSUMER = "directory.referrals"
# In the order of the key, so that two transactions take the rows in the same order.
ADD = """
INSERT INTO referral_counts (area, month, kind, code, referrals)
SELECT * FROM unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::bigint[]) AS c (area, month, kind, code, number)
ORDER BY kind, month, area, code
ON CONFLICT ON CONSTRAINT referral_counts_pk DO UPDATE SET referrals = referral_counts.referrals + EXCLUDED.referrals
"""
BY_AREA = """
SELECT area, code, sum(referrals)::bigint AS referrals FROM referral_counts
WHERE kind = $1 AND month >= $2 AND area = ANY ($3) GROUP BY area, code
"""
BY_MONTH = """
SELECT code, month, sum(referrals)::bigint AS referrals FROM referral_counts
WHERE kind = $1 AND month >= $2 AND area = ANY ($3) GROUP BY code, month
"""
NAMES = "SELECT id, document ->> 'name' AS name FROM organisations WHERE id = ANY ($1)"
# The consumer waits until the recount is committed, and then finds that all of it is taken.
LOCK = "LOCK TABLE referral_counts IN EXCLUSIVE MODE"
PUT_ASIDE = "SELECT count(*) FROM deferred_events WHERE consumer = $1"


async def add_counts(connection: Connection, counts: Mapping[Counted, int]) -> None:
    if counts:
        cells = list(counts)
        await connection.execute(
            ADD,
            [cell.area for cell in cells],
            [cell.month for cell in cells],
            [cell.kind for cell in cells],
            [cell.code for cell in cells],
            [counts[cell] for cell in cells],
        )


async def counts_by_area(
    connection: Connection, kind: Kind, since: date, areas: Collection[str]
) -> dict[tuple[str, str], int]:
    """By area and code, of all months from that one on."""
    rows = await connection.fetch(BY_AREA, kind, since, list(areas))
    return {(row["area"], row["code"]): row["referrals"] for row in rows}


async def counts_by_month(
    connection: Connection, kind: Kind, since: date, areas: Collection[str]
) -> dict[tuple[str, date], int]:
    """By code and month, of these areas together."""
    rows = await connection.fetch(BY_MONTH, kind, since, list(areas))
    return Counter({(row["code"], row["month"]): row["referrals"] for row in rows})


async def names_of_organisations(connection: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    return {row["id"]: row["name"] for row in await connection.fetch(NAMES, list(ids))}


async def lock_counts(connection: Connection) -> None:
    await connection.execute(LOCK)


async def count_put_aside(connection: Connection) -> int:
    return int(await connection.fetchval(PUT_ASIDE, CONSUMER))


async def forget_counts(connection: Connection) -> None:
    """And which events they were made of."""
    await connection.execute("DELETE FROM referral_counts")
    await connection.execute("DELETE FROM inbox_events WHERE consumer = $1", CONSUMER)


async def claim_as_heard(connection: Connection, event_ids: Sequence[UUID]) -> set[UUID]:
    """Those that were not claimed before."""
    return await claim_first_deliveries(connection, CONSUMER, event_ids)
