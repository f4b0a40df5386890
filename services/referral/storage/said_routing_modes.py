"""What areas have said of how they route, word by word: nothing is changed or taken away here."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from shared.postgres.pool import Connection

ADD = """
INSERT INTO said_routing_modes (area, mode, choose_hours, said_by, said_at)
SELECT area, mode, choose_hours, $2, $3 FROM routing_modes WHERE area = $1
"""
LAST = """
SELECT DISTINCT ON (area) area, said_at FROM said_routing_modes WHERE area = ANY ($1::text[]) ORDER BY area, id DESC
"""


async def add_said_mode(connection: Connection, area: str, said_by: UUID, now: datetime) -> None:
    """What the area says now, as its latest word."""
    await connection.execute(ADD, area, said_by, now)


async def find_last_said(connection: Connection, areas: Collection[str]) -> Mapping[str, datetime]:
    """When each of the areas last said something; those that never did are not among them."""
    rows = await connection.fetch(LAST, list(areas))
    return {row["area"]: row["said_at"] for row in rows}
