"""Decisions of the router, read as they were kept."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.referral.domain.decision_story import PastDecision, SuitedThen
from shared.postgres.pool import Connection

COLUMNS = "d.leg_id, d.decided_at, d.outcome, d.decision"
LIST_OF_REFERRAL = f"""
SELECT {COLUMNS} FROM routing_decisions d JOIN legs l USING (leg_id) WHERE l.referral_id = $1 ORDER BY d.id
"""
LIST_LAST_OF_REFERRAL = f"""
SELECT DISTINCT ON (d.leg_id) {COLUMNS} FROM routing_decisions d JOIN legs l USING (leg_id)
WHERE l.referral_id = $1 ORDER BY d.leg_id, d.id DESC
"""
NAMES = """
SELECT pool.id AS pool_id, s.name FROM copied_services s CROSS JOIN LATERAL unnest(s.pool_ids) AS pool (id)
WHERE s.pool_ids && $1::uuid[] AND pool.id = ANY ($1::uuid[])
"""


async def list_decisions(connection: Connection, referral_id: UUID) -> list[PastDecision]:
    """All of a referral's, in their order; none for an organisation, which has no part in where else people were asked for."""
    return [_past(row) for row in await connection.fetch(LIST_OF_REFERRAL, referral_id)]


async def last_decisions(connection: Connection, referral_id: UUID) -> dict[UUID, PastDecision]:
    """The last of each leg."""
    return {row["leg_id"]: _past(row) for row in await connection.fetch(LIST_LAST_OF_REFERRAL, referral_id)}


async def find_pool_names(connection: Connection, decisions: Sequence[PastDecision]) -> dict[UUID, str]:
    """The public names of the services that were asked; a sensitive one has a neutral name."""
    asked = {pool for each in decisions for pool in (each.chosen, *each.asked_first) if pool}
    rows = await connection.fetch(NAMES, list(asked)) if asked else []
    return {row["pool_id"]: row["name"] for row in rows}


def _past(row: asyncpg.Record) -> PastDecision:
    """Older releases kept less of a pool that suited: what they did not keep is not said."""
    kept = orjson.loads(row["decision"])
    barriers = Counter(barrier for each in kept["exclusions"] for barrier in each["barriers"])
    return PastDecision(
        row["leg_id"],
        row["decided_at"],
        row["outcome"],
        kept["policy"],
        kept["wants"]["language"],
        UUID(kept["chosen"]) if kept["chosen"] else None,
        kept["unmet_reason"],
        [_suited(each) for each in kept["candidates"]],
        barriers,
        len(kept["exclusions"]),
        tuple(map(UUID, kept.get("asked_first", ()))),
    )


def _suited(kept: dict[str, Any]) -> SuitedThen:
    points = kept["points"]
    return SuitedThen(
        UUID(kept["pool_id"]),
        kept["status"],
        kept["free"],
        kept["kept_for_earlier"],
        kept.get("kilometres", 0),
        points["language"] > 0,
        points["fit"] > 0,
        kept.get("is_specialist", False),
        kept.get("asked_before", False),
    )
