"""A database and three roles per service: its owner, the one it runs as, which owns nothing, and that of its rounds.

Beside them one role for the checker, which migrations let read some columns.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from deploy.provision.inputs import CHECKED, CHECKER, CannotProvision, ServiceRoles
from shared.postgres.migrations import MigrationChanged, migrate
from shared.postgres.pool import OLDEST_POSTGRES

AdminConnection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

PROVISIONING_LOCK = 5_021_984_403_002  # one provisioning at a time on a server
WAIT_SECONDS = 60.0
CREATE_EXTENSION = re.compile(r"create\s+extension\s+(?:if\s+not\s+exists\s+)?\"?(\w+)", re.IGNORECASE)

# %I and %L quote on the server: role statements take no parameters.
ROLE_SQL = """
SELECT format(
    CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = $1)
    THEN 'ALTER ROLE %I' ELSE 'CREATE ROLE %I' END
    || ' LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L', $1::text, $2::text)
"""
# Nobody signs in as the rounds, and the service has none of their rights until it says so in a transaction.
ROUNDS_SQL = """
SELECT format(
    CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = $1)
    THEN 'ALTER ROLE %1$I' ELSE 'CREATE ROLE %1$I' END
    || ' NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS; '
    || 'GRANT %1$I TO %2$I WITH INHERIT FALSE, SET TRUE', $1::text, $2::text)
"""
# There before any migration, which names it in policies; it may sign in once it has a password.
CHECKER_SQL = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{CHECKER}') THEN
        CREATE ROLE {CHECKER} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    END IF;
END $$
"""
RUNTIME_GRANTS = """
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "{runtime}", "{rounds}";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{runtime}";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO "{runtime}";
"""
# Default privileges count for what is made after them; what records the migrations is not the service's to write.
AFTER_MIGRATIONS = """
REVOKE INSERT, UPDATE, DELETE ON applied_migrations FROM "{runtime}";
"""


@asynccontextmanager
async def admin_connection(dsn: str, *, wait_seconds: float = WAIT_SECONDS) -> AsyncIterator[AdminConnection]:
    """Waits until the server answers; refuses one that is too old."""
    connection = await connect_when_up(dsn, wait_seconds)
    try:
        version = int(await connection.fetchval("SHOW server_version_num"))
        if version < OLDEST_POSTGRES:
            raise CannotProvision(f"PostgreSQL {version // 10000} is too old: Kith needs 18 or newer")
        yield connection
    finally:
        await connection.close()


async def connect_when_up(dsn: str, wait_seconds: float) -> AdminConnection:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return await asyncpg.connect(dsn, timeout=5)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError) as problem:
            if time.monotonic() > deadline:
                place = urlsplit(dsn).netloc.rpartition("@")[2]
                raise CannotProvision(f"PostgreSQL at {place} does not answer ({problem})") from problem
            await asyncio.sleep(0.1)
        except asyncpg.InvalidAuthorizationSpecificationError as problem:
            raise CannotProvision(f"PostgreSQL refuses the administrator's sign-in: {problem}") from problem


async def provision_database(admin: AdminConnection, admin_dsn: str, roles: ServiceRoles) -> list[str]:
    """Roles, database, grants, migrations; returns the migrations that were new."""
    await ensure_roles(admin, roles)
    await ensure_database(admin, roles)
    await ensure_extensions(admin_dsn, roles)
    return await migrate_as_owner(admin_dsn, roles)


async def ensure_roles(admin: AdminConnection, roles: ServiceRoles) -> None:
    for role, password in ((roles.owner, roles.owner_password), (roles.runtime, roles.runtime_password)):
        await admin.execute(await admin.fetchval(ROLE_SQL, role, password))
    await admin.execute(await admin.fetchval(ROUNDS_SQL, roles.rounds, roles.runtime))
    await admin.execute(CHECKER_SQL)


async def let_checker_in(admin: AdminConnection, password: str) -> None:
    """It reads, and that is said once more for each of its connections."""
    await admin.execute(await admin.fetchval(ROLE_SQL, CHECKER, password))
    await admin.execute(f"ALTER ROLE {CHECKER} SET default_transaction_read_only = on")


async def ensure_database(
    admin: AdminConnection, roles: ServiceRoles, *, template: str | None = None
) -> None:
    if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", roles.database):
        copied = f' TEMPLATE "{template}"' if template else ""
        await admin.execute(f'CREATE DATABASE "{roles.database}" OWNER "{roles.owner}"{copied}')
    await admin.execute(f'REVOKE ALL ON DATABASE "{roles.database}" FROM PUBLIC')
    await admin.execute(f'GRANT CONNECT ON DATABASE "{roles.database}" TO "{roles.runtime}"')
    if roles.service in CHECKED:
        await admin.execute(f'GRANT CONNECT ON DATABASE "{roles.database}" TO {CHECKER}')


async def ensure_extensions(admin_dsn: str, roles: ServiceRoles) -> None:
    """An extension is the administrator's to make; a migration's own statement then finds it there."""
    wanted = extensions_in(roles.migrations)
    if not wanted:
        return
    connection = await asyncpg.connect(dsn_for(admin_dsn, database=roles.database))
    try:
        for extension in wanted:
            await connection.execute(f'CREATE EXTENSION IF NOT EXISTS "{extension}"')
    finally:
        await connection.close()


def extensions_in(migrations: Path) -> list[str]:
    found = {name for file in migrations.glob("*.sql") for name in CREATE_EXTENSION.findall(file.read_text())}
    return sorted(found)


async def migrate_as_owner(admin_dsn: str, roles: ServiceRoles) -> list[str]:
    connection = await asyncpg.connect(owner_dsn(admin_dsn, roles))
    try:
        await connection.execute(RUNTIME_GRANTS.format(runtime=roles.runtime, rounds=roles.rounds))
        new = await migrate(connection, roles.migrations)
        await connection.execute(AFTER_MIGRATIONS.format(runtime=roles.runtime))
    except (asyncpg.PostgresError, MigrationChanged) as problem:
        raise CannotProvision(f"migrating {roles.database}: {problem}") from problem
    finally:
        await connection.close()
    return new


def owner_dsn(admin_dsn: str, roles: ServiceRoles) -> str:
    return dsn_for(admin_dsn, database=roles.database, role=roles.owner, password=roles.owner_password)


def runtime_dsn(admin_dsn: str, roles: ServiceRoles) -> str:
    return dsn_for(admin_dsn, database=roles.database, role=roles.runtime, password=roles.runtime_password)


def dsn_for(admin_dsn: str, *, database: str, role: str | None = None, password: str = "") -> str:
    """The administrator's address with another database and, if given, another role."""
    parts = urlsplit(admin_dsn)
    sign_in, _, place = parts.netloc.rpartition("@")
    if role is not None:
        sign_in = f"{quote(role, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{sign_in}@{place}" if sign_in else place, path=f"/{database}"))
