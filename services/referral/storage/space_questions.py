"""Questions to providers whether they have space: at most one at a time to each, and none again too soon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referral.domain.asking_first import LastQuestion
from services.referral.domain.listed_pool import ListedPool
from services.referral.storage.json_rows import as_json_rows
from shared.postgres.pool import Connection

# Whoever is asking the same provider at this very moment asks for all: nobody waits for another's lock here.
TAKE_TURN = """
SELECT organisation_id FROM unnest($1::uuid[]) AS new (organisation_id)
WHERE pg_try_advisory_xact_lock(hashtextextended('space-question:' || organisation_id, 0))
"""
# An open question is one of which nobody has said anything since.
ASK = """
INSERT INTO space_questions AS known (organisation_id, pool_id, service_id, asked_at)
SELECT organisation_id, pool_id, service_id, $2
FROM jsonb_to_recordset($1::text::jsonb) AS new (
    organisation_id uuid, pool_id uuid, service_id uuid, not_since timestamptz)
WHERE NOT EXISTS (
    SELECT FROM space_questions k WHERE k.organisation_id = new.organisation_id AND k.asked_at > new.not_since
        AND NOT EXISTS (SELECT FROM copied_signals g WHERE g.pool_id = k.pool_id AND g.status <> 'unknown'))
ON CONFLICT ON CONSTRAINT space_questions_pk DO UPDATE SET
    pool_id = EXCLUDED.pool_id, service_id = EXCLUDED.service_id, asked_at = EXCLUDED.asked_at
RETURNING organisation_id
"""
LAST = """
SELECT q.organisation_id, q.asked_at, coalesce(g.status, 'unknown') <> 'unknown' AS answered
FROM space_questions q LEFT JOIN copied_signals g USING (pool_id)
"""
OPEN = """
SELECT q.pool_id FROM space_questions q JOIN copied_services s USING (service_id)
    LEFT JOIN copied_signals g ON g.pool_id = q.pool_id
WHERE s.needs @> ARRAY[$1::text] AND (s.everywhere OR s.areas @> ARRAY[$2::text]) AND NOT s.withdrawn
    AND coalesce(g.status, 'unknown') = 'unknown' AND q.asked_at > $3
ORDER BY q.asked_at, q.pool_id
"""


@dataclass(frozen=True, slots=True)
class SpaceQuestion:
    """What a provider is to be asked about, unless it was asked since `not_since` and has not answered."""

    pool: ListedPool
    not_since: datetime


async def keep_questions(
    connection: Connection, questions: Mapping[UUID, SpaceQuestion], now: datetime
) -> list[SpaceQuestion]:
    """Keeps the questions by provider. Gives those that are to be asked now."""
    if not questions:
        return []
    turns = await connection.fetch(TAKE_TURN, sorted(questions))
    rows = [_row(questions[turn["organisation_id"]]) for turn in turns]
    asked = await connection.fetch(ASK, as_json_rows(rows), now)
    return [questions[row["organisation_id"]] for row in asked]


async def list_open_questions(connection: Connection, need: str, area: str, since: datetime) -> list[UUID]:
    """The pools for a need and area whose providers were asked since, and have not said what space there is."""
    return [row["pool_id"] for row in await connection.fetch(OPEN, need, area, since)]


async def read_last_questions(connection: Connection) -> dict[UUID, LastQuestion]:
    """Of every provider that was ever asked."""
    return {
        row["organisation_id"]: LastQuestion(row["asked_at"], row["answered"])
        for row in await connection.fetch(LAST)
    }


def _row(question: SpaceQuestion) -> dict[str, object]:
    pool = question.pool
    return {
        "organisation_id": pool.organisation_id,
        "pool_id": pool.pool_id,
        "service_id": pool.service_id,
        "not_since": question.not_since,
    }
