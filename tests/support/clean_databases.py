"""A database that a test has used is made as it was for the next one: a new copy costs several times as much.

A test that did more than write rows has changed the catalogue, and its database is dropped. Each test meets a name
that was never used, so that nobody who still writes for an earlier one finds a way back in.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import asyncpg

from deploy.provision.databases import AdminConnection
from tests.support.databases import Databases, TestDatabase

# Whoever adds, changes or drops something moves the newest transaction or the number of rows. A table's own entry is
# new whenever the table is emptied, so of that one the rights and rules are compared.
CATALOGUE = ("pg_attribute", "pg_attrdef", "pg_constraint", "pg_trigger", "pg_policy", "pg_proc", "pg_type")
NEWEST = " || ".join(f"(SELECT (count(*), max(xmin::text::bigint))::text FROM {name})" for name in CATALOGUE)
SHAPE = f"""
SELECT {NEWEST} || (
    SELECT string_agg((relname, relkind, relowner, relacl, relrowsecurity, relforcerowsecurity, reloptions)::text, ','
        ORDER BY oid)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
) || (
    SELECT (datacl, (SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = d.oid))::text
    FROM pg_database d WHERE datname = current_database()
)
"""
# A table has pages from its first row on, even from one that was taken back.
WRITTEN = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
COUNTED = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
START_AGAIN = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""
ROWS = "SELECT jsonb_agg(to_jsonb(t) ORDER BY t::text)::text FROM {table} t"
REFILL = "INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)"
DISCONNECT = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"


@dataclass(frozen=True)
class AsMade:
    """What the migrations leave behind: the catalogue, the rows by table, and how far each sequence is."""

    shape: str
    rows: dict[str, str | None]
    counted: dict[str, int]


class CleanDatabases(Databases):
    def __init__(self, admin_dsn: str) -> None:
        super().__init__(admin_dsn)
        self._as_made: dict[str, AsMade] = {}
        self._kept: defaultdict[str, list[TestDatabase]] = defaultdict(list)
        self._admin: AdminConnection | None = None
        self._turn = asyncio.Lock()

    async def create(self, service: str) -> TestDatabase:
        if self._kept[service]:
            return self._kept[service].pop()
        made = await super().create(service)
        if service not in self._as_made:
            async with self._inside(made.name) as connection:
                self._as_made[service] = await look_at(connection)
        return made

    async def drop(self, database: TestDatabase) -> None:
        """Keeps it for another test if it is as it was made, but for rows, which are taken away."""
        renamed = self._with_a_new_name(database.service)
        async with self._turn:
            if self._admin is None:
                self._admin = await asyncpg.connect(self._admin_dsn)
            await self._admin.execute(DISCONNECT, database.name)
            await self._admin.execute(f'ALTER DATABASE "{database.name}" RENAME TO "{renamed.name}"')
        async with self._inside(renamed.name) as connection:
            is_clean = await clean(connection, self._as_made[database.service])
        if is_clean:
            self._kept[database.service].append(renamed)
        else:
            await super().drop(renamed)

    async def close(self) -> None:
        for kept in self._kept.values():
            while kept:
                await super().drop(kept.pop())
        if self._admin is not None:
            await self._admin.close()


async def look_at(connection: AdminConnection) -> AsMade:
    return AsMade(
        await connection.fetchval(SHAPE),
        {table: await rows_of(connection, table) for table in await written(connection)},
        await counted(connection),
    )


async def clean(connection: AdminConnection, as_made: AsMade) -> bool:
    """False where rows are not all that differs."""
    if await connection.fetchval(SHAPE) != as_made.shape:
        return False
    used = ", ".join(table for table in await written(connection) if table not in as_made.rows)
    # The administrator's own statements: neither triggers nor who may empty a table stand in their way.
    await connection.execute("SET session_replication_role = replica")
    if used:
        await connection.execute(f"TRUNCATE {used} CASCADE")
    for table, rows in as_made.rows.items():
        if await rows_of(connection, table) != rows:
            await connection.execute(f"TRUNCATE {table}")
            await connection.execute(REFILL.format(table=table), rows)
    if await counted(connection) != as_made.counted:
        await connection.execute(START_AGAIN)
        for sequence, last_value in as_made.counted.items():
            await connection.execute("SELECT setval(quote_ident($1)::regclass, $2)", sequence, last_value)
    return True


async def written(connection: AdminConnection) -> list[str]:
    return [f'"{row["relname"]}"' for row in await connection.fetch(WRITTEN)]


async def counted(connection: AdminConnection) -> dict[str, int]:
    return {row["sequencename"]: row["last_value"] for row in await connection.fetch(COUNTED)}


async def rows_of(connection: AdminConnection, table: str) -> str | None:
    found: str | None = await connection.fetchval(ROWS.format(table=table))
    return found
