"""What people take away: what is on, leaflets, and lists of services that somebody gave them."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from icalendar import Calendar

from services.directory.domain.catchment import Catchment
from services.directory.domain.prescription import LINK_LIVES
from services.directory.domain.service import Service
from services.directory.settings import DirectorySettings
from services.directory.storage.prescription_rows import forget_prescriptions_before
from services.directory.use_cases.import_services import ImportServices, import_services
from shared.postgres.pool import Pool, transaction
from shared.security.revoked_links import revoke_links_of
from shared.security.signed_links import Purpose, mint
from shared.vocabulary import vocabulary
from tests.component.directory.sign_in_world import MovableClock, SignInWorld
from tests.support.sign_in import SIGN_IN_SETTINGS
from tests.unit.directory.taking_away.made import HALL, SERVICE, TEA_FOLK

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
WALTHAM_FOREST, CAMDEN = "E09000031", "E09000007"
SECRET = replace(
    SERVICE,
    id=UUID(int=12),
    name="Safe house",
    sensitive=True,
    places=(),
    catchment=Catchment(everywhere=True),
)
ELSEWHERE = replace(SERVICE, id=UUID(int=13), name="Camden tea", catchment=Catchment(areas=(CAMDEN,)))
WHATS_ON, LEAFLET, LIST = "/directory/whats-on", "/directory/leaflet", "/directory/prescription"
NEAR = {"near": WALTHAM_FOREST}


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await take(pool, SERVICE, SECRET, ELSEWHERE)
    chosen = settings.model_copy(update=dict(SIGN_IN_SETTINGS))
    return await SignInWorld(chosen, pool, MovableClock(SUNDAY)).with_demo_people()


@pytest.fixture
async def browser(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        yield found


async def take(pool: Pool, *services: Service) -> None:
    async with transaction(pool) as connection:
        await import_services(connection, ImportServices(services, [TEA_FOLK]))


async def test_a_postcode_leads_to_its_neighbourhood_and_stands_in_no_address(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.post(WHATS_ON, data={"where": "E17 4PP", "need": "loneliness"})
    page = await browser.get(answer.headers["location"])

    assert answer.status_code == 303
    assert re.fullmatch(rf"{WHATS_ON}\?near=E01\d+&need=loneliness", answer.headers["location"])
    assert page.status_code == 200
    assert "4PP" not in page.text.replace(HALL.addresses[0].postal_code, "")


async def test_a_place_that_nobody_knows_is_told_on_the_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.post(WHATS_ON, data={"where": "Nowhere at all"})

    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert "Write a postcode, a town or a part of London" in answer.text


async def test_each_day_shows_what_is_on_for_people_from_there(browser: httpx.AsyncClient) -> None:
    today, tuesday = [
        (await browser.get(WHATS_ON, params={**NEAR, "day": day})).text
        for day in ("2026-11-22", "2026-11-24")
    ]

    assert "We know of nothing more on this day" in today
    assert SERVICE.name.replace("&", "&amp;") in tuesday
    assert "10am" in tuesday
    assert ELSEWHERE.name not in tuesday, "takes nobody from there"
    assert SECRET.name not in tuesday, "left out of what is shown to others at home"


async def test_what_is_over_today_is_not_shown_any_more(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    world.clock.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    during = await browser.get(WHATS_ON, params=NEAR)
    world.clock.now = datetime(2026, 11, 24, 13, tzinfo=UTC)
    after = await browser.get(WHATS_ON, params=NEAR)

    assert "Tea &amp; talk" in during.text
    assert "Tea &amp; talk" not in after.text


async def test_only_the_need_asked_for_is_shown(browser: httpx.AsyncClient) -> None:
    page = await browser.get(WHATS_ON, params={**NEAR, "need": "housing", "day": "2026-11-24"})

    assert "Tea &amp; talk" not in page.text


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"near": "E174PP"}, 404),
        ({"near": "E17 4PP"}, 422),
        ({"near": "XX"}, 404),
        ({"near": WALTHAM_FOREST, "need": "gold"}, 422),
        ({"near": WALTHAM_FOREST, "day": "soon"}, 422),
    ],
)
async def test_an_address_that_says_nothing_we_know_is_refused(
    browser: httpx.AsyncClient, params: dict[str, str], status: int
) -> None:
    assert (await browser.get(WHATS_ON, params=params)).status_code == status


async def test_a_calendar_to_follow_has_four_weeks_and_is_sent_once(browser: httpx.AsyncClient) -> None:
    first = await browser.get(WHATS_ON + ".ics", params=NEAR)
    again = await browser.get(
        WHATS_ON + ".ics", params=NEAR, headers={"if-none-match": f"W/{first.headers['etag']}"}
    )

    events = Calendar.from_ical(first.content).events
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    assert [str(each.decoded("dtstart").date()) for each in events] == [
        "2026-11-24",
        "2026-12-01",
        "2026-12-08",
        "2026-12-15",
    ]
    assert (again.status_code, again.content) == (304, b"")
    assert SECRET.name not in first.text


async def test_a_change_is_news_to_whoever_follows(browser: httpx.AsyncClient, pool: Pool) -> None:
    first = await browser.get(WHATS_ON + ".rss", params=NEAR)
    await take(pool, replace(SERVICE, name="Coffee and talk"))
    news = await browser.get(WHATS_ON + ".rss", params=NEAR, headers={"if-none-match": first.headers["etag"]})

    assert first.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert first.text.count("<item>") == 1
    assert news.status_code == 200
    assert "Coffee and talk, Tuesday 24 November 2026 at 10am" in news.text


@pytest.mark.parametrize("look", ["plain", "large", "easy"])
async def test_a_leaflet_of_a_service_says_what_people_ask_and_has_a_code_to_scan(
    browser: httpx.AsyncClient, look: str
) -> None:
    page = await browser.get(f"{LEAFLET}/{SERVICE.id}", params={"look": look})

    assert page.status_code == 200
    assert f"kith-paper--{look}" in page.text
    assert "Tuesday, 10am to 12:30pm" in page.text
    assert "1 High Street" in page.text
    assert 'class="kith-qr"' in page.text
    assert f"http://localhost:8080/services/{SERVICE.id}" in page.text


async def test_a_leaflet_of_a_secret_service_says_so_and_names_no_place(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{LEAFLET}/{SECRET.id}")).text

    assert "We keep the address private" in page
    assert "Keep this paper where only you see it." in page
    assert "High Street" not in page


async def test_a_leaflet_of_an_area_leaves_secret_services_and_others_out(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{LEAFLET}/area/{WALTHAM_FOREST}")).text

    assert "Services in Waltham Forest" in page
    assert "Tea &amp; talk" in page
    assert SECRET.name not in page
    assert ELSEWHERE.name not in page


async def test_leaflets_of_nothing_are_not_found(browser: httpx.AsyncClient) -> None:
    assert (await browser.get(f"{LEAFLET}/{uuid4()}")).status_code == 404
    assert (await browser.get(f"{LEAFLET}/area/E17 4PP")).status_code == 404
    assert (await browser.get(f"{LEAFLET}/{SERVICE.id}?look=gold")).status_code == 422


async def test_pages_to_take_away_speak_the_language_asked_for(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{LEAFLET}/{SERVICE.id}?lang=ar")).text

    assert '<html lang="ar" dir="rtl">' in page
    assert '<span lang="en" dir="ltr">Tea &amp; talk; for all</span>' in page
    assert "الثلاثاء" in page


def form(world: SignInWorld, browser: httpx.AsyncClient, page: httpx.Response, **said: Any) -> dict[str, Any]:
    """What the page's form would send: its hidden fields and what somebody typed."""
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert token
    chosen = re.findall(r'name="chosen" value="([^"]+)"', page.text)
    return {**world.csrf(browser), "form_token": token[1], "chosen": chosen, **said}


async def chosen_list(world: SignInWorld, browser: httpx.AsyncClient, *services: Service) -> httpx.Response:
    page = await browser.get(LIST)
    for service in services:
        page = await browser.post(
            LIST, data=form(world, browser, page, words=service.name, go=f"add:{service.id}")
        )
    return page


async def given_list(world: SignInWorld, browser: httpx.AsyncClient, *services: Service) -> str:
    """The path of a list that the signed-in member gave."""
    page = await chosen_list(world, browser, *services)
    answer = await browser.post(LIST, data=form(world, browser, page, go="give:link"))
    given = await browser.get(answer.headers["location"])
    found = re.search(r'href="http://localhost:8080(/directory/list/[^"]+)"', given.text)
    assert found
    return found[1]


async def said(pool: Pool) -> list[dict[str, Any]]:
    rows = await pool.fetch(
        "SELECT payload FROM outbox_events WHERE topic = 'directory.prescriptions.v1' ORDER BY seq"
    )
    return [json.loads(row["payload"]) for row in rows]


async def test_a_signposter_finds_chooses_and_gives_a_list_that_anybody_with_the_link_can_read(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await world.sign_in(browser, "sam")
    empty = await browser.get(LIST)
    found = await browser.post(
        LIST, data=form(world, browser, empty, words="lonely", where="E17 4PP", go="find")
    )
    path = await given_list(world, browser, SERVICE, SECRET)
    async with world.browser() as visitor:
        read = await visitor.get(path)

    assert "Nothing is on the list yet." in empty.text
    assert f'value="add:{SERVICE.id}"' in found.text
    assert f'value="add:{ELSEWHERE.id}"' not in found.text
    assert read.status_code == 200
    assert read.text.index("Tea &amp; talk") < read.text.index("Safe house")
    assert "Keep this list where only you see it." in read.text
    assert 'class="kith-qr"' in read.text
    (event,) = await said(pool)
    assert {name: event[name] for name in ("area", "role", "how", "service_ids")} == {
        "area": CAMDEN,
        "role": "signposter",
        "how": "link",
        "service_ids": [str(SERVICE.id), str(SECRET.id)],
    }


async def test_the_same_form_twice_is_one_list(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await world.sign_in(browser, "sam")
    sent = form(world, browser, await chosen_list(world, browser, SERVICE), go="give:print")

    first, second = [await browser.post(LIST, data=sent) for _ in range(2)]

    assert first.headers["location"] == second.headers["location"]
    assert len(await said(pool)) == 1


async def test_what_was_chosen_can_be_taken_off_again_and_an_empty_list_is_not_given(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await world.sign_in(browser, "sam")
    page = await chosen_list(world, browser, SERVICE)
    emptied = await browser.post(LIST, data=form(world, browser, page, go=f"remove:{SERVICE.id}"))
    given = await browser.post(LIST, data=form(world, browser, emptied, go="give:print"))

    assert "Nothing is on the list yet." in emptied.text
    assert given.status_code == 422
    assert "Choose a service first" in given.text
    assert await said(pool) == []


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("sam", 200),  # signposter
        ("amina", 200),  # link worker
        ("priya", 200),  # referrer
        ("nadia", 200),  # coordinator
        ("jo", 403),  # provider staff
        ("vera", 403),  # volunteer
        ("caroline", 403),  # commissioner
        ("ines", 403),  # auditor
        ("olu", 403),  # operator
    ],
)
async def test_who_may_give_lists(
    world: SignInWorld, browser: httpx.AsyncClient, key: str, status: int
) -> None:
    await world.sign_in(browser, key)

    assert (await browser.get(LIST)).status_code == status


async def test_visitors_sign_in_first_and_a_form_of_elsewhere_gives_nothing(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    visitor = await browser.get(LIST)
    await world.sign_in(browser, "sam")
    sent = form(world, browser, await chosen_list(world, browser, SERVICE), go="give:print")
    forged = await browser.post(LIST, data=sent | {"csrf": "0" * 64})

    assert visitor.status_code == 303
    assert "/directory/sign-in" in visitor.headers["location"]
    assert forged.status_code == 403
    assert await said(pool) == []


async def test_nobody_gives_a_list_in_an_area_that_is_not_theirs(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await world.sign_in(browser, "sam")
    page = await chosen_list(world, browser, SERVICE)

    answer = await browser.post(LIST, data=form(world, browser, page, go="give:print", area=WALTHAM_FOREST))

    assert answer.status_code == 404
    assert await said(pool) == []


async def test_a_practice_says_in_which_borough_it_gives(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await world.sign_in(browser, "priya")
    page = await chosen_list(world, browser, SERVICE)
    without = await browser.post(LIST, data=form(world, browser, page, go="give:link"))
    given = await browser.post(LIST, data=form(world, browser, page, go="give:link", area=WALTHAM_FOREST))

    assert without.status_code == 422
    assert "Say in which borough you give this list" in without.text
    assert given.status_code == 303
    assert [(each["role"], each["area"]) for each in await said(pool)] == [("referrer", WALTHAM_FOREST)]


@pytest.mark.parametrize(
    "another", ["nadia", "priya"]
)  # of another area; and one who may give lists anywhere
async def test_only_whoever_gave_a_list_sees_its_link_again(
    world: SignInWorld, browser: httpx.AsyncClient, another: str
) -> None:
    await world.sign_in(browser, "sam")
    page = await chosen_list(world, browser, SERVICE)
    given = (await browser.post(LIST, data=form(world, browser, page, go="give:print"))).headers["location"]
    async with world.browser() as other:
        await world.sign_in(other, another)
        seen_by_another = await other.get(given)

    assert (await browser.get(given)).status_code == 200
    assert seen_by_another.status_code == 404


async def test_a_list_shows_services_as_they_are_and_says_what_has_stopped(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await world.sign_in(browser, "sam")
    path = await given_list(world, browser, SERVICE, SECRET)
    await take(pool, replace(SERVICE, name="Coffee and talk"), replace(SECRET, status="defunct"))

    page = (await browser.get(path)).text

    assert "Coffee and talk" in page
    assert SECRET.name not in page
    assert "1 service of your list does not run any more." in page


async def test_a_list_ends_with_its_link(world: SignInWorld, browser: httpx.AsyncClient, pool: Pool) -> None:
    await world.sign_in(browser, "sam")
    path = await given_list(world, browser, SERVICE)
    world.clock.move(LINK_LIVES - timedelta(seconds=1))
    last = await browser.get(path)
    world.clock.move(timedelta(seconds=1))
    too_late = await browser.get(path)
    async with transaction(pool) as connection:
        await forget_prescriptions_before(connection, world.clock() + timedelta(seconds=1))

    assert (last.status_code, too_late.status_code) == (200, 410)
    assert await pool.fetchval("SELECT count(*) FROM prescriptions") == 0


async def test_a_link_taken_back_forged_or_of_another_purpose_opens_no_list(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await world.sign_in(browser, "sam")
    path = await given_list(world, browser, SERVICE)
    given = await pool.fetchval("SELECT id FROM prescriptions")
    other = mint(world.settings.link_signing_key, Purpose.OFFER, given, SUNDAY + LINK_LIVES)
    async with transaction(pool) as connection:
        await revoke_links_of(connection, given, datetime.now(UTC) + timedelta(minutes=1))

    for bad in (path, path[:-1], f"/directory/list/{other}"):
        assert (await browser.get(bad)).status_code == 404


async def test_what_is_easy_to_read_has_a_picture_beside_the_words_of_each_need(
    browser: httpx.AsyncClient,
) -> None:
    label = vocabulary.needs()["loneliness"].label
    easy = (await browser.get(f"{LEAFLET}/{SERVICE.id}?look=easy")).text
    of_area = (await browser.get(f"{LEAFLET}/area/{WALTHAM_FOREST}?look=easy")).text
    assert re.search(rf'<svg class="kith-picture"[^>]*aria-hidden="true"[^>]*>.+?</svg> <span>{label}', easy)
    assert of_area.count("kith-paper__pictures") == of_area.count('class="kith-paper__service"') > 0
    assert "kith-picture" in of_area

    for path in (
        f"{LEAFLET}/{SERVICE.id}",
        f"{LEAFLET}/{SERVICE.id}?look=large",
        f"{LEAFLET}/{SECRET.id}?look=easy",
    ):
        assert "kith-picture" not in (await browser.get(path)).text
