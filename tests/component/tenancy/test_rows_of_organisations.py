"""Without any filter of the application, an organisation's transaction has the rows that are its own and no others."""

from uuid import UUID

import asyncpg
import pytest

from shared.postgres.pool import transaction
from shared.postgres.reach import Reach
from shared.security.reaches import every_borough
from shared.service_defaults.clock import utc_now
from tests.component.access.things_of_organisations import (
    AREAS,
    CAMDEN,
    NEWHAM,
    OF_OURS,
    OURS,
    THEIRS,
    world_of,
)
from tests.conftest import CreateDatabase

AS_OURS = Reach(every_borough().areas, frozenset({OURS}))
OURS_IN_NEWHAM = Reach(frozenset({NEWHAM}), frozenset({OURS}))
# A follow-up with its score for each leg; every id of a case is that of its referral.
SCORES = """
WITH asked AS (
    INSERT INTO follow_ups (follow_up_id, referral_id, leg_id, person_id, area, occasion, instrument, due_at)
    SELECT leg_id, referral_id, leg_id, person_id, area, 'before', 'swemwbs', now() FROM legs
)
INSERT INTO measures (follow_up_id, referral_id, person_id, area, occasion, instrument, score, recorded_at)
SELECT leg_id, referral_id, person_id, area, 'before', 'swemwbs', 20, now() FROM legs
"""


@pytest.mark.asvs("V8.4.1")
async def test_an_organisation_sees_how_its_referrals_stand_and_not_who_the_people_are(
    database: CreateDatabase,
) -> None:
    made = await database("referral")
    async with world_of("referral", made.dsn, utc_now) as world:
        async with transaction(world.service.pool, Reach(every_borough().areas)) as connection:
            await connection.execute(
                "INSERT INTO leg_history (leg_id, area, to_state, happened_at)"
                " SELECT leg_id, area, 'matching', now() FROM legs"
            )

        async def seen(table: str, column: str, reach: Reach) -> set[UUID]:
            async with transaction(world.service.pool, reach) as connection:
                return {row[0] for row in await connection.fetch(f"SELECT {column} FROM {table}")}

        own = {
            (how, area): world.referrals[area, how, OURS] for how in ("referred", "placed") for area in AREAS
        }
        for table, column in (("referrals", "referral_id"), ("legs", "leg_id"), ("leg_history", "leg_id")):
            assert await seen(table, column, AS_OURS) == set(own.values())
            assert await seen(table, column, OURS_IN_NEWHAM) == {
                own["referred", NEWHAM], own["placed", NEWHAM],
            }  # fmt: skip
        assert await seen("people", "person_id", AS_OURS) == {own["placed", area] for area in AREAS}


@pytest.mark.asvs("V8.4.1")
async def test_figures_of_an_organisation_are_made_of_its_own_rows(database: CreateDatabase) -> None:
    made = await database("outcomes")
    async with world_of("outcomes", made.dsn, utc_now) as world:
        async with transaction(world.service.pool, Reach(every_borough().areas)) as connection:
            await connection.execute(SCORES)

        async def counted(table: str, reach: Reach) -> int:
            async with transaction(world.service.pool, reach) as connection:
                return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))

        for table in ("referrals", "legs", "follow_ups", "measures"):
            assert await counted(table, AS_OURS) == OF_OURS * len(AREAS), table
            assert await counted(table, OURS_IN_NEWHAM) == OF_OURS, table
            assert await counted(table, Reach(every_borough().areas, frozenset())) == 0, table


@pytest.mark.asvs("V8.4.1")
async def test_an_organisation_changes_the_pools_of_its_own_services_alone(database: CreateDatabase) -> None:
    made = await database("capacity")
    async with world_of("capacity", made.dsn, utc_now) as world:
        async with transaction(world.service.pool, AS_OURS) as connection:
            locked = await connection.fetch("SELECT pool_id FROM pools FOR UPDATE")
            changed = await connection.fetch("UPDATE pools SET withdrawn = true RETURNING pool_id")
            listed = await connection.fetchval("SELECT count(*) FROM pools")

        own = {world.pools[area, OURS][0] for area in (NEWHAM, CAMDEN)}
        assert {row["pool_id"] for row in locked} == {row["pool_id"] for row in changed} == own
        assert listed == len(world.pools)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(world.service.pool, AS_OURS) as connection:
                await connection.execute("UPDATE pools SET organisation_id = $1", THEIRS)
