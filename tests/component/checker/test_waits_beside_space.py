"""Somebody waits although there is space: seen where it is so, and only there."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from deploy.checker.look import Connection, look
from services.referral.domain.audit_act import Actor, ActorKind
from services.referral.domain.leg import Leg
from services.referral.use_cases.answer_offer import decline_offer
from services.referral.use_cases.say_not_wanted import say_not_wanted
from shared.postgres.pool import transaction
from tests.component.checker.two_services import TwoServices
from tests.component.referral.golden_messages import service
from tests.support.reaching import EVERYWHERE

COMES_FREE = "UPDATE pools SET free = free + 1, places = places + 1 WHERE pool_id = $1"
GIVEN = """
INSERT INTO ledger_history (pool_id, recorded_at, version, places, free, held, taken) VALUES ($1, $2, 1, 1, 0, 1, 0)
"""


async def waiting_for(both: TwoServices) -> tuple[UUID, Leg]:
    """A pool with one place, which somebody has, and somebody who waits for it."""
    pool_id = await both.open_pool(1, "loneliness")
    await both.world.refer()
    waiting = (await both.world.refer()).legs[0]
    await both.carry_words()
    both.world.clock.pass_time(timedelta(minutes=6))
    return pool_id, waiting


async def service_of(both: TwoServices, pool_id: UUID) -> UUID:
    found: UUID = await both.world.pool.fetchval(
        "SELECT service_id FROM copied_services WHERE $1 = ANY (pool_ids)", pool_id
    )
    return found


async def found(both: TwoServices, as_checker: tuple[Connection, Connection]) -> list[str]:
    findings = await look(*as_checker, both.world.clock())
    return [fault.id for fault in findings.faults if fault.kind == "waits-beside-space"]


async def test_a_place_that_came_free_unheard_is_seen(
    both: TwoServices, as_checker: tuple[Connection, Connection]
) -> None:
    pool_id, waiting = await waiting_for(both)
    assert await found(both, as_checker) == []

    await both.capacity.execute(COMES_FREE, pool_id)

    assert await found(both, as_checker) == [str(waiting.leg_id)]


async def test_what_came_free_a_moment_ago_is_no_fault(
    both: TwoServices, as_checker: tuple[Connection, Connection]
) -> None:
    pool_id, _ = await waiting_for(both)
    await both.capacity.execute(COMES_FREE, pool_id)

    await both.capacity.execute(GIVEN, pool_id, both.world.clock() - timedelta(minutes=1))

    assert await found(both, as_checker) == []


async def test_a_pool_that_gives_no_places_is_no_fault(
    both: TwoServices, as_checker: tuple[Connection, Connection]
) -> None:
    pool_id, _ = await waiting_for(both)

    await both.capacity.execute(
        "UPDATE pools SET status = 'full', places = held + taken, free = 0 WHERE pool_id = $1", pool_id
    )

    assert await found(both, as_checker) == []


async def test_what_somebody_does_not_want_is_no_fault(
    both: TwoServices, as_checker: tuple[Connection, Connection]
) -> None:
    pool_id, waiting = await waiting_for(both)
    await both.capacity.execute(COMES_FREE, pool_id)
    by_the_person = replace(both.world.by, actor=Actor(ActorKind.PERSON, str(waiting.person_id)))

    async with transaction(both.world.pool, EVERYWHERE) as connection:
        await say_not_wanted(
            connection, referral_id=waiting.referral_id, service_id=await service_of(both, pool_id),
            now=both.world.clock(), by=by_the_person,
        )  # fmt: skip

    assert await found(both, as_checker) == []


async def test_a_service_that_changed_since_is_not_taken_to_suit_still(
    both: TwoServices, as_checker: tuple[Connection, Connection]
) -> None:
    pool_id, _ = await waiting_for(both)
    await both.capacity.execute(COMES_FREE, pool_id)

    await both.world.hear_services(
        service(pools=(pool_id,), service_id=await service_of(both, pool_id), version=2, minimum_age=90)
    )

    assert await found(both, as_checker) == []


async def test_who_may_be_asked_again_is_seen_only_after_a_new_word(
    both: TwoServices, as_checker: tuple[Connection, Connection]
) -> None:
    """The word reached referral, and no drain followed it: that is a fault. Before it, the wait is as it should be."""
    pool_id = await both.open_pool(1, "loneliness")
    leg = (await both.world.refer()).legs[0]
    await both.carry_words()
    request_id = (await both.world.leg(leg)).placement.request_id  # type: ignore[union-attr]  # it is offered
    async with transaction(both.world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, request_id, "no-space", both.world.clock(), both.world.by)
    await both.carry_words()
    both.world.clock.pass_time(timedelta(minutes=6))
    assert await found(both, as_checker) == []

    await both.world.pool.execute(
        "UPDATE copied_signals SET confirmed_at = confirmed_at + interval '1 minute' WHERE pool_id = $1",
        pool_id,
    )

    assert await found(both, as_checker) == [str(leg.leg_id)]
