"""Organisations for the open feed: what their documents show, never where their messages go."""

from datetime import datetime
from uuid import UUID

from services.directory.domain.organisation import Organisation
from services.directory.storage.stored_documents import public_organisation_from
from shared.postgres.pool import Connection

MATCHES = """
NOT EXISTS (SELECT FROM unnest($1::text[]) AS word WHERE strpos(
    lower(name || ' ' || coalesce(document ->> 'description', '')), lower(word)) = 0)
"""
# The parent that an operator has declared, else the source's, unless somebody else brought that (organisation_tree.py).
DOCUMENT = """
CASE WHEN EXISTS (
    SELECT FROM organisations above WHERE above.id::text = organisations.document ->> 'parent_id'
       AND above.source_id IS DISTINCT FROM organisations.source_id) THEN document - 'parent_id' ELSE document END
|| coalesce(
    (SELECT jsonb_build_object('parent_id', parent_id) FROM organisation_parents WHERE child_id = organisations.id), '{}')
"""
COUNT = f"SELECT count(*) FROM organisations WHERE {MATCHES}"
LIST = (
    f"SELECT {DOCUMENT} AS document FROM organisations WHERE {MATCHES} ORDER BY name, id LIMIT $2 OFFSET $3"
)
FIND = f"SELECT {DOCUMENT} AS document, changed_at FROM organisations WHERE id = $1"
CHANGED_AT = "SELECT max(changed_at) FROM organisations"


async def list_organisations(
    connection: Connection, words: list[str], *, page: int, per_page: int
) -> tuple[list[Organisation], int]:
    total = await connection.fetchval(COUNT, words)
    rows = await connection.fetch(LIST, words, per_page, (page - 1) * per_page)
    return [public_organisation_from(row["document"]) for row in rows], total


async def find_organisation(
    connection: Connection, organisation_id: UUID
) -> tuple[Organisation, datetime] | None:
    row = await connection.fetchrow(FIND, organisation_id)
    return None if row is None else (public_organisation_from(row["document"]), row["changed_at"])


async def organisations_changed_at(connection: Connection) -> datetime | None:
    moment: datetime | None = await connection.fetchval(CHANGED_AT)
    return moment
