"""Areas that have a word of their own on how they route, over the one of their policy."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from shared.postgres.pool import Connection

LIST = "SELECT area, mode, choose_hours FROM routing_modes WHERE area = ANY ($1::text[])"
KEEP = """
INSERT INTO routing_modes (area, mode, choose_hours) VALUES ($1, $2, $3)
ON CONFLICT ON CONSTRAINT routing_modes_pk DO UPDATE SET mode = EXCLUDED.mode, choose_hours = EXCLUDED.choose_hours
"""


async def find_own_modes(connection: Connection, areas: Collection[str]) -> Mapping[str, timedelta | None]:
    """Of the areas that have their own word: how long their people choose, None where the best is asked at once."""
    rows = await connection.fetch(LIST, list(areas))
    return {
        row["area"]: timedelta(hours=row["choose_hours"]) if row["mode"] == "propose" else None
        for row in rows
    }


async def keep_mode(connection: Connection, area: str, *, proposes: bool, choose_hours: int) -> None:
    """Legs that stand with their person already stay there."""
    await connection.execute(KEEP, area, "propose" if proposes else "at-once", choose_hours)
