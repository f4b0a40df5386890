"""A database that a test has used comes to the next one as it was made, under another name, or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.provision.databases import dsn_for
from tests.support.clean_databases import CleanDatabases, look_at
from tests.support.databases import TestDatabase

AN_EVENT = "INSERT INTO outbox_events (topic, message_key, headers, payload) VALUES ('a', 'b', 'c', 'd')"


@pytest.fixture
async def clean(postgres_admin_dsn: str) -> AsyncIterator[CleanDatabases]:
    made = CleanDatabases(postgres_admin_dsn)
    yield made
    await made.close()


async def run(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def all_of(database: TestDatabase) -> tuple[object, int]:
    """All that can differ, and which database it is, whatever its name."""
    connection = await asyncpg.connect(dsn_for(database.admin_dsn, database=database.name))
    try:
        which = await connection.fetchval("SELECT oid FROM pg_database WHERE datname = current_database()")
        return await look_at(connection), which
    finally:
        await connection.close()


async def test_the_next_test_finds_the_rows_and_the_numbers_of_the_migrations_alone(
    clean: CleanDatabases,
) -> None:
    first = await clean.create("referral")
    as_made = await all_of(first)
    await run(
        first.dsn, AN_EVENT, "UPDATE outbox_leader SET left_cleanly = false", "DELETE FROM outbox_leader"
    )
    assert await all_of(first) != as_made

    await clean.drop(first)
    second = await clean.create("referral")

    assert await all_of(second) == as_made
    await clean.drop(second)


async def test_a_number_that_was_drawn_for_a_row_that_failed_is_drawn_again(clean: CleanDatabases) -> None:
    first = await clean.create("referral")
    as_made = await all_of(first)
    with pytest.raises(asyncpg.NotNullViolationError):
        await run(first.dsn, AN_EVENT.replace("'b'", "NULL"))
    assert await all_of(first) != as_made

    await clean.drop(first)
    second = await clean.create("referral")

    assert await all_of(second) == as_made
    await clean.drop(second)


async def test_nobody_who_still_writes_finds_a_way_into_the_next_tests_database(
    clean: CleanDatabases,
) -> None:
    first = await clean.create("referral")
    left = await asyncpg.connect(first.dsn)

    await clean.drop(first)

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await left.execute(AN_EVENT)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(first.dsn)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE legs ADD COLUMN more int",
        "CREATE INDEX more ON legs (area)",
        "ALTER TABLE legs DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE legs NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE legs DISABLE TRIGGER USER; CREATE TABLE more (id int)",
        "GRANT TRUNCATE ON legs TO referral",
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql RETURN 1",
        "DROP TABLE turned_away",
    ],
)
async def test_a_database_in_which_more_than_rows_was_changed_is_not_used_again(
    change: str, clean: CleanDatabases
) -> None:
    first = await clean.create("referral")
    _, which = await all_of(first)
    await run(first.owner_dsn, change)

    await clean.drop(first)
    second = await clean.create("referral")

    assert (await all_of(second))[1] != which
    await clean.drop(second)
