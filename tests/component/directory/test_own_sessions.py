"""Members see where they are signed in, and end it there."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import structlog

from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool
from shared.security.access_tokens import TokenReader
from shared.security.cookies import TOKEN
from tests.component.directory.sign_in_world import SignInWorld
from tests.support.sign_in import PUBLIC_KEYS, SIGN_IN_SETTINGS

PAGE = "/directory/sessions"


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    return await SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool).with_demo_people()


@pytest.fixture
async def laptop(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        await world.sign_in(found, "nadia")
        yield found


@pytest.fixture
async def phone(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        await world.sign_in(found, "nadia")
        yield found


def session_of(world: SignInWorld, browser: httpx.AsyncClient) -> str:
    return str(TokenReader(PUBLIC_KEYS).read(browser.cookies[TOKEN], world.clock()).session_id)


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    """After whatever renewal the browser is sent to."""
    return (await browser.get(PAGE, follow_redirects=True)).url.path == PAGE


@pytest.mark.asvs("V7.5.2")
async def test_members_see_their_sessions_and_nobody_elses_and_end_the_one_they_choose(
    world: SignInWorld, laptop: httpx.AsyncClient, phone: httpx.AsyncClient
) -> None:
    async with world.browser() as other:
        await world.sign_in(other, "liam")
        page = await laptop.get(PAGE)
        theirs = session_of(world, other)

    with structlog.testing.capture_logs() as logs:
        ended = await laptop.post(f"{PAGE}/{session_of(world, phone)}/end", data=world.csrf(laptop))

    assert page.text.count("This browser") == 1
    assert page.text.count("Another browser") == 1
    assert session_of(world, phone) in page.text
    assert theirs not in page.text
    assert (ended.status_code, ended.headers["location"]) == (303, PAGE)
    assert not await is_signed_in(phone)
    assert await is_signed_in(laptop)
    assert [each["event"] for each in logs if each["event"].startswith("session.")] == ["session.ended"]


@pytest.mark.asvs("V7.5.2")
async def test_members_end_all_others_at_once(
    world: SignInWorld, laptop: httpx.AsyncClient, phone: httpx.AsyncClient
) -> None:
    before = (await world.said())[-1]["version"]

    ended = await laptop.post(f"{PAGE}/end-others", data=world.csrf(laptop))

    assert ended.status_code == 303
    assert not await is_signed_in(phone)
    assert await is_signed_in(laptop)
    assert (await world.said())[-1]["version"] > before  # by which every service hears of it


@pytest.mark.asvs("V7.5.2", "V8.2.2")
async def test_nobody_ends_the_session_of_somebody_else(
    world: SignInWorld, laptop: httpx.AsyncClient
) -> None:
    async with world.browser() as other:
        await world.sign_in(other, "liam")

        refused = await laptop.post(f"{PAGE}/{session_of(world, other)}/end", data=world.csrf(laptop))

        assert refused.status_code == 404
        assert await is_signed_in(other)


@pytest.mark.asvs("V7.5.2")
async def test_ending_needs_a_sign_in_of_the_last_ten_minutes_and_leads_back_to_the_page(
    world: SignInWorld, laptop: httpx.AsyncClient, phone: httpx.AsyncClient
) -> None:
    on_the_phone = session_of(world, phone)
    world.clock.move(timedelta(minutes=11))
    await laptop.get("/directory/sign-in")  # a new token, of the same sign-in
    acts = (f"{PAGE}/{on_the_phone}/end", f"{PAGE}/end-others")

    answers = [await laptop.post(act, data=world.csrf(laptop)) for act in acts]
    by_get = [await laptop.get(act) for act in acts]

    assert all(each.headers["location"].endswith("&fresh=1") for each in answers)
    assert [(each.status_code, each.headers["location"]) for each in by_get] == [(303, PAGE)] * 2
    assert await is_signed_in(phone)


@pytest.mark.asvs("V3.5.1")
async def test_a_form_of_another_site_ends_nothing(
    world: SignInWorld, laptop: httpx.AsyncClient, phone: httpx.AsyncClient
) -> None:
    acts = (f"{PAGE}/{session_of(world, phone)}/end", f"{PAGE}/end-others")

    answers = [await laptop.post(act, data={}) for act in acts]

    assert [each.status_code for each in answers] == [403, 403]
    assert await is_signed_in(phone)


async def test_every_page_leads_there_and_sessions_that_ran_out_are_not_listed(
    world: SignInWorld, laptop: httpx.AsyncClient, phone: httpx.AsyncClient
) -> None:
    world.clock.move(timedelta(minutes=20))
    await laptop.get("/directory/sign-in")
    world.clock.move(timedelta(minutes=11))
    await laptop.get("/directory/sign-in")

    home = await laptop.get("/")
    page = await laptop.get(PAGE)

    assert f'href="{PAGE}"' in home.text
    assert "This browser" in page.text
    assert "Another browser" not in page.text
