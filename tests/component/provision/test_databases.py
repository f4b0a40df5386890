"""What provisioning makes of a real PostgreSQL: roles that own nothing, and databases that others cannot enter."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from deploy.provision.databases import admin_connection, provision_database
from deploy.provision.inputs import SERVICES, CannotProvision
from tests.conftest import CreateDatabase
from tests.support.databases import roles_in_tests


@pytest.mark.parametrize("service", SERVICES)
async def test_every_service_has_a_database_that_its_runtime_role_can_use(
    service: str, database: CreateDatabase
) -> None:
    made = await database(service)

    connection = await asyncpg.connect(made.dsn)
    try:
        assert await connection.fetchval("SELECT current_user") == service
        assert await connection.fetchval("SELECT count(*) FROM applied_migrations") >= 0
    finally:
        await connection.close()


@pytest.mark.asvs("V13.2.2")
async def test_the_runtime_role_may_write_rows_and_change_no_table(database: CreateDatabase) -> None:
    made = await database("directory")
    owner = await asyncpg.connect(made.owner_dsn)
    await owner.execute("CREATE TABLE made_later (id int PRIMARY KEY)")
    await owner.close()

    connection = await asyncpg.connect(made.dsn)
    try:
        await connection.execute("INSERT INTO made_later VALUES (1)")
        await connection.execute("DELETE FROM made_later")
        for forbidden in (
            "CREATE TABLE mine (id int)",
            "ALTER TABLE made_later ADD COLUMN more int",
            "DROP TABLE made_later",
            "DELETE FROM applied_migrations",
            "CREATE SCHEMA mine",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(forbidden)
    finally:
        await connection.close()


@pytest.mark.asvs("V13.2.2")
async def test_a_service_cannot_enter_the_database_of_another(database: CreateDatabase) -> None:
    directory, notify = await database("directory"), await database("notify")
    other = urlunsplit(urlsplit(notify.dsn)._replace(path=f"/{directory.name}"))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(other)


@pytest.mark.asvs("V13.2.2")
async def test_the_runtime_role_cannot_bypass_anything(
    database: CreateDatabase, postgres_admin_dsn: str
) -> None:
    await database("capacity")
    admin = await asyncpg.connect(postgres_admin_dsn)
    try:
        row = await admin.fetchrow(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = 'capacity'"
        )
        assert row is not None
        assert not any(row.values())
    finally:
        await admin.close()


async def test_provisioning_twice_changes_nothing_the_second_time(postgres_admin_dsn: str) -> None:
    roles = replace(roles_in_tests("directory"), database="kith_test_provisioned_twice")
    async with admin_connection(postgres_admin_dsn) as admin:
        try:
            first = await provision_database(admin, postgres_admin_dsn, roles)
            second = await provision_database(admin, postgres_admin_dsn, roles)
        finally:
            await admin.execute(f'DROP DATABASE IF EXISTS "{roles.database}" WITH (FORCE)')

    assert first
    assert second == []


async def test_a_wrong_administrator_password_is_told_at_once(postgres_admin_dsn: str) -> None:
    parts = urlsplit(postgres_admin_dsn)
    wrong = urlunsplit(parts._replace(netloc=f"postgres:wrong@{parts.netloc.rpartition('@')[2]}"))

    with pytest.raises(CannotProvision, match="refuses the administrator"):
        async with admin_connection(wrong):
            pass


async def test_a_server_that_is_not_there_is_told_with_its_address() -> None:
    with pytest.raises(CannotProvision, match=r"127\.0\.0\.1:9 does not answer"):
        async with admin_connection("postgresql://postgres:x@127.0.0.1:9/postgres", wait_seconds=0.2):
            pass
