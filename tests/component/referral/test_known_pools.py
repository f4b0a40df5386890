"""The pools that a process keeps in memory: as true as its database at every look, whoever else writes, and after a fall."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.referral.bootstrap import make_parts
from services.referral.domain.leg import Leg
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.router import Decision, decide
from services.referral.domain.wants import Wants
from services.referral.settings import ReferralSettings
from services.referral.storage.copied_services import list_pools_for
from services.referral.storage.copied_signals import count_requests, keep_signals
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.refer_person import ReferPerson, refer_person
from shared.events.capacity import SignalChangedV1
from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import new_event
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import utc_now
from shared.service_defaults.process import Platform
from tests.component.referral.golden_messages import AREA, golden, service, signal
from tests.component.referral.referral_world import AMINA, ReferralWorld
from tests.support.eventually import eventually
from tests.support.reaching import EVERYWHERE

WANTS = Wants("loneliness", AREA, 70)


@pytest.fixture
async def known(world: ReferralWorld) -> KnownPools:
    """One process's pools, read once."""
    pools = KnownPools(world.pool, world.clock)
    await pools.follow()
    return pools


async def decided(world: ReferralWorld, known: KnownPools, wants: Wants = WANTS) -> Decision:
    """What the process decides now; it is what the readable rule decides over the rows of this moment."""
    async with transaction(world.pool, EVERYWHERE) as connection:
        today = world.clock().date()
        by_rule = decide(wants, await list_pools_for(connection, [wants.need], [wants.area], today))
        index = await known.look(connection, today)
        assert index is not None
        found = index.match(wants).decision()
        assert found == by_rule
        return found


async def refer(world: ReferralWorld, known: KnownPools) -> Leg:
    """Somebody is referred to the process that knows these pools."""
    world.clock.pass_time(timedelta(seconds=1))
    command = ReferPerson("gp", AREA, AMINA, ("loneliness",))
    async with transaction(world.pool, EVERYWHERE) as connection:
        referred = await refer_person(connection, command, world.clock(), world.vault, world.by, known)
    return referred.legs[0]


async def test_a_word_between_two_batches_is_known_to_the_second(
    world: ReferralWorld, known: KnownPools
) -> None:
    [pool] = await world.service(("open", 5))
    assert (await decided(world, known)).chosen is not None

    await world.hear_signals(signal(pool, "full", 0, version=2))
    assert (await decided(world, known)).outcome == "wait"
    await world.hear_signals(signal(pool, "open", 1, version=3))

    assert (await decided(world, known)).chosen is not None


async def test_two_workers_know_of_each_others_requests(world: ReferralWorld, known: KnownPools) -> None:
    """Each asks for as many places as there are, and no more: what one asked for the other has counted."""
    other = KnownPools(world.pool, world.clock)
    await other.follow()
    await world.service(("open", 3), languages=["so", "en"])

    legs = [await refer(world, each) for each in (known, other, known, other)]

    assert [leg.state for leg in legs] == ["requested"] * 3 + ["waiting"]
    assert (await decided(world, known)).candidates == (await decided(world, other)).candidates


async def test_a_change_that_ends_late_is_not_missed(world: ReferralWorld, known: KnownPools) -> None:
    """It began before another that is known already, and ends after it: a number that grows would pass it over."""
    [slow, quick] = await world.service(("open", 1), ("open", 1))
    async with transaction(world.pool, EVERYWHERE) as late:
        await keep_signals(late, [signal(slow, "full", 0, version=2).data])
        await world.hear_signals(signal(quick, "limited", 4, version=2))
        assert statuses(await decided(world, known)) == {slow: "open", quick: "limited"}

    assert statuses(await decided(world, known)) == {slow: "full", quick: "limited"}


@pytest.mark.parametrize("others_speak", [True, False])
async def test_what_a_transaction_writes_and_takes_back_is_known_to_nobody(
    world: ReferralWorld, known: KnownPools, *, others_speak: bool
) -> None:
    """And what the provider said meanwhile, which it wrote over unseen, is not lost with it."""
    [pool, beside] = await world.service(("open", 2), ("open", 2))
    await decided(world, known)

    async with world.pool.acquire() as connection:
        failing = connection.transaction()
        await failing.start()
        if others_speak:
            await world.hear_signals(signal(pool, "limited", 1, version=2))
        await count_requests(connection, {pool: 1}, world.clock().date())
        assert await known.look(connection, world.clock().date()) is None
        await failing.rollback()

    found = await decided(world, known)
    assert statuses(found) == {pool: "limited" if others_speak else "open", beside: "open"}
    assert {each.pool.signal.free for each in found.candidates} == ({2, 1} if others_speak else {2})


async def test_services_come_change_and_go(world: ReferralWorld, known: KnownPools) -> None:
    first = (await world.service(("open", 1)))[0]
    service_id = await world.pool.fetchval("SELECT service_id FROM copied_services")
    assert statuses(await decided(world, known)) == {first: "open"}

    more = await world.service(("limited", 2))
    await world.hear_services(service(service_id=service_id, pools=(first,), version=2, minimum_age=80))
    assert statuses(await decided(world, known)) == {more[0]: "limited"}
    await world.hear_services(service(service_id=service_id, pools=(), version=3))
    assert not (await decided(world, known)).exclusions
    withdrawn = await world.pool.fetchval(
        "SELECT service_id FROM copied_services WHERE $1 = ANY (pool_ids)", more[0]
    )
    await world.hear_services(new_event(ServiceWithdrawnV1(service_id=withdrawn, version=9), area=AREA))

    assert (await decided(world, known)).outcome == "unmet"


async def test_where_a_service_is_at_home_and_the_wait_it_expects_are_known(
    world: ReferralWorld, known: KnownPools
) -> None:
    [pool] = await world.service(("open", 1), area="E06000001")
    assert [each.barriers for each in (await decided(world, known)).exclusions] == [("border",)]

    service_id = await world.pool.fetchval("SELECT service_id FROM copied_services")
    await world.hear_services(service(service_id=service_id, pools=(pool,), version=2, area="E09000025"))
    slow = golden(
        SignalChangedV1, "minimal", pool_id=pool, status="open", free=1, version=2, expected_wait_days=21
    )
    await world.hear_signals(slow)

    assert [each.points.wait for each in (await decided(world, known)).candidates] == [-3]


async def test_what_was_given_on_another_day_counts_no_more(world: ReferralWorld, known: KnownPools) -> None:
    await world.service(("open", None), languages=["so", "en"])
    await refer(world, known)
    async with world.pool.acquire() as connection:
        today = await known.look(connection, world.clock().date())
        tomorrow = await known.look(connection, world.clock().date() + timedelta(days=1))
        assert today is not None
        assert tomorrow is not None

    assert [each.given_today for each in tomorrow.match(WANTS).pools_with_space()] == [0]


async def test_a_process_that_begins_anew_knows_the_same(world: ReferralWorld, known: KnownPools) -> None:
    await world.service(("open", 2), ("full", 0), languages=["so", "en"])
    await world.service(("limited", 1), everywhere=False)
    await refer(world, known)
    kept = await decided(world, known)

    anew = KnownPools(world.pool, world.clock)
    await anew.follow()

    assert await decided(world, anew) == kept


async def test_looks_of_many_batches_at_once_are_taken_in_turn(
    world: ReferralWorld, known: KnownPools
) -> None:
    pools = await world.service(*[("open", 9)] * 5)

    async def change_and_decide(pool: UUID, version: int) -> Any:
        await world.hear_signals(signal(pool, "open", version, version=version))
        async with transaction(world.pool, EVERYWHERE) as connection:
            index = await known.look(connection, world.clock().date())
            assert index is not None
            mine = index.get(pool)
            return mine is not None and mine.signal.version >= version

    seen = await asyncio.gather(
        *(change_and_decide(pool, version) for version in range(2, 8) for pool in pools)
    )

    assert all(seen)
    await decided(world, known)


async def test_a_process_is_ready_when_it_has_read_the_pools(settings: ReferralSettings, pool: Pool) -> None:
    async with httpx.AsyncClient() as http:
        parts = make_parts(Platform(settings, pool, utc_now, CollectorRegistry(), http))
    [check] = [each for each in parts.health_checks if each.name == "pool-index"]
    tasks = {each.name: each for each in [*parts.serving_tasks, *parts.side_tasks]}
    assert await check.outcome() is None

    following = [asyncio.create_task(tasks[each].run()) for each in ("pool-index", "pool-index-of-worker")]
    await asyncio.sleep(0)

    assert await check.outcome() == "the pools are still being read"

    async def is_ready() -> bool:
        return await check.outcome() is None

    await eventually(is_ready)
    for each in following:
        each.cancel()


def statuses(decision: Decision) -> dict[UUID, str]:
    pools: list[ListedPool] = [each.pool for each in decision.candidates]
    return {pool.pool_id: pool.signal.status for pool in pools}
