"""Organisations above and below one another: as operators have declared it, and where they have not, as sources say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.postgres.pool import Connection

# What is declared of an organisation counts alone: its source's word of a parent is then passed over. So is a word of a
# parent that somebody else brought: a feed must not put what it lists under another's name.
# A union, not all: a circle that somebody wrote down ends where it began.
BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT $1::uuid
    UNION
    SELECT child.id FROM below CROSS JOIN LATERAL (
        SELECT organisations.id FROM organisations
        WHERE organisations.document ->> 'parent_id' = below.id::text
          AND NOT EXISTS (SELECT FROM organisation_parents WHERE child_id = organisations.id)
          AND NOT EXISTS (SELECT FROM organisations above
                          WHERE above.id = below.id AND above.source_id IS DISTINCT FROM organisations.source_id)
        UNION ALL
        SELECT child_id FROM organisation_parents WHERE parent_id = below.id) AS child (id)
)
SELECT id FROM below
"""
# Only one that the directory knows can be shown.
PARENT = """
SELECT above.id, above.name
FROM organisations one LEFT JOIN organisation_parents declared ON declared.child_id = one.id
JOIN organisations above ON above.id::text = coalesce(declared.parent_id::text, one.document ->> 'parent_id')
WHERE one.id = $1 AND above.id <> $1
  AND (declared.parent_id IS NOT NULL OR above.source_id IS NOT DISTINCT FROM one.source_id)
"""
NAMES = "SELECT id, name FROM organisations WHERE id = ANY ($1) ORDER BY name, id"
RUN = """
SELECT id, name, organisation_id, status = 'temporarily closed' AS closed_for_now
FROM services
WHERE organisation_id = ANY ($1) AND listed AND status IN ('active', 'temporarily closed')
ORDER BY name, id LIMIT $2
"""
LEADS = """
SELECT id, name FROM organisations one
WHERE id = ANY ($1) AND (
    EXISTS (SELECT FROM organisation_parents WHERE parent_id = one.id)
    OR EXISTS (
        SELECT FROM organisations child
        WHERE child.document ->> 'parent_id' = one.id::text AND child.source_id IS NOT DISTINCT FROM one.source_id
          AND NOT EXISTS (SELECT FROM organisation_parents WHERE child_id = child.id)))
ORDER BY name, id
"""


@dataclass(frozen=True, slots=True)
class NamedOrganisation:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class RunService:
    """A service that people may be shown, in a line."""

    id: UUID
    name: str
    organisation_id: UUID
    closed_for_now: bool


async def organisations_below(connection: Connection, organisation_id: UUID) -> list[UUID]:
    """The organisation itself and all below it, at any depth."""
    return [row["id"] for row in await connection.fetch(BELOW, organisation_id)]


async def parent_of(connection: Connection, organisation_id: UUID) -> NamedOrganisation | None:
    row = await connection.fetchrow(PARENT, organisation_id)
    return NamedOrganisation(**row) if row else None


async def named_organisations(connection: Connection, ids: Sequence[UUID]) -> list[NamedOrganisation]:
    """Those that the directory knows, in order of name."""
    return [NamedOrganisation(**row) for row in await connection.fetch(NAMES, list(ids))]


async def services_run_by(connection: Connection, ids: Sequence[UUID], most: int) -> list[RunService]:
    """In order of name."""
    return [RunService(**row) for row in await connection.fetch(RUN, list(ids), most)]


async def leads_among(connection: Connection, ids: Sequence[UUID]) -> list[NamedOrganisation]:
    """Those of them that have others below."""
    return [NamedOrganisation(**row) for row in await connection.fetch(LEADS, list(ids))]
