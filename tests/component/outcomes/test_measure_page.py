"""The page where a person says how they are: a GET shows, a POST keeps the answers once."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest

from services.outcomes.domain import swemwbs
from services.outcomes.storage.service_copies import keep_service
from shared.postgres.pool import transaction
from tests.component.outcomes.journey import Journey
from tests.component.outcomes.outcomes_world import AS_BROWSER, OutcomesWorld, form
from tests.support.page_words import left_in_english
from tests.support.reaching import EVERYWHERE


async def with_a_place(world: OutcomesWorld) -> Journey:
    journey = Journey()
    await world.hear(journey.received(), journey.offered(), journey.accepted())
    world.clock.now = journey.now
    await world.tick()
    return journey


async def test_the_page_shows_all_seven_statements_and_the_copyright(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await with_a_place(world)

    page = await client.get(world.link(journey.leg_id, "before"), headers=AS_BROWSER)

    assert page.status_code == 200
    assert page.text.count('type="radio"') == 35
    for statement in swemwbs.STATEMENTS:
        assert statement.replace("'", "&#39;") in page.text
    assert swemwbs.COPYRIGHT in page.text
    assert len(page.content) < 40_000


async def test_answers_are_scored_and_only_the_score_is_said(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await with_a_place(world)

    answered = await world.answer(client, journey.leg_id, "before", "3343434")

    assert "We have your answers" in answered.text
    _, recorded, settled, *accesses = await world.said()
    assert recorded.data.score == Decimal("21.54")
    assert recorded.data.occasion == "before"
    assert settled.data.settled_by == "answered"
    assert b"answers" not in recorded.body()
    assert {access.type for access in accesses} == {"outcomes.record-accessed.v1"}
    [kept] = await world.pool.fetch("SELECT answers, area FROM answers")
    assert (list(kept["answers"]), kept["area"]) == ([3, 3, 4, 3, 4, 3, 4], journey.area)


async def test_a_form_that_lacks_an_answer_says_which_and_keeps_the_others(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await with_a_place(world)

    page = await world.answer(client, journey.leg_id, "before", "333 43x")

    assert page.status_code == 422
    assert 'href="#statement_4"' in page.text
    assert 'href="#statement_7"' in page.text
    assert page.text.count("checked") == 5
    assert await world.said("outcomes.measure-recorded") == []


async def test_a_form_sent_twice_counts_once(world: OutcomesWorld, client: httpx.AsyncClient) -> None:
    journey = await with_a_place(world)

    await world.answer(client, journey.leg_id, "before", "3333333")
    await world.answer(client, journey.leg_id, "before", "5555555")

    [recorded] = await world.said("outcomes.measure-recorded")
    assert recorded.data.score == Decimal("19.25")


async def test_a_used_link_shows_when_it_was_answered(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await with_a_place(world)
    await world.answer(client, journey.leg_id, "before", "3333333")
    world.clock.move(timedelta(days=3))

    page = await client.get(world.link(journey.leg_id, "before"), headers=AS_BROWSER)

    assert "You answered on Sunday 22 November 2026 at 9:33am" in page.text
    assert 'type="radio"' not in page.text


async def test_a_before_that_comes_after_the_start_is_still_a_before(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await with_a_place(world)
    await world.hear(journey.started())

    await world.answer(client, journey.leg_id, "before", "3333333")

    [recorded] = await world.said("outcomes.measure-recorded")
    assert recorded.data.occasion == "before"


async def test_an_answer_after_the_lapse_is_kept_and_settles_nothing_again(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await with_a_place(world)
    world.clock.move(timedelta(days=30))
    await world.tick()

    await world.answer(client, journey.leg_id, "before", "3333333")

    assert len(await world.said("outcomes.measure-recorded")) == 1
    [settled] = await world.said("outcomes.follow-up-settled")
    assert settled.data.settled_by == "lapsed"


@pytest.mark.asvs("V3.5.3")
async def test_a_get_changes_nothing(world: OutcomesWorld, client: httpx.AsyncClient) -> None:
    journey = await with_a_place(world)

    for _ in range(3):
        await client.get(world.link(journey.leg_id, "before"))

    assert await world.pool.fetchval("SELECT count(*) FROM answers") == 0
    looks = await world.said("outcomes.record-accessed")
    assert len(await world.said()) - len(looks) == 1
    assert [(look.data.verb, look.data.object_kind) for look in looks] == [("read", "measure")] * 3


async def test_a_link_that_is_forged_old_or_of_nobody_is_refused(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    journey = await with_a_place(world)
    good = world.link(journey.leg_id, "before")
    of_nobody = world.link(uuid4(), "before")

    forged = await client.post(good[:-3] + "abc", data=form("3333333"))
    unknown = await client.post(of_nobody, data=form("3333333"))
    world.clock.move(timedelta(days=91))
    old = await client.get(good, headers=AS_BROWSER)

    assert (forged.status_code, unknown.status_code, old.status_code) == (404, 404, 410)
    assert await world.pool.fetchval("SELECT count(*) FROM answers") == 0


async def test_the_page_names_the_service_unless_it_is_a_sensitive_one(
    world: OutcomesWorld, client: httpx.AsyncClient
) -> None:
    named, sensitive = await with_a_place(world), await with_a_place(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_service(connection, named.service_id, 1, "Tea and talk", None, sensitive=False)
        await keep_service(connection, sensitive.service_id, 1, "Safe harbour", None, sensitive=True)

    open_page = await client.get(world.link(named.leg_id, "before"), headers=AS_BROWSER)
    discreet_page = await client.get(world.link(sensitive.leg_id, "before"), headers=AS_BROWSER)

    assert "Tea and talk" in open_page.text
    assert "Safe harbour" not in discreet_page.text


@pytest.mark.parametrize("answers", [None, "333 43x", "3333333"])
async def test_in_arabic_only_the_scale_stays_english_and_the_page_says_why(
    world: OutcomesWorld, client: httpx.AsyncClient, answers: str | None
) -> None:
    """Its wording is under licence, so each line of it says which language it is in."""
    journey = await with_a_place(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_service(connection, journey.service_id, 1, "Tea and talk", None, sensitive=False)
    link = world.link(journey.leg_id, "before")
    client.cookies.set("kith_language", "ar")
    if answers:
        await world.answer(client, journey.leg_id, "before", answers)

    page = await (
        client.post(link, data=form(answers), headers=AS_BROWSER)
        if answers == "333 43x"
        else client.get(link, headers=AS_BROWSER)
    )

    assert left_in_english(page.text, "rtl") == []
    if answers != "3333333":
        assert "الأسطر السبعة وإجاباتها بالإنجليزية" in page.text
        for statement in swemwbs.STATEMENTS:
            shown = statement.replace("'", "&#39;")
            assert f'<span lang="en" dir="ltr">{shown}</span>' in page.text
