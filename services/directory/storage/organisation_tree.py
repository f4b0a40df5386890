"""Organisations above and below one another: as their sources say it, and as operators have declared it."""

from uuid import UUID

from shared.postgres.pool import Connection

# A union, not all: a circle that sources write down ends where it began.
BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT $1::uuid
    UNION
    SELECT child.id FROM below CROSS JOIN LATERAL (
        SELECT organisations.id FROM organisations WHERE organisations.document ->> 'parent_id' = below.id::text
        UNION ALL
        SELECT child_id FROM organisation_parents WHERE parent_id = below.id) AS child (id)
)
SELECT id FROM below
"""


async def organisations_below(connection: Connection, organisation_id: UUID) -> list[UUID]:
    """The organisation itself and all below it, at any depth."""
    return [row["id"] for row in await connection.fetch(BELOW, organisation_id)]
