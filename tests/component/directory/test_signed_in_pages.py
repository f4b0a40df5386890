"""Whoever is signed in sees it on every page, can sign out from it, and stays signed in while the session lives."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool
from tests.component.directory.sign_in_world import SignInWorld
from tests.support.sign_in import SIGN_IN_SETTINGS

VISITORS = "Groups, advice and people near you. We only send you where there is room."


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    return await SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool).with_demo_people()


@pytest.fixture
async def browser(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        yield found


@pytest.mark.asvs("V7.4.4")
async def test_the_header_names_role_and_areas_on_pages_for_all_and_for_staff(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    before = await browser.get("/services")
    await world.sign_in(browser, "nadia")
    after = [await browser.get(path) for path in ("/", "/services", "/directory/refer", "/directory/members")]

    assert "Sign out" not in before.text
    for page in after:
        assert page.status_code == 200
        assert "Coordinator" in page.text
        assert "Sign out" in page.text
        assert "Newham" in page.text
        assert world.csrf(browser)["csrf"] in page.text
        assert "public" not in page.headers["cache-control"]


async def test_the_first_page_is_about_the_work_of_whoever_is_signed_in(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    visitor = await browser.get("/")
    await world.sign_in(browser, "caroline")
    commissioner = await browser.get("/")

    assert VISITORS in visitor.text
    assert VISITORS not in commissioner.text
    assert "What needs me now" in commissioner.text
    assert 'href="/outcomes/summary"' in commissioner.text


async def test_counts_are_asked_of_the_service_that_knows_and_the_link_needs_no_script(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "nadia")

    page = (await browser.get("/")).text

    assert '<span hx-get="/referral/waiting" hx-trigger="load"></span>' in page
    assert 'href="/referral/waiting"' in page
    assert 'src="/assets/htmx.min.js"' in page


async def test_who_has_no_role_yet_is_counted_for_whoever_let_them_in_and_for_operators(
    world: SignInWorld,
) -> None:
    async def sum_of(who: str, *, lets_in: bool = False) -> str:
        async with world.browser() as browser:
            await world.sign_in(browser, who)
            if lets_in:
                new = {"name": "Somebody", "reference": uuid4().hex}
                await browser.post("/directory/members", data=world.csrf(browser) | new)
            answer = await browser.get("/directory/members", headers={"hx-request": "true"})
            assert "<html" not in answer.text
            return answer.text

    before = await sum_of("olu")
    sums = [await sum_of("nadia", lets_in=True), await sum_of("liam"), await sum_of("olu")]

    assert ["without a role" in each for each in (before, *sums)] == [False, True, False, True]
    assert "1 without a role" in sums[0]


async def test_a_live_session_is_not_shown_the_page_of_visitors_when_its_token_has_run_out(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "nadia")
    world.clock.move(timedelta(minutes=10))

    renewal = await browser.get("/")
    back = await browser.get(renewal.headers["location"])
    page = await browser.get(back.headers["location"])

    assert (renewal.status_code, back.headers["location"]) == (303, "/")
    assert "Coordinator" in page.text


async def test_nobody_is_asked_to_sign_in_for_a_page_that_is_open_to_all(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "nadia")
    world.clock.move(timedelta(minutes=31))

    renewal = await browser.get("/services?search=lunch")
    back = await browser.get(renewal.headers["location"])
    page = await browser.get(back.headers["location"])

    assert (back.status_code, back.headers["location"]) == (303, "/services?search=lunch")
    assert page.status_code == 200
    assert "Sign out" not in page.text
    assert len(browser.cookies) == 0


async def test_the_button_of_the_header_signs_out_when_the_token_has_run_out(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "nadia")
    form = world.csrf(browser)
    world.clock.move(timedelta(minutes=10))

    first = await browser.post("/directory/sign-out", data=form)
    renewed = await browser.post(first.headers["location"], data=form)
    out = await browser.post(renewed.headers["location"], data=form)

    assert [first.status_code, renewed.status_code, out.status_code] == [307, 307, 303]
    assert (await browser.get(out.headers["location"])).text.count(VISITORS) == 1
    assert (await browser.get("/directory/sign-out")).headers["location"] == "/"
