"""An organisation's links are taken back by its own staff or by whoever looks after its area, and new ones are made."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import httpx
import pytest

from services.directory.demo_people import POPLAR_MAKERS
from services.directory.settings import DirectorySettings
from services.directory.use_cases.end_links import EndLinks, end_links
from shared.events.directory import OrganisationLinksEndedV1
from shared.postgres.pool import Pool, transaction
from shared.security.signed_links import Purpose, read_link
from tests.component.directory.conftest import INTERNAL_KEY
from tests.component.directory.outbox_reading import outbox_events
from tests.component.directory.sign_in_world import SignInWorld, person, runs_a_service
from tests.support.sign_in import SIGN_IN_SETTINGS

NEWHAM, TOWER_HAMLETS, EALING = "E09000025", "E09000030", "E09000009"
OF_NEWHAM = UUID(int=1)
OURS = {"authorization": f"Bearer {INTERNAL_KEY}"}
LIST = "/directory/organisations"


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await runs_a_service(pool, OF_NEWHAM, NEWHAM)
    await runs_a_service(pool, POPLAR_MAKERS, TOWER_HAMLETS)
    await pool.execute("UPDATE organisations SET referrals_email = 'walkers@example.org'")
    return await SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool).with_demo_people()


async def press(world: SignInWorld, browser: httpx.AsyncClient, organisation_id: UUID) -> httpx.Response:
    """Opens the page and sends its form, as a browser without JavaScript does."""
    page = await browser.get(f"{LIST}/{organisation_id}")
    times = page.text.partition('name="times_before" value="')[2].partition('"')[0]
    form: Mapping[str, str] = {**world.csrf(browser), "times_before": times or "0"}
    return await browser.post(f"{LIST}/{organisation_id}/end-links", data=form)


async def ended(connection: "asyncpg.Connection[asyncpg.Record]") -> list[OrganisationLinksEndedV1]:
    return [each for each in await outbox_events(connection) if isinstance(each, OrganisationLinksEndedV1)]


@pytest.mark.parametrize(
    ("who", "organisation_id", "shown", "answer"),
    [
        ("nadia", OF_NEWHAM, 200, 303),  # coordinator of Newham
        ("nadia", POPLAR_MAKERS, 404, 404),
        ("nadia", UUID(int=9), 404, 404),
        ("jo", POPLAR_MAKERS, 200, 303),  # on its staff
        ("jo", OF_NEWHAM, 404, 404),
        ("amina", OF_NEWHAM, 403, 403),  # link worker of Newham
    ],
)
async def test_they_are_taken_back_by_its_staff_and_by_the_coordinator_of_its_area(
    world: SignInWorld,
    connection: "asyncpg.Connection[asyncpg.Record]",
    who: str,
    organisation_id: UUID,
    shown: int,
    answer: int,
) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, who)
        page = await browser.get(f"{LIST}/{organisation_id}")
        told = await press(world, browser, organisation_id)

    assert (page.status_code, told.status_code) == (shown, answer)
    assert len(await ended(connection)) == (answer == 303)


async def test_the_page_says_where_new_links_go_and_afterwards_who_stopped_the_old_ones(
    world: SignInWorld, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        before = await browser.get(f"{LIST}/{OF_NEWHAM}")
        assert await ended(connection) == []  # looking changes nothing
        await press(world, browser, OF_NEWHAM)
        after = await browser.get(f"{LIST}/{OF_NEWHAM}")

    assert "walkers@example.org" in before.text
    assert "Never so far" in before.text
    assert f"by {person('nadia').name}" in after.text
    [said] = await ended(connection)
    assert "example.org" not in said.model_dump_json()
    [kept] = await world.pool.fetch("SELECT ended_by, links_valid_from, ended_at FROM ended_links")
    assert kept["ended_by"] == person("nadia").id
    assert kept["links_valid_from"] == said.links_valid_from > kept["ended_at"]


async def test_the_list_shows_what_is_in_reach(world: SignInWorld) -> None:
    shown = {}
    for who in ("nadia", "jo", "olu"):
        async with world.browser() as browser:
            await world.sign_in(browser, who)
            page = (await browser.get(LIST)).text
            shown[who] = [str(each) in page for each in (OF_NEWHAM, POPLAR_MAKERS)]

    assert shown == {"nadia": [True, False], "jo": [False, True], "olu": [True, True]}


async def test_a_form_that_is_sent_twice_counts_once(
    world: SignInWorld, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        form = {**world.csrf(browser), "times_before": "0"}
        answers = [
            (await browser.post(f"{LIST}/{OF_NEWHAM}/end-links", data=form)).status_code for _ in range(2)
        ]
        once = len(await ended(connection))
        await press(world, browser, OF_NEWHAM)

    assert (answers, once, len(await ended(connection))) == ([303, 303], 1, 2)


async def test_two_who_press_at_once_take_them_back_once(world: SignInWorld) -> None:
    command = EndLinks(OF_NEWHAM, 0, person("nadia").id)

    async def press_once() -> bool:
        async with transaction(world.pool) as connection:
            return await end_links(connection, command, world.clock)

    done = await asyncio.gather(*(press_once() for _ in range(3)))

    assert sorted(done) == [False, False, True]
    assert await world.pool.fetchval("SELECT count(*) FROM ended_links") == 1


async def test_it_needs_a_sign_in_of_the_last_ten_minutes_and_a_form_of_ours(
    world: SignInWorld, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        forged = await browser.post(f"{LIST}/{OF_NEWHAM}/end-links", data={"times_before": "0"})
        world.clock.move(timedelta(minutes=11))
        await browser.get("/directory/sign-in")  # a new token, of the same sign-in
        late = await press(world, browser, OF_NEWHAM)

    assert forged.status_code == 403
    assert late.headers["location"].startswith("/directory/sign-in")
    assert await ended(connection) == []


async def test_links_that_are_made_from_then_on_count_and_say_whose_they_are(
    world: SignInWorld, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    wanted = {
        "recipient": {"kind": "organisation", "id": str(OF_NEWHAM)},
        "link": {"purpose": "offer", "subject": str(UUID(int=5))},
        "area": NEWHAM,
    }
    links = []
    async with world.browser() as browser:
        await world.sign_in(browser, "nadia")
        for _ in range(2):
            answer = (await browser.post("/internal/recipients", json=wanted, headers=OURS)).json()
            token = urlsplit(answer["link"]).path.rpartition("/")[2]
            links.append(read_link(world.settings.link_signing_key, Purpose.OFFER, token, world.clock()))
            await press(world, browser, OF_NEWHAM)

    first_time, _ = await ended(connection)
    before, after = links
    assert {before.holder_id, after.holder_id} == {OF_NEWHAM}
    assert before.issued_at < first_time.links_valid_from == after.issued_at
