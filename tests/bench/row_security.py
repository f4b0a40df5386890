"""What row-level security costs: the same statements with the policies and without, in turns, and the reach with BEGIN."""

import random
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from deploy.provision.databases import dsn_for
from services.referral.storage.legs import FIND
from shared.postgres.pool import Pool, open_pool, transaction
from shared.postgres.reach import Reach, areas_reach
from shared.vocabulary.vocabulary import boroughs
from tests.bench.bench_places import Servers
from tests.support.databases import Databases

LEGS = 20_000
TIMES = 600  # transactions a turn
TURNS = 5
ADD_LEGS = """
INSERT INTO legs (leg_id, referral_id, person_id, area, need, wants, received_at, state, version, changed_at,
    owner, next_step, due_at)
SELECT id, gen_random_uuid(), gen_random_uuid(), ($2::text[])[1 + number % cardinality($2::text[])], 'loneliness',
    '{}', now() - number * interval '1 second', CASE WHEN number % 20 = 0 THEN 'waiting' ELSE 'matching' END, 1, now(), 'system', 'find-a-place', now()
FROM unnest($1::uuid[]) WITH ORDINALITY AS new (id, number)
"""
SWITCH = "ALTER TABLE legs {0} ROW LEVEL SECURITY; ALTER TABLE tried_pools {0} ROW LEVEL SECURITY"
COUNT_AHEAD = """
SELECT count(*) FROM legs WHERE state = 'waiting' AND need = $1 AND area = $2 AND (received_at, leg_id) < ($3, $4)
"""
SET_REACH = "SELECT set_config('kith.areas', $1, true)"

Act = Callable[[], Awaitable[object]]


async def measure(servers: Servers) -> dict[str, Any]:
    """Rates with ÷ rates without: 1.0 is free."""
    databases = Databases(servers.postgres)
    made = await databases.create("referral")
    admin = await asyncpg.connect(dsn_for(servers.postgres, database=made.name))
    areas = sorted(boroughs())[:10]
    legs = [uuid4() for _ in range(LEGS)]
    await admin.execute("SET session_replication_role = replica")
    await admin.execute(ADD_LEGS, legs, areas)
    await admin.execute("VACUUM ANALYZE legs")
    pool = await open_pool(made.dsn, application="bench", largest=1)
    try:
        found = await _policies(admin, pool, legs, areas)
        return found | await _reach_with_begin(pool, areas_reach(areas[:1]))
    finally:
        await pool.close()
        await admin.close()
        await databases.drop(made)


async def _policies(
    admin: "asyncpg.Connection[asyncpg.Record]", pool: Pool, legs: list[UUID], areas: list[str]
) -> dict[str, Any]:
    reach = areas_reach(areas)

    async def find() -> object:
        async with transaction(pool, reach) as connection:
            return await connection.fetchrow(FIND, random.choice(legs))  # noqa: S311 - no secret

    async def count() -> object:
        async with transaction(pool, reach) as connection:
            return await connection.fetchval(
                COUNT_AHEAD, "loneliness", areas[0], *await _somebody(connection, legs)
            )

    found: dict[str, Any] = {}
    for name, act in (("find_a_leg", find), ("count_who_waits_ahead", count)):
        rates: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}
        for _ in range(TURNS):
            for switch, measured in rates.items():
                await admin.execute(SWITCH.format(switch))
                measured.append(await _rate(act))
        found |= _ratio(name, rates["ENABLE"], rates["DISABLE"])
    await admin.execute(SWITCH.format("ENABLE"))
    return found


async def _somebody(connection: Any, legs: list[UUID]) -> tuple[object, UUID]:
    leg = random.choice(legs)  # noqa: S311 - no secret
    return await connection.fetchval("SELECT now()"), leg


async def _reach_with_begin(pool: Pool, reach: Reach) -> dict[str, Any]:
    async def nothing_said() -> object:
        async with pool.acquire() as connection, connection.transaction():
            return await connection.fetchval("SELECT 1")

    async def with_begin() -> object:
        async with transaction(pool, reach) as connection:
            return await connection.fetchval("SELECT 1")

    async def by_itself() -> object:
        async with pool.acquire() as connection, connection.transaction():
            await connection.fetchval(SET_REACH, "{" + ",".join(reach.areas) + "}")
            return await connection.fetchval("SELECT 1")

    rates: dict[str, list[float]] = {"bare": [], "with_begin": [], "by_itself": []}
    for _ in range(TURNS):
        for name, act in (("bare", nothing_said), ("with_begin", with_begin), ("by_itself", by_itself)):
            rates[name].append(await _rate(act))
    return _ratio("reach_with_begin", rates["with_begin"], rates["bare"]) | _ratio(
        "reach_as_a_statement", rates["by_itself"], rates["bare"]
    )


async def _rate(act: Act) -> float:
    began = time.perf_counter()
    for _ in range(TIMES):
        await act()
    return TIMES / (time.perf_counter() - began)


def _ratio(name: str, with_it: list[float], without: list[float]) -> dict[str, Any]:
    return {
        name: round(median(with_it) / median(without), 2),
        f"{name}_per_s": round(median(with_it)),
        f"{name}_without_per_s": round(median(without)),
    }
