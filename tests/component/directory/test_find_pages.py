"""People find services without JavaScript: by words and place, on a map, as an area's menu, and each on its own page."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import structlog

from services.directory.bootstrap import make_parts
from services.directory.domain.assurance import Assurance
from services.directory.domain.catchment import Catchment, Circle
from services.directory.domain.joining import JoinBy
from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.place import Address, Place
from services.directory.domain.service import Pool as ServicePool
from services.directory.domain.service import Service, Suitability
from services.directory.oruk.our_taxonomies import NEEDS, our_terms
from services.directory.settings import DirectorySettings
from services.directory.storage.copied_signals import keep_signals
from services.directory.use_cases.import_services import ImportServices, import_services
from shared.events.capacity import SignalChangedV1
from shared.postgres.pool import Pool, transaction
from tests.component.directory.sign_in_world import AS_BROWSER, MovableClock
from tests.support.service_in_process import service_in_process

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # a Monday
WALTHAM_FOREST, CAMDEN = "E09000031", "E09000007"
POSTCODE, ITS_LSOA, ITS_WARD = "E17 4PP", "E01004460", "E05013902"
OTHER_WARD = "E05013900"  # Upper Walthamstow
NEAR_BY, FURTHER = (51.5905, -0.0196), (51.6210, -0.0100)
OWNER = Organisation(UUID(int=900), "Hoe Street Trust", "People of Hoe Street")


def service(number: int, name: str, **given: Any) -> Service:
    suits = given.pop(
        "suits", Suitability(needs=("loneliness",), languages=("en",), delivery=("at-a-place",))
    )
    return Service(
        id=UUID(int=number),
        organisation_id=OWNER.id,
        name=name,
        status=given.pop("status", "active"),
        pools=(ServicePool(UUID(int=number + 500), "session", name),),
        catchment=given.pop("catchment", Catchment(areas=(WALTHAM_FOREST,))),
        suitability=suits,
        **given,
    )


def place(number: int, point: tuple[float, float]) -> Place:
    address = Address(
        UUID(int=number + 700), "physical", "1 High Street", "London", "London", "E17 7JN", "GB"
    )
    return Place(
        UUID(int=number + 600),
        UUID(int=number + 650),
        "physical",
        "The hall",
        latitude=point[0],
        longitude=point[1],
        addresses=(address,),
    )


TEA = service(
    1,
    "Tea and company",
    places=(place(1, NEAR_BY),),
    description="Tea, cake and a chat. Nobody has to come alone.",
    opening=(
        Opening(
            UUID(int=801),
            "WEEKLY",
            days=("WE",),
            opens_at=time(18),
            closes_at=time(20),
        ),
    ),
    suits=Suitability(
        needs=("loneliness",),
        suits=("older-people",),
        languages=("en", "so"),
        worker_languages=("so",),
        access=("step-free",),
        delivery=("at-a-place",),
        worker_sexes=("female",),
        minimum_age=60,
    ),
    how_to_join=JoinBy(("just-come",)),
    fees="Free",
    assurance=Assurance(date(2026, 11, 1), "organisation"),
    evidence_note="Nine of ten people who came felt less lonely.",
)
FAR = service(2, "Chingford circle", places=(place(2, FURTHER),))
REFUGE = service(
    3,
    "Safe steps",
    sensitive=True,
    catchment=Catchment(everywhere=True),
    suits=Suitability(needs=("domestic-abuse", "loneliness"), languages=("en",), delivery=("phone",)),
)
WARD_ONLY = service(4, "Upper Walthamstow lunch", catchment=Catchment(wards=(OTHER_WARD,)))
CIRCLE_ONLY = service(
    5, "Round the corner", catchment=Catchment(circle=Circle(NEAR_BY[0], NEAR_BY[1], 500, "Half a mile"))
)
CAMDEN_ONLY = service(6, "Camden choir", catchment=Catchment(areas=(CAMDEN,)))
CLOSED = service(7, "Sleeping club", status="temporarily closed")
HOSTILE = service(8, "<script>alert(1)</script>", description="<b>bold</b>", url="https://example.org/")
EVERY = (TEA, FAR, REFUGE, WARD_ONLY, CIRCLE_ONLY, CAMDEN_ONLY, CLOSED, HOSTILE)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
async def browser(
    settings: DirectorySettings, pool: Pool, clock: MovableClock
) -> AsyncIterator[httpx.AsyncClient]:
    async with transaction(pool) as connection:
        await import_services(connection, ImportServices(EVERY, [OWNER]))
    async with service_in_process(
        "directory", make_parts, settings, pool, clock, base_url="http://localhost:8080", headers=AS_BROWSER
    ) as found:
        yield found


async def say(pool: Pool, of: Service, **given: Any) -> None:
    signal = SignalChangedV1.model_validate(
        {
            "pool_id": of.pools[0].id,
            "service_id": of.id,
            "version": 1,
            "status": "limited",
            "free": 3,
            "confirmed_at": NOW - timedelta(days=3),
            "expires_at": NOW + timedelta(days=3),
            "source": "link",
        }
        | given
    )
    async with transaction(pool) as connection:
        await keep_signals(connection, [signal])


def names(page: httpx.Response) -> list[str]:
    """The services listed, in their order."""
    return re.findall(r'<h3[^>]*><a href="/services/[0-9a-f-]+">([^<]*)</a>', page.text)


def words_of(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


async def search(browser: httpx.AsyncClient, **form: str) -> httpx.Response:
    sent = await browser.post("/directory/find", data=form)
    assert sent.status_code == 303, sent.text
    return await browser.get(sent.headers["location"])


async def test_a_postcode_leads_to_its_neighbourhood_and_stands_in_no_address(
    browser: httpx.AsyncClient,
) -> None:
    sent = await browser.post("/directory/find", data={"search": "lonely", "where": " e17 4pp "})
    page = await browser.get(sent.headers["location"])

    assert sent.headers["location"] == f"/services?search=lonely&near={ITS_LSOA}"
    assert not re.search("e17.?4pp", page.text, re.IGNORECASE)
    assert "Waltham Forest" in words_of(page)
    assert "lonely" in page.text


async def test_no_log_holds_a_postcode_that_somebody_typed(browser: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logged:
        for where in (POSTCODE, "E17 4P0", "ZZ99 9ZZ"):
            await browser.post("/directory/find", data={"where": where})

    assert not re.search(r"E17.?4P|ZZ99", json.dumps(logged, default=str), re.IGNORECASE)


async def test_a_place_that_nobody_knows_is_asked_for_again_and_keeps_what_was_typed(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.post(
        "/directory/find", data={"search": "tea", "where": "ZZ99 9ZZ", "need": "loneliness"}
    )

    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert 'value="ZZ99 9ZZ"' in page.text
    assert 'value="tea"' in page.text
    assert re.search(r'id="need-loneliness"[^>]*checked', page.text)


async def test_only_who_takes_people_from_there_is_shown_and_the_nearest_first(
    browser: httpx.AsyncClient,
) -> None:
    """LEE-4, MCR-5, LEW-6: catchments are read as boroughs, wards and circles, and the rest is counted."""
    page = await search(browser, where=POSTCODE, sort="nearest")

    assert set(names(page)) == {
        TEA.name,
        FAR.name,
        REFUGE.name,
        CIRCLE_ONLY.name,
        CLOSED.name,
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    }
    assert names(page)[:2] == [TEA.name, FAR.name]
    assert names(page)[-1] == CLOSED.name
    assert "2 more take only people who live elsewhere." in words_of(page)
    assert "About 2.2 miles away" in words_of(page)


async def test_in_a_borough_services_for_one_of_its_wards_are_found_too(browser: httpx.AsyncClient) -> None:
    borough = await search(browser, where="Waltham Forest")
    ward = await search(browser, where="Upper Walthamstow")
    neighbourhood = await search(browser, where=POSTCODE)

    assert {WARD_ONLY.name, CIRCLE_ONLY.name} <= set(names(borough))
    assert WARD_ONLY.name in names(ward)
    assert WARD_ONLY.name not in names(neighbourhood)
    assert CAMDEN_ONLY.name not in names(borough)


@pytest.mark.parametrize(
    "form",
    [
        {"language": "so"},
        {"access": "step-free"},
        {"group": "older-people"},
        {"when": "evenings"},
        {"worker": "female"},
        {"search": "tea somali"},
        {"need": "loneliness", "language": "so", "access": "step-free", "when": "evenings", "age": "70"},
    ],
)
async def test_every_choice_narrows_what_is_found(browser: httpx.AsyncClient, form: dict[str, str]) -> None:
    """LEE-5, LEE-10, LEE-11, LEE-12, HLP-7: by hours, language, worker, access, group and age."""
    page = await search(browser, **form)

    assert names(page) == [TEA.name]
    for code in form.values():
        assert code in str(page.url.query, "ascii").replace("+", " ")


async def test_the_standards_filters_narrow_the_page_or_are_named_as_left_out(
    browser: httpx.AsyncClient,
) -> None:
    term = our_terms(NEEDS)["domestic-abuse"].id
    narrowed = await browser.get(f"/services?taxonomy_term_id={term}", headers=AS_BROWSER)
    everything = await browser.get("/services", headers=AS_BROWSER)
    foreign = await browser.get(
        f"/services?taxonomy_term_id={UUID(int=77)}&day=MO&search=", headers=AS_BROWSER
    )
    map_link = re.search(r'href="(/directory/map[^"]*)"', narrowed.text)

    assert names(narrowed) == [REFUGE.name]
    assert map_link is not None
    assert map_link[1] == "/directory/map?need=domestic-abuse"
    assert "may not fit" not in narrowed.text + everything.text
    assert names(foreign) == names(everything)
    assert "may not fit: day, taxonomy_term_id." in words_of(foreign)


async def test_an_age_that_does_not_fit_is_not_shown(browser: httpx.AsyncClient) -> None:
    assert TEA.name not in names(await search(browser, age="30"))


async def test_numbers_beside_choices_say_how_many_would_be_found(browser: httpx.AsyncClient) -> None:
    page = await search(browser)

    somali = re.search(r'for="language-so">Somali <span class="kith-quiet">\((\d+)\)', page.text)
    assert somali is not None
    assert int(somali[1]) == len(names(await search(browser, language="so")))
    assert 'id="language-yo"' not in page.text, "a choice that finds nothing is not offered"


async def test_a_slip_is_put_right_and_can_be_searched_as_it_was_written(browser: httpx.AsyncClient) -> None:
    page = await search(browser, search="compny")
    link = re.search(r'<a href="([^"]+)">Search as I wrote it</a>', page.text)
    assert link is not None
    as_written = await browser.get(link[1].replace("&amp;", "&"))

    assert "We searched for “company”, not “compny”." in words_of(page)
    assert TEA.name in names(page)
    assert names(as_written) == []


async def test_why_a_service_stands_where_it_stands_adds_up(browser: httpx.AsyncClient) -> None:
    page = await search(browser, search="lonely", where=POSTCODE)

    for card in page.text.split('<li class="nhsuk-card kith-found"')[1:]:
        points = [
            int(each.replace("\N{MINUS SIGN}", "-"))
            for each in re.findall(r'kith-points" dir="ltr">([^<]+)<', card)
        ]
        assert sum(points[:-1]) == points[-1]
        assert "means: Feeling lonely" in card


async def test_nothing_found_offers_ways_on_and_somebody_to_talk_to(browser: httpx.AsyncClient) -> None:
    page = await search(browser, search="zzzzzz", where=POSTCODE, space="yes")

    words = words_of(page)
    for way in ("Take out all my choices", "Search in all of London", "See all services", "we look for you"):
        assert way in words
    assert 'href="tel:116123"' in page.text.split("<main")[1]


async def test_who_may_be_in_danger_sees_first_whom_to_call(browser: httpx.AsyncClient) -> None:
    plain, danger = await search(browser, search="tea"), await search(browser, search="feeling suicidal")

    assert "get help now" in danger.text
    assert danger.text.index("get help now") < danger.text.index('id="results"')
    assert "get help now" not in plain.text


@pytest.mark.parametrize("words", ["tea suicidal", "xyzzyx"])
async def test_the_map_says_first_whom_to_call_where_the_list_does(
    browser: httpx.AsyncClient, words: str
) -> None:
    asked = {"search": words, "near": ITS_LSOA}
    plain = await browser.get("/directory/map", params={"search": "tea"})
    danger = await browser.get("/directory/map", params=asked)

    assert "get help now" in danger.text.split('id="results"')[0].split("<main")[1]
    assert "get help now" not in plain.text.split("<main")[1]


async def test_a_file_in_a_form_of_words_is_refused(browser: httpx.AsyncClient) -> None:
    answer = await browser.post(
        "/directory/find", data={"where": "E17"}, files={"photo": ("a.png", b"x" * 1000, "image/png")}
    )
    as_form = await browser.post(
        "/directory/whats-on", data={"where": "E17"}, files={"photo": ("a.png", b"x" * 1000, "image/png")}
    )

    assert [answer.status_code, as_form.status_code] == [400, 400]


async def test_space_is_told_in_words_with_its_age_and_never_as_a_number(
    browser: httpx.AsyncClient, pool: Pool
) -> None:
    await say(pool, TEA)
    await say(pool, FAR, status="full", free=0, expected_wait_days=15)
    results, page = await search(browser), await browser.get(f"/services/{TEA.id}")
    full, unknown = await browser.get(f"/services/{FAR.id}"), await browser.get(f"/services/{HOSTILE.id}")

    assert "Has a few places" in results.text
    assert "Has a few places They said so 3 days ago." in words_of(page)
    assert not re.search(r"\b3 (free )?places\b", page.text)
    assert "Full for now They said so 3 days ago. People wait about 3 weeks." in words_of(full)
    assert "We do not know how much space there is." in unknown.text
    assert names(await search(browser, space="yes")) == [TEA.name]


async def test_a_word_about_space_that_is_too_old_is_not_told(
    browser: httpx.AsyncClient, pool: Pool, clock: MovableClock
) -> None:
    await say(pool, TEA)
    clock.move(timedelta(days=4))

    assert "Has a few places" not in (await browser.get(f"/services/{TEA.id}")).text
    assert "Has a few places" not in (await search(browser)).text


async def test_a_sensitive_service_is_found_and_is_nowhere(browser: httpx.AsyncClient, pool: Pool) -> None:
    """MCR-5: no dot, no distance, no space: nothing that could lead somebody to the door."""
    await say(pool, REFUGE)
    page = await search(browser, search="safe steps", where=POSTCODE)
    drawn = await browser.get(f"/directory/map?near={ITS_LSOA}&search=safe+steps")
    own = await browser.get(f"/services/{REFUGE.id}")

    assert names(page) == [REFUGE.name]
    assert "away" not in words_of(page).split("Safe steps", 1)[1].split("Why is this here?")[0]
    assert "kith-map__dot" not in drawn.text.split("<main")[1]
    assert "We keep the address private" in drawn.text
    assert "We keep the address private" in own.text
    assert not re.search("Has a few places|Has space now", own.text.split("<main")[1])


async def test_the_map_shows_what_the_list_shows_with_the_same_numbers(browser: httpx.AsyncClient) -> None:
    page = await browser.get(f"/directory/map?near={ITS_LSOA}&sort=nearest")

    dots = re.findall(r'class="kith-map__dot" href="#service-(\d+)" aria-label="(\d+), ([^"]+)"', page.text)
    assert dots == [("1", "1", TEA.name), ("2", "2", FAR.name)]
    assert 'id="service-1"' in page.text
    places = re.findall(r'data-at="([^"]+)" data-number="(\d+)"', page.text)
    assert places == [(f"{NEAR_BY[0]},{NEAR_BY[1]}", "1"), (f"{FURTHER[0]},{FURTHER[1]}", "2")]
    assert page.text.count("data-rings") == 33
    assert "Open Government Licence" in page.text
    assert not re.search(r'(src|href)="https?://', page.text.split("<main")[1].split("</main")[0])


async def test_the_menu_of_a_place_is_one_page_and_one_answer(browser: httpx.AsyncClient) -> None:
    """LEI-2: a clear, consistent menu of services in each community, by the same needs everywhere."""
    sent = await browser.post("/directory/find", data={"to": "menu", "where": "Waltham Forest"})
    page = await browser.get(sent.headers["location"])
    answer = await browser.get(sent.headers["location"], headers={"accept": "application/json"})

    assert sent.headers["location"] == f"/directory/menu/{WALTHAM_FOREST}"
    record = answer.json()
    assert record["area"] == {"code": WALTHAM_FOREST, "name": "Waltham Forest"}
    menu = {need["code"]: [each["name"] for each in need["services"]] for need in record["needs"]}
    assert menu["domestic-abuse"] == [REFUGE.name]
    assert set(menu["loneliness"]) == {each.name for each in EVERY} - {CAMDEN_ONLY.name}
    assert record["total"] == 7
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Feeling lonely" in page.text
    assert "See all 7: Feeling lonely" in words_of(page)
    again = await browser.get(
        sent.headers["location"],
        headers={"accept": "application/json", "if-none-match": answer.headers["etag"]},
    )
    assert again.status_code == 304


@pytest.mark.parametrize("code", ["E09000099", "E99999999", "ZZ9"])
async def test_an_area_that_nobody_knows_is_not_found(browser: httpx.AsyncClient, code: str) -> None:
    assert (await browser.get(f"/directory/menu/{code}")).status_code == 404


async def test_a_whole_postcode_is_no_area_of_the_menu(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/directory/menu/E174PP")).status_code == 422


async def test_the_page_of_a_service_tells_what_people_ask(browser: httpx.AsyncClient) -> None:
    """LEE-3: clear information on what services provide and how to reach them."""
    page = words_of(await browser.get(f"/services/{TEA.id}"))

    for told in (
        "Wednesday, 6pm to 8pm",
        "People of 60 years and over",
        "The hall, 1 High Street, London, E17 7JN",
        "Just come along.",
        "English Somali",
        "The people who help speak Somali",
        "You can ask to be helped by A woman",
        "Step-free",
        "Waltham Forest",
        "Free",
        "Nine of ten people who came felt less lonely.",
        "Last checked on Sunday 1 November 2026. The group itself says so.",
    ):
        assert told in page
    assert "Ask before you go" not in page


async def test_what_nobody_has_checked_for_long_says_so(
    browser: httpx.AsyncClient, clock: MovableClock
) -> None:
    clock.move(timedelta(days=400))
    page, results = await browser.get(f"/services/{TEA.id}"), await search(browser, search="tea")

    assert "Something may have changed. Ask before you go." in page.text
    assert "Last checked on Sunday 1 November 2026." in words_of(results)
    assert "Nobody has checked it for a year or more" in words_of(results)


async def test_what_a_source_writes_is_text_on_every_page(browser: httpx.AsyncClient) -> None:
    for path in (
        "/services",
        "/directory/map",
        f"/directory/menu/{WALTHAM_FOREST}",
        f"/services/{HOSTILE.id}",
    ):
        page = await browser.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>bold" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize("language", ["so", "ar", "bn", "pl"])
@pytest.mark.parametrize(
    "path",
    ["/services?search=tea&near=E01004460&need=loneliness&km=5", "/services?search=zzzz", "/directory/map", "/directory/menu", f"/directory/menu/{WALTHAM_FOREST}", f"/services/{UUID(int=1)}"],
)  # fmt: skip
async def test_pages_speak_every_language_and_mark_what_stays_english(
    settings: DirectorySettings, pool: Pool, clock: MovableClock, language: str, path: str
) -> None:
    async with transaction(pool) as connection:
        await import_services(connection, ImportServices(EVERY, [OWNER]))
        shown = settings.model_copy(update={"show_unchecked_translations": True})
    async with service_in_process("directory", make_parts, shown, pool, clock, headers=AS_BROWSER) as client:
        page = await client.get(path, params=None, headers={"accept-language": language})

    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page.text
    main = re.sub(r"<svg.*?</svg>", "", page.text.split("<main")[1].split("</main")[0], flags=re.DOTALL)
    outside = re.sub(r'<(\w+)[^>]*lang="en"[^>]*>.*?</\1>', "", main, flags=re.DOTALL)
    left = re.sub(r"<[^>]+>", " ", outside)
    assert not re.search(r"\b(services?|need|postcode|about|with|when|this|your)\b", left), left
