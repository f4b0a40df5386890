"""The checker's role reads how legs and places stand, nothing of who anybody is, and writes nothing."""

import asyncpg
import pytest

from deploy.checker.look import Connection
from deploy.checker.settings import CheckerSettings
from tests.component.referral.referral_world import ReferralWorld

OF_NO_CONCERN = (
    "SELECT * FROM people",
    "SELECT * FROM person_keys",
    "SELECT * FROM referrers",
    "SELECT person_id FROM legs",
    "SELECT wants FROM legs",
    "SELECT person_id FROM referrals",
    "SELECT payload FROM outbox_events",
    "SELECT * FROM routing_decisions",
    "SELECT * FROM waiting_line",
    "SELECT * FROM audit_records",
)
WRITES = (
    "UPDATE legs SET due_at = NULL",
    "DELETE FROM escalations",
    "INSERT INTO leg_history (leg_id, area, to_state, happened_at) VALUES (gen_random_uuid(), 'x', 'x', now())",
    "CREATE TABLE mine (id int)",
)


async def test_it_sees_legs_of_every_area_and_nothing_of_who_they_are(
    world: ReferralWorld, as_checker: tuple[Connection, Connection]
) -> None:
    referral, capacity = as_checker
    await world.refer("housing")

    assert await referral.fetchval("SELECT count(*) FROM legs") == 1
    assert await capacity.fetchval("SELECT count(request_id) FROM place_holds") == 0
    for statement in OF_NO_CONCERN:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await referral.execute(statement)


async def test_it_can_write_nothing_even_where_it_says_that_it_will(
    as_checker: tuple[Connection, Connection],
) -> None:
    for connection in as_checker:
        await connection.execute("SET default_transaction_read_only = off")
        for statement in WRITES:
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedTableError)):
                await connection.execute(statement)


async def test_it_enters_no_other_database(checker_settings: CheckerSettings, directory_dsn: str) -> None:
    name = directory_dsn.rpartition("/")[2]
    there = checker_settings.referral_dsn.get_secret_value().rpartition("/")[0] + f"/{name}"

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(there)
