"""Rounds over legs of which one cannot be handled: it costs itself, and nobody behind it."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from services.referral.entrypoints.leg_rounds import LegRound, LegRounds
from services.referral.entrypoints.rounds import LAPSE, ROUTE_ON, Rounds
from services.referral.metrics import ReferralMetrics
from services.referral.settings import ReferralSettings
from services.referral.use_cases.back_stop import release_who_waits_in_vain
from shared.events import referral
from shared.postgres.pool import Pool, transaction
from tests.component.referral.golden_messages import held, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.support.eventually import eventually
from tests.support.reaching import EVERYWHERE

NEWER_THAN_WE_ARE = """UPDATE legs SET wants = wants || '{"of-a-later-release": true}' WHERE leg_id = $1"""
PUT_RIGHT = "UPDATE legs SET wants = wants - 'of-a-later-release' WHERE leg_id = $1"


@pytest.fixture
def metrics() -> ReferralMetrics:
    return ReferralMetrics(CollectorRegistry())


@pytest.fixture
def rounds(world: ReferralWorld, metrics: ReferralMetrics) -> LegRounds:
    return LegRounds(world.pool, world.clock, metrics, world.by)


async def offers(world: ReferralWorld, number: int) -> list[UUID]:
    """As many open offers, the eldest first."""
    await world.service(("open", None))
    for _ in range(number):
        await world.refer()
    await world.hear_answers(*(held(each) for each in await world.heard_of(referral.PlaceRequestedV1)))
    return [each.leg_id for each in await world.heard_of(referral.ReferralOfferedV1)]


async def count(world: ReferralWorld, state: str) -> int:
    return int(await world.pool.fetchval("SELECT count(*) FROM legs WHERE state = $1", state))


async def test_one_bad_leg_of_fifty_and_the_others_lapse(
    world: ReferralWorld, rounds: LegRounds, metrics: ReferralMetrics
) -> None:
    bad = (await offers(world, 50))[0]
    await world.pool.execute(NEWER_THAN_WE_ARE, bad)
    world.clock.pass_time(timedelta(hours=73))

    with capture_logs() as logs:
        assert await rounds.until_nothing_is_due(LAPSE) == 50

    assert len(await world.heard_of(referral.ReferralLapsedV1)) == 49
    assert await count(world, "offered") == 1
    assert [each["leg_id"] for each in logs if each["event"] == "leg.not_handled"] == [str(bad)]
    sample = metrics.registry.get_sample_value
    assert sample("kith_referral_legs_not_handled_total", {"round": "lapse-offers"}) == 1


async def test_bad_legs_at_the_head_starve_nobody_and_are_tried_again_later(
    world: ReferralWorld, rounds: LegRounds
) -> None:
    *bad, good = await offers(world, 61)  # more than are taken at once
    for each in bad:
        await world.pool.execute(NEWER_THAN_WE_ARE, each)
    world.clock.pass_time(timedelta(hours=73))

    await rounds.until_nothing_is_due(LAPSE)

    [lapsed] = await world.heard_of(referral.ReferralLapsedV1)
    assert lapsed.leg_id == good
    assert await rounds.until_nothing_is_due(LAPSE) == 0
    await world.pool.execute(PUT_RIGHT, bad[0])
    world.clock.pass_time(timedelta(minutes=1, seconds=1))
    await rounds.until_nothing_is_due(LAPSE)
    assert {each.leg_id for each in await world.heard_of(referral.ReferralLapsedV1)} == {good, bad[0]}
    failures = await world.pool.fetch(
        "SELECT DISTINCT failures FROM set_aside_legs WHERE leg_id <> $1", bad[0]
    )
    assert [row["failures"] for row in failures] == [2]


async def test_the_back_stop_passes_a_bad_leg_by(world: ReferralWorld, rounds: LegRounds) -> None:
    await world.service(("full", 0))
    bad, good = (await world.refer()).legs[0], (await world.refer()).legs[0]
    await world.pool.execute("UPDATE legs SET state = 'matching'")
    await world.service(("open", None))
    await world.pool.execute(NEWER_THAN_WE_ARE, bad.leg_id)

    await rounds.until_nothing_is_due(ROUTE_ON)

    assert (await world.last(referral.PlaceRequestedV1)).leg_id == good.leg_id
    assert await count(world, "matching") == 1


async def test_a_bad_leg_in_the_line_loses_its_turn_to_the_next(world: ReferralWorld) -> None:
    [pool] = await world.service(("full", 0))
    bad, good = (await world.refer()).legs[0], (await world.refer()).legs[0]
    await world.pool.execute(NEWER_THAN_WE_ARE, bad.leg_id)

    await world.hear_signals(signal(pool, "open", 1, version=2))

    assert (await world.last(referral.PlaceRequestedV1)).leg_id == good.leg_id
    with capture_logs() as logs:
        async with transaction(world.pool, EVERYWHERE) as connection:
            await release_who_waits_in_vain(connection, world.clock(), world.by)
    assert [(each["event"], each["leg_id"]) for each in logs] == [("leg.unreadable", str(bad.leg_id))]
    assert await world.pool.fetchval("SELECT leg_id FROM set_aside_legs") == bad.leg_id


async def test_while_the_database_is_away_no_leg_is_blamed(rounds: LegRounds, pool: Pool) -> None:
    async def away(*_: object) -> int:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        await rounds.until_nothing_is_due(LegRound("lapse-offers", LAPSE.due, away))

    assert await pool.fetchval("SELECT count(*) FROM set_aside_legs") == 0


async def test_a_round_that_fails_as_a_whole_is_counted_and_goes_on(
    settings: ReferralSettings, world: ReferralWorld, metrics: ReferralMetrics
) -> None:
    def stopped() -> datetime:
        raise OverflowError

    often = settings.model_copy(update={"overdue_check_seconds": 0.01})
    rounds = Rounds(often, world.pool, stopped, metrics, world.by)
    [chasing] = [each for each in rounds.side_tasks() if each.name == "overdue-answers"]
    running = asyncio.create_task(chasing.run())

    def failed() -> float:
        labels = {"round": "measure"}
        return metrics.registry.get_sample_value("kith_referral_rounds_failed_total", labels) or 0

    await eventually(lambda: failed() >= 2)

    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
