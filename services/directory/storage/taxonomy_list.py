"""Taxonomies of others and their terms, as the feeds have named them, cut into pages."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from services.directory.domain.listing import ForeignTerm
from shared.postgres.pool import Connection

TAXONOMIES = """
SELECT taxonomy_id, min(taxonomy) AS name FROM taxonomy_terms
WHERE $1::uuid IS NULL OR taxonomy_id = $1
GROUP BY taxonomy_id ORDER BY min(taxonomy) NULLS LAST, taxonomy_id
"""
# All of the words, wherever they are; `%` and `_` are letters like any other.
MATCHES = """
($1::uuid IS NULL OR taxonomy_id = $1)
AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS word
                WHERE strpos(lower(name || ' ' || description), lower(word)) = 0)
"""
COUNT_TERMS = f"SELECT count(*) FROM taxonomy_terms WHERE {MATCHES}"
LIST_TERMS = f"SELECT * FROM taxonomy_terms WHERE {MATCHES} ORDER BY name, id LIMIT $3 OFFSET $4"
FIND_TERM = "SELECT * FROM taxonomy_terms WHERE id = $1"
# Any language can be a worker's. Only those that the project does not name itself are asked for here.
WORKER_LANGUAGES = """
SELECT DISTINCT jsonb_array_elements_text(document -> 'suitability' -> 'worker_languages') AS code
FROM services WHERE id IN (SELECT service_id FROM service_terms WHERE term_id = $1)
"""


async def list_taxonomies(
    connection: Connection, taxonomy_id: UUID | None = None
) -> list[tuple[UUID, str | None]]:
    rows = await connection.fetch(TAXONOMIES, taxonomy_id)
    return [(row["taxonomy_id"], row["name"]) for row in rows]


async def list_terms(
    connection: Connection,
    *,
    taxonomy_id: UUID | None,
    words: Sequence[str],
    limit: int,
    offset: int,
) -> tuple[list[ForeignTerm], int]:
    """One part of the terms, and how many there are in all."""
    total = await connection.fetchval(COUNT_TERMS, taxonomy_id, list(words))
    rows = await connection.fetch(LIST_TERMS, taxonomy_id, list(words), limit, offset)
    return [_term(row) for row in rows], total


async def find_term(connection: Connection, term_id: UUID) -> ForeignTerm | None:
    row = await connection.fetchrow(FIND_TERM, term_id)
    return None if row is None else _term(row)


async def worker_languages_with(connection: Connection, term_id: UUID) -> list[str]:
    """The languages of workers of the services that have this term."""
    return [row["code"] for row in await connection.fetch(WORKER_LANGUAGES, term_id)]


def _term(row: Record) -> ForeignTerm:
    return ForeignTerm(
        id=row["id"],
        taxonomy_id=row["taxonomy_id"],
        taxonomy=row["taxonomy"],
        name=row["name"],
        description=row["description"],
        term=row["term"],
        uri=row["uri"],
        parent_id=row["parent_id"],
    )
