"""Services in a line each, for pages that show many, and the day on which each was last confirmed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.postgres.pool import Connection

CONFIRMED = "SELECT id, confirmed_on FROM services WHERE id = ANY ($1)"
# Only what a line shows is read out of the documents: an area's menu can hold a thousand services.
LINES = """
SELECT services.id, services.name, services.status,
       organisations.document ->> 'name' AS organisation,
       services.document -> 'suitability' -> 'needs' AS needs
FROM unnest($1::uuid[]) WITH ORDINALITY AS chosen (id, position)
JOIN services ON services.id = chosen.id
JOIN organisations ON organisations.id = services.organisation_id
WHERE services.listed AND services.status IN ('active', 'temporarily closed')
ORDER BY chosen.position
"""


@dataclass(frozen=True, slots=True)
class MenuLine:
    id: UUID
    name: str
    organisation: str
    needs: tuple[str, ...]
    closed_for_now: bool


async def confirmed_days(connection: Connection, service_ids: Sequence[UUID]) -> dict[UUID, date | None]:
    rows = await connection.fetch(CONFIRMED, list(service_ids))
    return {row["id"]: row["confirmed_on"] for row in rows}


async def menu_lines(connection: Connection, service_ids: Sequence[UUID]) -> list[MenuLine]:
    """Those that are shown, in the order given."""
    return [
        MenuLine(
            row["id"],
            row["name"],
            row["organisation"],
            tuple(json.loads(row["needs"] or "[]")),
            row["status"] == "temporarily closed",
        )
        for row in await connection.fetch(LINES, list(service_ids))
    ]
