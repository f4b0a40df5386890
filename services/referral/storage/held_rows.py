"""SQL that reads what referral itself holds on a person, beside who they are."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.postgres.pool import Connection

REFERRALS = """
SELECT r.reference AS "reference", r.door AS "door", r.received_at::text AS "received",
    r.consent_at::text AS "you agreed to sharing", r.risks AS "risks that were named",
    f.name AS "referred by", f.practice_code AS "practice"
FROM referrals r LEFT JOIN referrers f USING (referrer_id) WHERE r.person_id = $1 ORDER BY r.received_at
"""
NEEDS = """
SELECT need AS "need", state AS "state", received_at::text AS "received", wants->>'age' AS "age",
    wants->>'language' AS "language", wants->>'groups' AS "groups", wants->>'access' AS "access",
    wants->>'worker_sex' AS "worker asked for"
FROM legs WHERE person_id = $1 ORDER BY leg_id
"""
STEPS = """
SELECT l.need AS "need", h.happened_at::text AS "when", h.from_state AS "from", h.to_state AS "to",
    h.reason AS "why"
FROM leg_history h JOIN legs l USING (leg_id) WHERE l.person_id = $1 ORDER BY h.id
"""
SHARED_WITH = """
SELECT coalesce(s.name, '') AS "group", l.need AS "need", h.happened_at::text AS "when"
FROM leg_history h JOIN legs l USING (leg_id) LEFT JOIN copied_services s ON s.service_id = h.service_id
WHERE l.person_id = $1 AND h.to_state = 'offered' ORDER BY h.id
"""
DECISIONS = """
SELECT l.need AS "need", d.decided_at::text AS "when", d.outcome AS "outcome",
    jsonb_array_length(d.decision->'candidates') AS "groups that would suit"
FROM routing_decisions d JOIN legs l USING (leg_id) WHERE l.person_id = $1 ORDER BY d.id
"""

Records = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, repr=False)
class HeldRows:
    referrals: Records
    needs: Records
    steps: Records
    shared_with: Records
    decisions: Records


async def read_held_rows(connection: Connection, person_id: UUID) -> HeldRows:
    async def read(statement: str) -> Records:
        return tuple(dict(row) for row in await connection.fetch(statement, person_id))

    return HeldRows(
        referrals=await read(REFERRALS),
        needs=await read(NEEDS),
        steps=await read(STEPS),
        shared_with=await read(SHARED_WITH),
        decisions=await read(DECISIONS),
    )
