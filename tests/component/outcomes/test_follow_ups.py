"""People are asked once, when it is time; what nobody answers is settled by lapse."""

from datetime import timedelta

import httpx
import pytest

from shared.events.envelope import Event
from shared.events.outcomes import FollowUpDueV1
from shared.messaging.failures import RetryableFailure
from tests.component.outcomes.journey import Journey
from tests.component.outcomes.outcomes_world import AS_COMMISSIONER, OutcomesWorld
from tests.support.sign_in import SYSTEM_ID, system_bearer

AFTER = timedelta(days=84)


async def accepted(world: OutcomesWorld) -> Journey:
    journey = Journey()
    await world.hear(journey.received(), journey.offered(), journey.accepted())
    world.clock.now = journey.now
    return journey


async def test_a_person_with_a_place_is_asked_at_once_and_once(world: OutcomesWorld) -> None:
    journey = await accepted(world)

    await world.tick()
    await world.tick()

    [asked] = await world.said("outcomes.follow-up-due")
    assert (asked.data.occasion, asked.data.person_id) == ("before", journey.person_id)
    assert asked.area == journey.area


async def test_the_question_is_asked_in_the_trace_of_the_referral(world: OutcomesWorld) -> None:
    journey = Journey()
    accepted = journey.accepted()
    await world.hear(journey.received(), accepted)
    world.clock.now = journey.now

    await world.tick()

    [asked] = await world.said("outcomes.follow-up-due")
    assert asked.traceparent == accepted.traceparent
    assert asked.causation_id == accepted.id


async def test_a_person_is_asked_again_twelve_weeks_into_the_support(world: OutcomesWorld) -> None:
    journey = await accepted(world)
    await world.hear(journey.started())
    world.clock.now = journey.now + AFTER - timedelta(minutes=2)
    await world.tick()
    assert await occasions(world) == ["before"]

    world.clock.move(timedelta(minutes=2))
    await world.tick()

    assert await occasions(world) == ["before", "after"]


async def test_an_acceptance_told_twice_asks_once(world: OutcomesWorld) -> None:
    journey = await accepted(world)
    await world.hear(journey.accepted())
    world.clock.now = journey.now

    await world.tick()

    assert await occasions(world) == ["before"]


async def test_a_question_without_an_answer_lapses_after_its_time(world: OutcomesWorld) -> None:
    await accepted(world)
    await world.tick()
    world.clock.move(timedelta(days=28))

    await world.tick()
    await world.tick()

    [settled] = await world.said("outcomes.follow-up-settled")
    assert settled.data.settled_by == "lapsed"


async def test_a_question_that_was_never_asked_does_not_lapse_before_it_is(world: OutcomesWorld) -> None:
    journey = await accepted(world)
    world.clock.now = journey.now + timedelta(days=100)

    await world.tick()

    assert [event.type for event in await world.said()] == [
        "outcomes.follow-up-due.v1",
        "outcomes.follow-up-settled.v1",
    ]


async def test_a_leg_without_its_referral_is_tried_again_later(world: OutcomesWorld) -> None:
    with pytest.raises(RetryableFailure, match="referral-not-known"):
        await world.hear(Journey().offered())


async def test_the_demonstration_brings_the_after_forward_by_a_recorded_act(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await accepted(world)
    await world.hear(journey.started())
    world.clock.now = journey.now
    path = f"/outcomes/api/demo/legs/{journey.leg_id}/follow-up-now"

    elsewhere = await client.post(path, headers=system_bearer("operate", areas=("E09000025",)))
    first = await client.post(path, headers=AS_COMMISSIONER)
    second = await client.post(path, headers=AS_COMMISSIONER)
    await world.tick()

    assert elsewhere.status_code == 409
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert await occasions(world) == ["before", "after"]
    moves = await world.pool.fetch("SELECT moved_by, reason, old_due_at, new_due_at FROM moved_due_times")
    assert [tuple(move) for move in moves] == [
        (str(SYSTEM_ID), "demonstration", journey.started_at + AFTER, journey.now)
    ]


@pytest.mark.asvs("V15.2.3")
async def test_nothing_is_brought_forward_before_the_support_starts_or_outside_a_demonstration(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await accepted(world)
    path = f"/outcomes/api/demo/legs/{journey.leg_id}/follow-up-now"

    early = await client.post(path, headers=AS_COMMISSIONER)
    async with world.client(demo_mode=False) as real:
        elsewhere = await real.post(path, headers=AS_COMMISSIONER)

    assert (early.status_code, early.json()["type"]) == (409, "/problems/support-not-started")
    assert elsewhere.status_code == 404


async def occasions(world: OutcomesWorld) -> list[str]:
    asked: list[Event[FollowUpDueV1]] = await world.said("outcomes.follow-up-due")
    return [event.data.occasion for event in asked]
