"""Tables that every service has alike and of which nothing is shown to a person who asks what is held on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import asyncpg

from shared.postgres.pool import Connection, Pool

NOT_SHOWN_ANYWHERE: Mapping[str, str] = {
    "outbox_events": "facts on their way to the log, deleted once they are there",
    "outbox_leader": "who of us publishes",
    "inbox_events": "ids of events that were taken, for thirty days",
    "deferred_events": "events of ours that could not be handled yet, by ids and codes",
    "idempotency_keys": "that a request was made, as a hash, and its answer in ids, for two days",
    "copied_members": "staff who may still come in, by id",
    "revoked_links": "ids of links, until they run out",
    "used_links": "ids of links, until they run out",
    "applied_migrations": "how the database came about",
}
COLUMNS = """
SELECT c.table_name AS "table", c.column_name AS "column"
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
"""


async def columns_by_table(
    asked: Pool | Connection | asyncpg.Connection[asyncpg.Record],
) -> Mapping[str, set[str]]:
    found = defaultdict(set)
    for row in await asked.fetch(COLUMNS):
        found[row["table"]].add(row["column"])
    return found
