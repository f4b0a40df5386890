"""Somebody is routed to a provider in the moment in which it closes: they go on as all the others do, a moment later."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

from prometheus_client import CollectorRegistry

from services.referral.domain.leg import LegState
from services.referral.entrypoints.rounds import Rounds
from services.referral.metrics import ReferralMetrics
from services.referral.use_cases.refer_person import ReferPerson, refer_person
from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import Event, new_event
from shared.events.referral import PlaceGivenUpV1, PlaceRequestedV1
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import AREA, held
from tests.component.referral.referral_world import AMINA, ReferralWorld
from tests.support.eventually import eventually
from tests.support.reaching import EVERYWHERE

CLOSING = uuid4()


def withdrawn(*, closes: bool) -> Event[ServiceWithdrawnV1]:
    return new_event(ServiceWithdrawnV1(service_id=CLOSING, version=2, closed=closes), area=AREA)


async def routed_there_meanwhile(world: ReferralWorld, *, closes: bool) -> UUID:
    """Neither transaction sees the other. That of the referral ends last, when all the others have moved."""
    command = ReferPerson(door="gp", area=AREA, person=replace(AMINA, language="en"), needs=("loneliness",))
    async with transaction(world.pool, EVERYWHERE) as connection:
        referred = await refer_person(connection, command, world.clock(), world.vault, world.by)
        await world.hear_services(withdrawn(closes=closes))
    [leg] = referred.legs
    return leg.leg_id


@asynccontextmanager
async def back_stop(world: ReferralWorld) -> AsyncIterator[None]:
    """As the worker runs it."""
    rounds = Rounds(world.settings, world.pool, world.clock, ReferralMetrics(CollectorRegistry()), world.by)
    [looking] = [each for each in rounds.side_tasks() if each.name == "back-stop"]
    running = asyncio.create_task(looking.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def asks_at(world: ReferralWorld, leg_id: UUID, pool_id: UUID) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        leg = await world.leg(leg_id)
        at = leg.placement.pool_id if leg.placement else None
        return (leg.state, at) == (LegState.REQUESTED, pool_id)

    return asked


async def test_who_asks_there_goes_on_to_the_next(world: ReferralWorld) -> None:
    await world.service(("open", 1), service_id=CLOSING)
    leg_id = await routed_there_meanwhile(world, closes=True)
    asked_there = await world.last(PlaceRequestedV1, leg_id=leg_id)
    [elsewhere] = await world.service(("open", 1))

    async with back_stop(world):
        await eventually(asks_at(world, leg_id, elsewhere))

    given_up = await world.last(PlaceGivenUpV1, leg_id=leg_id)
    assert (given_up.request_id, given_up.pool_id) == (asked_there.request_id, asked_there.pool_id)


async def test_who_is_offered_there_by_then_goes_on_as_well(world: ReferralWorld) -> None:
    await world.service(("open", 1), service_id=CLOSING)
    leg_id = await routed_there_meanwhile(world, closes=True)
    await world.hear_answers(held(await world.last(PlaceRequestedV1, leg_id=leg_id)))
    [elsewhere] = await world.service(("open", 1))
    assert (await world.leg(leg_id)).state == "offered"

    async with back_stop(world):
        await eventually(asks_at(world, leg_id, elsewhere))


async def test_who_stands_with_a_service_that_only_takes_nobody_new_stays(world: ReferralWorld) -> None:
    """The round has been there when the one who stands with the closed one has gone."""
    await world.service(("open", 1), service_id=CLOSING)
    stays = await routed_there_meanwhile(world, closes=False)
    before = await world.leg(stays)
    others = uuid4()
    await world.service(("open", 1), service_id=others)
    moves = await world.refer()
    await world.pool.execute(
        "UPDATE copied_services SET withdrawn = true, closed = true WHERE service_id = $1", others
    )
    [elsewhere] = await world.service(("open", 5))

    async with back_stop(world):
        await eventually(asks_at(world, moves.legs[0].leg_id, elsewhere))

    assert await world.leg(stays) == before


async def test_a_service_that_runs_again_is_closed_no_more(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 1), service_id=CLOSING)
    await world.hear_services(withdrawn(closes=True))
    await world.service(("open", 1), service_id=CLOSING, version=3)
    stays = await world.refer()

    assert not await world.pool.fetchval("SELECT bool_or(closed) FROM copied_services")
    assert pool != (await world.last(PlaceRequestedV1, leg_id=stays.legs[0].leg_id)).pool_id
