"""Things of two organisations and of nobody, in two boroughs: what their systems are asked about."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import product
from uuid import UUID, uuid4

from shared.postgres.pool import Connection, transaction
from shared.service_defaults.clock import Clock
from tests.component.access.every_service import AskedService, asked_service
from tests.support.reaching import EVERYWHERE

NEWHAM, CAMDEN = "E09000025", "E09000007"
OURS, THEIRS = UUID(int=81), UUID(int=82)
AREAS, OWNERS = (NEWHAM, CAMDEN), (OURS, THEIRS, None)
OF_OURS, OF_OTHERS = (
    12,
    22,
)  # people in the figures, half of them referred and half placed: counts under 5 are hidden
# Where each takes people, as the directory says.
WORKS_IN: Mapping[UUID, frozenset[str]] = {OURS: frozenset({NEWHAM}), THEIRS: frozenset({CAMDEN})}


@dataclass
class World:
    """One service with its things, by area and whose they are."""

    service: AskedService
    pools: dict[tuple[str, UUID | None], tuple[UUID, UUID]] = field(default_factory=dict)
    referrals: dict[tuple[str, str, UUID | None], UUID] = field(default_factory=dict)


SERVICE = "INSERT INTO copied_services (service_id, version, organisation_id, areas) VALUES ($1, 1, $2, $3)"
POOL = """
INSERT INTO pools (pool_id, service_id, service_name, service_version, area, organisation_id)
VALUES ($1, $2, 'Walks', 1, $3, $4)
"""
# One id for all that belongs to a case; where it stands with an organisation, that has been asked.
CASE = """
WITH person AS (
    INSERT INTO people (person_id, area, sealed, language) VALUES ($1, $2, 'sealed', 'en')
), referral AS (
    INSERT INTO referrals (referral_id, reference, person_id, area, door, received_at, consent_at, risks,
        referring_organisation_id)
    VALUES ($1, $1::text, $1, $2, 'gp', now(), now(), 'none-known', $3)
)
INSERT INTO legs (leg_id, referral_id, person_id, area, need, wants, received_at, state, version, changed_at,
    request_id, pool_id, service_id, organisation_id, answer_by, referring_organisation_id,
    owner, next_step, due_at)
SELECT $1, $1, $1, $2, 'loneliness',
    '{"need": "loneliness", "area": "E09000025", "age": 70, "language": "en", "groups": [], "access": [],
      "can_travel": true, "worker_sex": null, "only_evenings_or_weekends": false}',
    now(), CASE WHEN place IS NULL THEN 'waiting' ELSE 'offered' END, 1, now(), place, place, place, $4, now(), $3,
    'coordinator', 'look-at-the-wait', now()
FROM (SELECT CASE WHEN $4::uuid IS NULL THEN NULL ELSE $1::uuid END AS place) AS places
"""
FIGURES = """
WITH referral AS (
    INSERT INTO referrals (referral_id, person_id, area, door, needs, received_on, referring_organisation_id)
    VALUES ($1, $1, $2, 'gp', 1, '2026-11-01', $3)
)
INSERT INTO legs (leg_id, referral_id, person_id, area, need, state, organisation_id, referring_organisation_id)
VALUES ($1, $1, $1, $2, 'loneliness', 'accepted', $4, $3)
"""


async def add_pools(connection: Connection, world: World) -> None:
    for area, owner in product(AREAS, OWNERS):
        world.pools[area, owner] = pool_id, service_id = uuid4(), uuid4()
        await connection.execute(POOL, pool_id, service_id, area, owner)


async def add_cases(connection: Connection, world: World) -> None:
    for organisation, areas in WORKS_IN.items():
        await connection.execute(SERVICE, uuid4(), organisation, sorted(areas))
    for area, owner in product(AREAS, OWNERS):
        world.referrals[area, "referred", owner] = referred = uuid4()
        world.referrals[area, "placed", owner] = placed = uuid4()
        await connection.execute(CASE, referred, area, owner, None)
        await connection.execute(CASE, placed, area, None, owner)


async def add_figures(connection: Connection, world: World) -> None:
    for area, owner in product(AREAS, OWNERS):
        for number in range(OF_OURS if owner == OURS else OF_OTHERS):
            by, with_whom = (owner, None) if number % 2 else (None, owner)
            await connection.execute(FIGURES, uuid4(), area, by, with_whom)


SEEDS: Mapping[str, Callable[[Connection, World], Awaitable[None]]] = {
    "capacity": add_pools,
    "referral": add_cases,
    "outcomes": add_figures,
}


@asynccontextmanager
async def world_of(name: str, dsn: str, clock: Clock) -> AsyncIterator[World]:
    async with asked_service(name, dsn, clock=clock) as service:
        world = World(service)
        if name in SEEDS:
            async with transaction(service.pool, EVERYWHERE) as connection:
                await SEEDS[name](connection, world)
        yield world
