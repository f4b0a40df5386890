"""With the application's own filters away, no row about a person or case leaves its area."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from deploy.provision.databases import dsn_for
from deploy.provision.inputs import SERVICES
from shared.postgres.pool import Pool, open_pool, transaction
from shared.postgres.reach import NOWHERE, Reach, areas_reach, rounds_reach
from shared.security.reaches import every_borough
from tests.component.tenancy.sample_rows import add_row
from tests.conftest import CreateDatabase
from tests.support.databases import TestDatabase
from tests.support.rows_by_area import NOT_ABOUT_PEOPLE, ROWS_BY_AREA

HERE, THERE = "E09000025", "E09000030"
# As a system or staff of an organisation reach: in every borough, for what stands with it. The rows are not with it.
ORGANISATION = Reach(every_borough().areas, frozenset({UUID(int=7)}))
FOREIGN = [areas_reach([THERE]), NOWHERE, ORGANISATION, Reach(every_borough().areas, frozenset())]
TABLES = [(service, table) for service, tables in ROWS_BY_AREA.items() for table in sorted(tables)]

TABLES_WITH_AN_AREA = """
SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
    EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = '{0}') AS has_policy,
    EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = '{0}' AND NOT p.polpermissive)
        AS held_to_organisations
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'area' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""


@pytest.fixture
async def place(database: CreateDatabase, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Pool, str]]:
    """The runtime role's pool of a service that has one row of a table, of the area HERE."""
    service, table = request.param
    made = await database(service)
    await _as_superuser(made, table)
    pool = await open_pool(made.dsn, application="test", largest=1)
    yield pool, table
    await pool.close()


# The service has no right to change or take away a row; a key of the audit trail goes with its person alone.
NEVER_CHANGED = {"audit_records", "audit_chain", "audit_keys"}


async def _as_superuser(made: TestDatabase, table: str) -> None:
    admin = await asyncpg.connect(dsn_for(made.admin_dsn, database=made.name))
    try:
        await admin.execute("SET session_replication_role = replica")  # a row without those that it refers to
        await add_row(admin, table, HERE)
    finally:
        await admin.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_with_an_area_is_under_forced_row_security_or_is_declared_as_not_about_people(
    service: str, database: CreateDatabase
) -> None:
    made = await database(service)
    connection = await asyncpg.connect(made.owner_dsn)
    rows = await connection.fetch(TABLES_WITH_AN_AREA)
    await connection.close()

    declared = {table for of, table in NOT_ABOUT_PEOPLE if of == service}
    found = {row["name"]: row for row in rows if row["name"] not in declared}
    assert found.keys() == ROWS_BY_AREA[service]
    assert [name for name, row in found.items() if not (row["forced"] and row["has_policy"])] == []
    assert [name for name, row in found.items() if not row["held_to_organisations"]] == []


@pytest.mark.parametrize("place", TABLES, indirect=True, ids=".".join)
@pytest.mark.asvs("V8.4.1")
async def test_a_row_is_there_for_its_own_area_alone(place: tuple[Pool, str]) -> None:
    pool, table = place

    async with transaction(pool, areas_reach([HERE])) as connection:
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 1
    for reach in FOREIGN:
        async with transaction(pool, reach) as connection:
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
            if table not in NEVER_CHANGED:
                assert await connection.execute(f"UPDATE {table} SET area = '{THERE}'") == "UPDATE 0"
                assert await connection.execute(f"DELETE FROM {table}") == "DELETE 0"
    if table in NEVER_CHANGED:
        for statement in (f"UPDATE {table} SET area = '{THERE}'", f"DELETE FROM {table}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with transaction(pool, areas_reach([HERE])) as connection:
                    await connection.execute(statement)
    # Outside of any transaction that says a reach there is nothing either, on a connection that had one before.
    assert await pool.fetchval(f"SELECT count(*) FROM {table}") == 0


@pytest.mark.parametrize("place", TABLES, indirect=True, ids=".".join)
@pytest.mark.asvs("V8.4.1")
async def test_no_row_is_written_or_moved_into_another_area(place: tuple[Pool, str]) -> None:
    pool, table = place

    for reach in FOREIGN:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(pool, reach) as connection:
                await add_row(connection, table, HERE)  # type: ignore[arg-type]  # the pool's own proxy
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(pool, areas_reach([HERE])) as connection:
            await connection.execute(f"UPDATE {table} SET area = '{THERE}'")


async def test_the_rounds_of_referral_see_legs_of_every_area_and_nothing_of_who_they_are(
    database: CreateDatabase,
) -> None:
    made = await database("referral")
    await _as_superuser(made, "legs")
    pool = await open_pool(made.dsn, application="test", largest=1)
    try:
        async with transaction(pool, rounds_reach("referral")) as connection:
            assert await connection.fetchval("SELECT count(*) FROM legs") == 1
            for what in (
                "* FROM people",
                "* FROM person_keys",
                "person_id FROM referrals",
                "* FROM referrers",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    async with connection.transaction():
                        await connection.fetchval(f"SELECT {what}")
        # The line is there for whoever routes, without ids of people.
        async with transaction(pool, NOWHERE) as connection:
            [in_line] = await connection.fetch("SELECT * FROM waiting_line")
        columns = {"leg_id", "need", "wants", "received_at", "state", "tried", "area", "overtaken"}
        assert set(in_line.keys()) == columns
    finally:
        await pool.close()


CASE = """
INSERT INTO people (person_id, area, sealed, language) VALUES ($1, $2, 'sealed', 'en');
INSERT INTO person_keys (person_id, area, kid, wrapped_key) VALUES ($1, $2, 'tests', 'wrapped');
INSERT INTO referrals (referral_id, reference, person_id, area, door, received_at, consent_at, risks)
    VALUES ($1, $1::text, $1, $2, 'self', now(), now(), 'none-known');
INSERT INTO legs (leg_id, referral_id, person_id, area, need, wants, received_at, state, version, changed_at,
        request_id, pool_id, service_id, organisation_id, answer_by, owner, next_step, due_at)
    VALUES ($1, $1, $1, $2, 'loneliness', '{}', now(), 'offered', 1, now(), $1, $1, $1, $1, now(), 'provider', 'answer-the-offer', now());
INSERT INTO leg_history (leg_id, area, to_state, happened_at) VALUES ($1, $2, 'offered', now());
INSERT INTO tried_pools (leg_id, pool_id, area, outcome, tried_at) VALUES ($1, $1, $2, 'declined', now())
"""
OF_A_CASE = ("people", "person_keys", "referrals", "legs", "leg_history")


async def test_whoever_belongs_to_an_organisation_sees_the_cases_that_stand_with_it_alone(
    database: CreateDatabase,
) -> None:
    made = await database("referral")
    ours, theirs, nobodys = UUID(int=7), UUID(int=8), UUID(int=9)
    admin = await asyncpg.connect(dsn_for(made.admin_dsn, database=made.name))
    for organisation, area in ((ours, HERE), (theirs, THERE)):
        for statement in CASE.split(";"):  # everything of a case has the organisation's id
            values = (f"'{organisation}'::uuid", f"'{area}'")
            await admin.execute(statement.replace("$1", values[0]).replace("$2", values[1]))
    await admin.close()
    pool = await open_pool(made.dsn, application="test", largest=1)

    async def seen(organisation: UUID, table: str) -> int:
        async with transaction(pool, Reach(every_borough().areas, frozenset({organisation}))) as connection:
            return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))

    try:
        for table in OF_A_CASE:
            column = "person_id" if table in {"people", "person_keys", "referrals"} else "leg_id"
            async with transaction(pool, ORGANISATION) as connection:
                rows = await connection.fetch(f"SELECT {column} FROM {table}")
            assert [row[column] for row in rows] == [ours]
            assert await seen(nobodys, table) == 0
        for organisation in (ours, theirs):
            assert await seen(organisation, "tried_pools") == 0
            assert await seen(organisation, "waiting_line") == 0
        # The area counts as well: a case that stands with us somewhere else is not seen from here.
        async with transaction(pool, Reach(frozenset({THERE}), frozenset({ours}))) as connection:
            assert [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in OF_A_CASE] == [
                0
            ] * len(OF_A_CASE)
    finally:
        await pool.close()
