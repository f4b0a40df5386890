"""How others are told the name of a service's organisation, and of the one above it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.postgres.pool import Connection

# Above is what an operator has declared, else what the same source says of its own.
NAMES = """
SELECT one.id, one.name, above.id AS lead_id, above.name AS lead_name
FROM organisations one LEFT JOIN organisation_parents declared ON declared.child_id = one.id
LEFT JOIN organisations above ON above.id <> one.id
    AND above.id::text = coalesce(declared.parent_id::text, one.document ->> 'parent_id')
    AND (declared.parent_id IS NOT NULL OR above.source_id IS NOT DISTINCT FROM one.source_id)
WHERE one.id = ANY ($1::uuid[])
"""
# Those of the organisations, and of those directly below them, for these are told with the name of the one above.
NEXT_VERSIONS = """
UPDATE services SET version = version + 1, changed_at = clock_timestamp()
WHERE listed AND status = 'active' AND id <> ALL ($2::uuid[]) AND organisation_id IN (
    SELECT unnest($1::uuid[])
    UNION SELECT child_id FROM organisation_parents WHERE parent_id = ANY ($1::uuid[])
    UNION SELECT id FROM organisations WHERE document ->> 'parent_id' = ANY ($1::uuid[]::text[]))
RETURNING version, document, routable
"""


@dataclass(frozen=True, slots=True)
class ToldNames:
    """The organisation's name and who is directly above it; None: nothing is known of it."""

    name: str | None = None
    lead_id: UUID | None = None
    lead_name: str | None = None


NO_NAMES: Final = ToldNames()


@dataclass(frozen=True, slots=True)
class NextVersion:
    """A service as it stands, under a version that nobody was told of yet."""

    version: int
    document: str
    routable: bool


async def told_names(connection: Connection, ids: Collection[UUID]) -> dict[UUID, ToldNames]:
    """One for each of the organisations."""
    rows = await connection.fetch(NAMES, list(ids))
    known = {row["id"]: ToldNames(row["name"], row["lead_id"], row["lead_name"]) for row in rows}
    return {each: known.get(each, NO_NAMES) for each in ids}


async def next_versions(
    connection: Connection, organisations: Sequence[UUID], but: Sequence[UUID]
) -> list[NextVersion]:
    """Of the services that people are sent to. The writer's turn is taken."""
    return [NextVersion(**row) for row in await connection.fetch(NEXT_VERSIONS, organisations, but)]
