"""Outcomes forgets a person's referral, what they answered and what it scored, and the log does not bring it back."""

import asyncio
from typing import Any

from services.outcomes.bootstrap import plan_of
from services.outcomes.domain.follow_up import follow_up_id
from services.outcomes.entrypoints.event_subscribers import subscriptions
from services.outcomes.use_cases.rebuild_read_model import rebuild_read_model
from services.outcomes.use_cases.record_answers import record_answers
from shared.events.envelope import Event, new_event
from shared.events.outcomes import FollowUpEventData, PersonErasureAnsweredV1
from shared.events.referral import PersonErasedV1
from shared.postgres.pool import transaction
from shared.postgres.reach import rounds_reach
from tests.component.outcomes.journey import Journey
from tests.component.outcomes.outcomes_world import OutcomesWorld
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE
from tests.support.rows_by_area import ROWS_BY_AREA


def wish_of(journey: Journey) -> Event[Any]:
    data = PersonErasedV1(
        referral_id=journey.referral_id,
        person_id=journey.person_id,
        leg_ids=(journey.leg_id,),
        request_ids=(),
    )
    return new_event(data, area=journey.area)


async def hear(world: OutcomesWorld, *events: Event[Any]) -> None:
    [subscription] = [
        each for each in subscriptions(plan_of(world.settings)) if each.group == "outcomes.referrals"
    ]
    async with transaction(world.pool, EVERYWHERE) as connection:
        await subscription.handle(connection, events)


async def rows_about(world: OutcomesWorld, journey: Journey) -> dict[str, int]:
    ids = (str(journey.person_id), str(journey.referral_id), str(journey.leg_id))
    found = {
        table: repr(await world.pool.fetch(f"SELECT * FROM {table}")) for table in ROWS_BY_AREA["outcomes"]
    }
    return {table: text.count("Record") for table, text in found.items() if any(each in text for each in ids)}


async def answered(world: OutcomesWorld, journey: Journey) -> list[Event[Any]]:
    """A person who has a place and has said how they are. Gives what referral said."""
    events = [journey.received(), journey.accepted(), journey.started()]
    await hear(world, *events)
    world.clock.now = journey.now
    await world.tick()
    async with world.client() as client:
        assert (await world.answer(client, journey.leg_id, "before", "3333333")).status_code == 200
    return events


async def test_everything_of_the_person_goes_and_others_stay(world: OutcomesWorld) -> None:
    gone, stays = Journey(), Journey()
    await answered(world, gone)
    await answered(world, stays)
    before = await rows_about(world, stays)
    assert {"referrals", "legs", "follow_ups", "measures"} <= before.keys()

    await hear(world, wish_of(gone))

    assert await rows_about(world, gone) == {"erased_referrals": 1}
    assert (await rows_about(world, stays)).keys() == before.keys()
    assert await world.pool.fetchval("SELECT count(*) FROM answers") == 1
    [answer] = [each.data for each in await world.said("outcomes.person-erasure")]
    assert answer == PersonErasureAnsweredV1(referral_id=gone.referral_id, person_id=gone.person_id)


async def test_a_rebuild_brings_back_nobody_who_was_forgotten(world: OutcomesWorld) -> None:
    gone = Journey()
    log = [*await answered(world, gone), wish_of(gone)]
    own = [each for each in await world.said() if isinstance(each.data, FollowUpEventData)]
    await hear(world, log[-1])
    await world.pool.execute("DELETE FROM outbox_events")

    async def whole(events: list[Event[Any]]) -> Any:
        yield events

    async with transaction(world.pool, rounds_reach("outcomes")) as connection:
        await rebuild_read_model(connection, whole(log), whole(own), plan_of(world.settings))

    assert await rows_about(world, gone) == {"erased_referrals": 1}
    assert await world.said() == []


async def test_what_is_answered_while_a_person_is_forgotten_leaves_no_row(world: OutcomesWorld) -> None:
    gone = Journey()
    await hear(world, gone.received(), gone.accepted())

    async def waits_or_is_done() -> bool:
        return forgetting.done() or await somebody_waits_for_a_lock(world.pool)

    async with transaction(world.pool, EVERYWHERE) as connection:
        asked = follow_up_id(gone.leg_id, "before")
        assert await record_answers(connection, asked, [3] * 7, gone.now)
        forgetting = asyncio.create_task(hear(world, wish_of(gone)))
        await eventually(waits_or_is_done)
    await forgetting

    assert await rows_about(world, gone) == {"erased_referrals": 1}
    assert await world.pool.fetchval("SELECT count(*) FROM answers") == 0
