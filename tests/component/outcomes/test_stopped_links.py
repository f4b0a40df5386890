"""A person who stops their links stops those to their questionnaires, and is asked anew what is still open."""

from datetime import datetime, timedelta

import httpx

from shared.service_defaults.clock import utc_now
from tests.component.outcomes.journey import Journey
from tests.component.outcomes.outcomes_world import AS_BROWSER, OutcomesWorld

DUE = "outcomes.follow-up-due"


async def asked(world: OutcomesWorld) -> Journey:
    journey = Journey()
    await world.hear(journey.received(), journey.offered(), journey.accepted())
    world.clock.now = journey.now
    await world.tick()
    return journey


def in_a_moment() -> datetime:
    return utc_now() + timedelta(seconds=1)


async def test_links_to_questionnaires_stop_with_the_others_and_nobody_elses_do(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    mine, somebody_elses = await asked(world), await asked(world)
    before = world.link(mine.leg_id, "before")

    await world.hear_as_subscribed(mine.links_stopped(in_a_moment()))

    stopped = await client.get(before, headers=AS_BROWSER)
    answered = await world.answer(client, mine.leg_id, "before", "3343434")
    theirs = await client.get(world.link(somebody_elses.leg_id, "before"), headers=AS_BROWSER)
    assert (stopped.status_code, answered.status_code, theirs.status_code) == (404, 404, 200)
    assert await world.said("outcomes.measure-recorded") == []
    counted = (await client.get("/metrics")).text
    assert 'kith_access_refused_total{reason="link-revoked"} 2.0' in counted


async def test_what_is_open_is_asked_anew_and_what_was_answered_is_not(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    still_open, done = await asked(world), await asked(world)
    await world.answer(client, done.leg_id, "before", "3343434")
    first = len(await world.said(DUE))

    for journey in (still_open, done):
        await world.hear_as_subscribed(journey.links_stopped(utc_now()))

    [anew] = (await world.said(DUE))[first:]
    assert anew.data.referral_id == still_open.referral_id


async def test_a_link_that_is_made_after_the_stop_works(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await asked(world)

    await world.hear_as_subscribed(journey.links_stopped(utc_now().replace(microsecond=0)))

    page = await client.get(world.link(journey.leg_id, "before"), headers=AS_BROWSER)
    assert page.status_code == 200


async def test_an_event_of_the_time_before_it_told_the_moment_stops_nothing_here(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await asked(world)

    await world.hear_as_subscribed(journey.links_stopped(None))

    page = await client.get(world.link(journey.leg_id, "before"), headers=AS_BROWSER)
    assert page.status_code == 200
