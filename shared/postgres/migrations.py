"""Plain SQL migrations: files in name order, each in a transaction of its own, never changed once applied."""

import hashlib
from pathlib import Path

from shared.postgres.pool import Connection

MIGRATIONS_LOCK = 5_021_984_403_001  # any number that nothing else locks

CREATE_HISTORY = """
CREATE TABLE IF NOT EXISTS applied_migrations (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationChanged(RuntimeError):
    """A migration that was applied has another content now. Write a new one instead."""


async def migrate(connection: Connection, directory: Path) -> list[str]:
    """Applies what is new in `directory` and returns the names.

    The lock makes two that start together take turns; `lock_timeout` keeps a migration from queueing
    behind a long reader and stopping all writers with it.
    """
    await connection.execute("SELECT pg_advisory_lock($1)", MIGRATIONS_LOCK)
    try:
        await connection.execute(CREATE_HISTORY)
        rows = await connection.fetch("SELECT name, sha256 FROM applied_migrations")
        applied = {row["name"]: row["sha256"] for row in rows}
        new = []
        for name, sql in _read(directory):
            digest = hashlib.sha256(sql.encode()).hexdigest()
            if name not in applied:
                await _apply(connection, name, sql, digest)
                new.append(name)
            elif applied[name] != digest:
                raise MigrationChanged(f"{name} was changed after it had been applied.")
        return new
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", MIGRATIONS_LOCK)


def _read(directory: Path) -> list[tuple[str, str]]:
    return [(file.name, file.read_text()) for file in sorted(directory.glob("*.sql"))]


async def _apply(connection: Connection, name: str, sql: str, digest: str) -> None:
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '5s'")
        await connection.execute(sql)
        await connection.execute(
            "INSERT INTO applied_migrations (name, sha256) VALUES ($1, $2)", name, digest
        )
