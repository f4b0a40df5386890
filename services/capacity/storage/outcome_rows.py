"""Every SQL statement about what became of offers: by pool, without an id of anybody."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.capacity.domain.doubt import OfferOutcome, Outcome
from shared.postgres.pool import Connection

KEPT = timedelta(days=90)

NOTE = """
INSERT INTO offer_outcomes (pool_id, outcome, happened_at, waited_days)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[])
"""
FORGET = "DELETE FROM offer_outcomes WHERE pool_id = ANY ($1::uuid[]) AND happened_at < $2"
LIST = """
SELECT pool_id, outcome, happened_at, waited_days FROM offer_outcomes WHERE pool_id = ANY ($1::uuid[])
ORDER BY happened_at, seq
"""
TAKEN_AT = """
SELECT request_id, changed_at FROM place_holds WHERE request_id = ANY ($1::uuid[]) AND state = 'taken'
"""


async def note_outcomes(
    connection: Connection, outcomes: Sequence[tuple[UUID, OfferOutcome]], now: datetime
) -> None:
    pools, told = [each for each, _ in outcomes], [each for _, each in outcomes]
    await connection.execute(
        NOTE, pools, [each.outcome for each in told], [each.at for each in told],
        [each.waited_days for each in told],
    )  # fmt: skip
    await connection.execute(FORGET, pools, now - KEPT)


async def outcomes_of(
    connection: Connection, pool_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[OfferOutcome]]:
    found: dict[UUID, list[OfferOutcome]] = defaultdict(list)
    for row in await connection.fetch(LIST, list(pool_ids)):
        outcome = OfferOutcome(Outcome(row["outcome"]), row["happened_at"], row["waited_days"])
        found[row["pool_id"]].append(outcome)
    return found


async def taken_at(connection: Connection, request_ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When each of these requests got its place, of those that have it."""
    rows = await connection.fetch(TAKEN_AT, request_ids)
    return {row["request_id"]: row["changed_at"] for row in rows}
