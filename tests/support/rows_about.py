"""Every table of a database that names somebody by an id, wherever in a row the id stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

import asyncpg

from shared.postgres.pool import Connection, Pool

TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname
"""
# On its way to the log, which has ids for good; the relay deletes each row that it has published.
TO_THE_LOG = "outbox_events"


async def tables_that_name(
    asked: Pool | Connection | asyncpg.Connection[asyncpg.Record], ids: Iterable[UUID]
) -> set[str]:
    """As text and as bytes; rows that the asking role does not see are not looked at."""
    return await tables_with(asked, [str(each).encode() for each in ids]) - {TO_THE_LOG}


async def tables_with(
    asked: Pool | Connection | asyncpg.Connection[asyncpg.Record], wanted: Collection[bytes]
) -> set[str]:
    """Row by row as PostgreSQL writes it, so that neither compression nor dead tuples are in the way."""
    found = set()
    forms = [form for each in wanted for form in (each.decode("latin-1"), each.hex())]
    for row in await asked.fetch(TABLES):
        table = row["relname"]
        rows = await asked.fetch(f'SELECT t::text AS row FROM "{table}" t')
        if any(form in each["row"] for each in rows for form in forms):
            found.add(table)
    return found
