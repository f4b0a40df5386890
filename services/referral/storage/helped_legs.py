"""Which legs need somebody to come along now, and which companions have nowhere to go any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.referral.domain.leg import WITH_PLACE_TAKEN, Beside, LegState
from services.referral.storage.due_legs import Due
from shared.postgres.pool import Connection

_TAKEN = ", ".join(f"'{state}'" for state in sorted(WITH_PLACE_TAKEN))
# An interpreter is for those whose language nobody there speaks; a service that names no language speaks English.
NOT_ASKED_YET = """
SELECT wanted.help FROM jsonb_array_elements_text(l.wants->'help_to_attend') AS wanted (help)
WHERE NOT EXISTS (SELECT FROM legs b WHERE b.beside_request_id = l.request_id AND b.need = wanted.help)
AND NOT (wanted.help = 'interpreter' AND EXISTS (
    SELECT FROM copied_services s
    CROSS JOIN unnest(CASE WHEN s.languages = '{}' THEN ARRAY['en'] ELSE s.languages END) AS spoken (language)
    WHERE s.service_id = l.service_id
        AND split_part(spoken.language, '-', 1) = split_part(l.wants->>'language', '-', 1)))
"""
HELP_DUE = Due(
    f"l.state IN ({_TAKEN}) AND l.wants ? 'help_to_attend' AND EXISTS ({NOT_ASKED_YET})", "l.leg_id"
)
WHICH_HELP = f"""
SELECT l.leg_id, ARRAY({NOT_ASKED_YET} ORDER BY 1) AS helps FROM legs l WHERE l.leg_id = ANY ($1::uuid[])
"""
NOWHERE_TO_GO = Due(
    f"""l.beside_leg_id IS NOT NULL AND l.state NOT IN ('completed', 'withdrawn', 'unmet') AND NOT EXISTS (
        SELECT FROM legs m WHERE m.leg_id = l.beside_leg_id AND m.request_id = l.beside_request_id
            AND m.state IN ({_TAKEN}))""",
    "l.leg_id",
)
LIST_BESIDE = """
SELECT need, state, service_id FROM legs WHERE beside_leg_id = $1 AND beside_request_id = $2 ORDER BY need
"""

# The public name; a sensitive service has a neutral one.
FIND_PLACE = """
SELECT s.name FROM legs m JOIN copied_services s USING (service_id) WHERE m.leg_id = $1 AND m.request_id = $2
"""


@dataclass(frozen=True, slots=True)
class BesideLeg:
    """How it stands with one help to go to a place."""

    help: str
    state: LegState
    service_id: UUID | None


async def list_help_due(connection: Connection, leg_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
    """What is still to be asked for beside each of these places."""
    rows = await connection.fetch(WHICH_HELP, leg_ids)
    return {row["leg_id"]: row["helps"] for row in rows}


async def list_beside(connection: Connection, leg_id: UUID, request_id: UUID) -> list[BesideLeg]:
    """The help that was asked for so that somebody can go to this place."""
    rows = await connection.fetch(LIST_BESIDE, leg_id, request_id)
    return [BesideLeg(row["need"], LegState(row["state"]), row["service_id"]) for row in rows]


async def find_place_beside(connection: Connection, beside: Beside) -> str | None:
    """Where the person goes whom somebody helps to go there; none where they do not any more."""
    name: str | None = await connection.fetchval(FIND_PLACE, beside.leg_id, beside.request_id)
    return name
