"""SQL that reads all that is held on referrals of one person, with the fields in words."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.postgres.pool import Connection

LEGS = """
SELECT need AS "need", state AS "state", waited_at::text AS "waited since", accepted_at::text AS "place given",
    started_at::text AS "started", completed_at::text AS "finished", withdrawn_at::text AS "taken back",
    unmet_reason AS "why no help was found", declines AS "times a group said no",
    lapses AS "times a group did not answer"
FROM legs WHERE referral_id = ANY ($1::uuid[]) ORDER BY leg_id
"""
FOLLOW_UPS = """
SELECT occasion AS "occasion", due_at::text AS "due", asked_at::text AS "asked", settled_at::text AS "over since",
    settled_by AS "ended by"
FROM follow_ups WHERE referral_id = ANY ($1::uuid[]) ORDER BY due_at
"""
ANSWERS = """
SELECT f.occasion AS "occasion", a.instrument AS "questions", a.answers::integer[] AS "answers",
    m.score::float8 AS "score", a.answered_at::text AS "answered"
FROM follow_ups f JOIN answers a USING (follow_up_id) LEFT JOIN measures m USING (follow_up_id)
WHERE f.referral_id = ANY ($1::uuid[]) ORDER BY a.answered_at
"""

Records = tuple[dict[str, Any], ...]


async def list_legs(connection: Connection, referral_ids: Sequence[UUID]) -> Records:
    return await _list(connection, LEGS, referral_ids)


async def list_follow_ups(connection: Connection, referral_ids: Sequence[UUID]) -> Records:
    return await _list(connection, FOLLOW_UPS, referral_ids)


async def list_answers(connection: Connection, referral_ids: Sequence[UUID]) -> Records:
    return await _list(connection, ANSWERS, referral_ids)


async def _list(connection: Connection, statement: str, referral_ids: Sequence[UUID]) -> Records:
    return tuple(dict(row) for row in await connection.fetch(statement, referral_ids))
