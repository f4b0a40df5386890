"""What has passed its due time is raised to a named next owner, and again until a step or a recorded act ends it."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from services.referral.domain.errors import NotOverdueAnyMore
from services.referral.domain.leg import Leg
from services.referral.domain.obligation import STANDARD
from services.referral.entrypoints.rounds import Rounds
from services.referral.metrics import ReferralMetrics
from services.referral.settings import ReferralSettings
from services.referral.storage.referrals import ReferrerDetails
from services.referral.use_cases.answer_offer import record_start
from services.referral.use_cases.ask_still_wanted import ask_still_wanted
from services.referral.use_cases.escalate import escalate_what_is_overdue
from services.referral.use_cases.settle_escalation import settle_escalation
from services.referral.use_cases.wait_meanwhile import Said, say_still_wanted
from shared.events import referral
from shared.postgres.pool import transaction
from shared.postgres.reach import rounds_reach
from shared.vocabulary.areas import areas
from tests.component.referral.golden_messages import AREA
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

REFERRER = ReferrerDetails("F84001", "The Surgery", "surgery@example.nhs.uk")
NEWER_THAN_WE_ARE = """UPDATE legs SET wants = wants || '{"of-a-later-release": true}'"""


async def escalate(world: ReferralWorld) -> int:
    async with transaction(world.pool, rounds_reach("referral")) as connection:
        return await escalate_what_is_overdue(connection, world.clock())


async def open_ones(world: ReferralWorld) -> list[asyncpg.Record]:
    return list(await world.pool.fetch("SELECT * FROM escalations WHERE closed_at IS NULL"))


async def settle(world: ReferralWorld, row: asyncpg.Record, days: int = 3) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        await settle_escalation(
            connection, row["escalation_id"], reason="spoke-with-the-group", days=days, now=world.clock(), by=world.by
        )  # fmt: skip


async def overdue(world: ReferralWorld) -> asyncpg.Record:
    """Somebody has a place, and the group has not begun."""
    world.clock.pass_time(STANDARD.starting + timedelta(seconds=1))
    assert await escalate(world) == 1
    [row] = await open_ones(world)
    return row


async def test_what_is_not_due_is_nobodys_to_look_at(
    world: ReferralWorld, placed: referral.PlaceRequestedV1
) -> None:
    assert await escalate(world) == 0


async def test_what_a_provider_left_undone_goes_to_the_coordinators_of_the_area_once(
    world: ReferralWorld, placed: referral.PlaceRequestedV1
) -> None:
    row = await overdue(world)

    assert (row["leg_id"], row["owed_by"], row["next_step"]) == (placed.leg_id, "provider", "start")
    assert (row["owner_area"], row["times_raised"]) == (AREA, 1)
    assert await escalate(world) == 0


async def test_it_goes_to_the_board_above_when_nobody_acts_and_again_each_day(
    world: ReferralWorld, placed: referral.PlaceRequestedV1
) -> None:
    await overdue(world)
    for _ in range(2):
        world.clock.pass_time(timedelta(days=1))
        await escalate(world)

    [row] = await open_ones(world)
    spell = areas().spell(AREA, world.clock().date())
    assert spell is not None
    assert (row["owner_area"], row["times_raised"]) == (spell.parent, 3)


async def test_the_next_step_ends_it(world: ReferralWorld, placed: referral.PlaceRequestedV1) -> None:
    await overdue(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await record_start(connection, placed.leg_id, world.clock(), world.by)

    await escalate(world)

    [row] = await world.pool.fetch("SELECT closed_by FROM escalations")
    assert row["closed_by"] == "step"


async def test_an_act_ends_it_moves_the_due_time_and_stands_in_the_history_and_the_trail(
    world: ReferralWorld, placed: referral.PlaceRequestedV1
) -> None:
    row = await overdue(world)
    records = "SELECT count(*) FROM audit_records"
    before = await world.pool.fetchval(records)

    await settle(world, row)

    until = world.clock() + timedelta(days=3)
    last = await world.pool.fetchrow("SELECT reason, due_at FROM leg_history ORDER BY id DESC LIMIT 1")
    assert last is not None
    assert tuple(last) == ("spoke-with-the-group", until)
    assert (await world.leg(placed.leg_id)).due_at == until
    assert await open_ones(world) == []
    assert await world.pool.fetchval(records) == before + 1
    world.clock.pass_time(timedelta(days=3, seconds=1))
    assert await escalate(world) == 1


async def test_a_wait_that_somebody_looked_at_is_looked_at_again_when_they_said(world: ReferralWorld) -> None:
    await world.service(("full", 0))
    leg = (await world.refer()).legs[0]
    world.clock.pass_time(STANDARD.looking_at_wait + timedelta(seconds=1))
    assert await escalate(world) == 1
    [row] = await open_ones(world)

    await settle(world, row, days=14)

    after = await world.leg(leg)
    assert after.due_at == after.review_at == world.clock() + timedelta(days=14)


async def test_two_who_act_at_once_act_once(world: ReferralWorld, placed: referral.PlaceRequestedV1) -> None:
    row = await overdue(world)
    await settle(world, row)

    with pytest.raises(NotOverdueAnyMore):
        await settle(world, row)
    with pytest.raises(NotOverdueAnyMore):
        await settle(world, {"escalation_id": uuid4()})  # type: ignore[arg-type]  # one that never was


async def test_a_leg_that_nobody_can_read_is_raised_as_well(world: ReferralWorld) -> None:
    await world.service(("full", 0))
    await world.refer()
    await world.pool.execute(NEWER_THAN_WE_ARE)
    world.clock.pass_time(STANDARD.looking_at_wait + timedelta(seconds=1))

    assert await escalate(world) == 1


async def test_who_referred_themselves_in_vain_is_a_coordinators_to_look_at_until_they_act(
    world: ReferralWorld,
) -> None:
    await world.refer("housing", door="self")
    await world.refer("housing", referrer=REFERRER)  # the referrer hears of it

    assert await escalate(world) == 1
    [row] = await open_ones(world)
    assert (row["owed_by"], row["next_step"]) == ("coordinator", "look-at-what-else")
    world.clock.pass_time(timedelta(hours=1))
    assert await escalate(world) == 0
    ended = await world.pool.fetchval("SELECT max(changed_at) FROM legs")
    await settle(world, row)
    assert await world.pool.fetchval("SELECT max(changed_at) FROM legs") == ended
    assert (
        await world.pool.fetchval("SELECT reason FROM leg_history ORDER BY id DESC LIMIT 1")
        == "spoke-with-the-group"
    )
    world.clock.pass_time(timedelta(days=5))
    assert await escalate(world) == 0
    assert await world.pool.fetchval("SELECT count(*) FROM legs WHERE due_at IS NOT NULL") == 0


async def silent(world: ReferralWorld) -> Leg:
    """Somebody who waits was asked three times whether they still want it, while others looked at their wait."""
    await world.service(("full", 0))
    leg = (await world.refer()).legs[0]
    world.clock.pass_time(timedelta(weeks=5))
    await escalate(world)
    [row] = await open_ones(world)
    await settle(world, row, days=60)
    for _ in range(4):
        world.clock.pass_time(timedelta(weeks=1))
        async with transaction(world.pool, rounds_reach("referral")) as connection:
            assert await ask_still_wanted(connection, world.clock(), world.by) == 1
    return await world.leg(leg)


async def test_a_wait_of_which_nobody_says_that_it_is_still_wanted_is_a_coordinators_to_ask(
    world: ReferralWorld,
) -> None:
    leg = await silent(world)

    assert await escalate(world) == 1
    [row] = await open_ones(world)
    assert (row["leg_id"], row["owed_by"], row["next_step"]) == (
        leg.leg_id,
        "coordinator",
        "ask-if-still-wanted",
    )
    assert (row["overdue_since"], row["owner_area"]) == (world.clock(), AREA)
    assert await escalate(world) == 0
    assert len(await open_ones(world)) == 1
    await settle(world, row)
    assert (await escalate(world), await open_ones(world)) == (0, [])


async def test_their_own_word_ends_it_and_stands_in_the_history_with_what_is_due(
    world: ReferralWorld,
) -> None:
    leg = await silent(world)
    await escalate(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        said = await say_still_wanted(
            connection, referral_id=leg.referral_id, leg_id=leg.leg_id, now=world.clock(), by=world.by
        )
        assert said is Said.TAKEN

    await escalate(world)

    [row] = await world.pool.fetch(
        "SELECT closed_by, reason FROM escalations WHERE next_step = 'ask-if-still-wanted'"
    )
    assert (row["closed_by"], row["reason"]) == ("step", "still-wanted")
    last = await world.pool.fetchrow("SELECT reason, due_at FROM leg_history ORDER BY id DESC LIMIT 1")
    assert last is not None
    assert tuple(last) == ("still-wanted", (await world.leg(leg)).due_at)


async def test_how_many_there_are_and_for_how_long_is_counted(
    world: ReferralWorld, settings: ReferralSettings, placed: referral.PlaceRequestedV1
) -> None:
    metrics = ReferralMetrics(CollectorRegistry())
    rounds = Rounds(settings, world.pool, world.clock, metrics, world.by)
    await overdue(world)
    world.clock.pass_time(timedelta(hours=2))

    async with transaction(world.pool, rounds_reach("referral")) as connection:
        await rounds._measure_escalations(connection, world.clock())

    value = metrics.registry.get_sample_value
    assert value("kith_referral_escalations_open", {"owed_by": "provider"}) == 1
    assert value("kith_referral_escalations_open", {"owed_by": "coordinator"}) == 0
    assert value("kith_referral_escalation_oldest_seconds") == 7200
