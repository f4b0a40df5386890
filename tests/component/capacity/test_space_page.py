"""The one-tap page, as a phone without JavaScript uses it."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

import shared.web
from services.capacity.settings import CapacitySettings
from shared.events.capacity import SignalChangedV1
from shared.security.signed_links import Purpose, mint
from tests.component.capacity.at_work import CapacityAtWork, asked, decay_all, offered, published
from tests.support.page_words import left_in_english

BROWSER = {"accept": "text/html"}


async def tap(capacity: CapacityAtWork, link: str, page: httpx.Response, **fields: str) -> httpx.Response:
    """Sends the form of the page as a browser would."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    return await capacity.http.post(link, data=hidden | fields, headers=BROWSER)


async def open_page(capacity: CapacityAtWork, link: str) -> httpx.Response:
    page = await capacity.http.get(link, headers=BROWSER)
    assert page.status_code == 200
    return page


async def state(capacity: CapacityAtWork, pool_id: UUID) -> tuple[str, int | None]:
    found = (await capacity.get(f"/capacity/api/pools/{pool_id}")).json()
    return found["status"], found["free"]


@pytest.mark.asvs("V3.5.3")
async def test_looking_changes_nothing_and_is_small(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 4)
    link = capacity.link(pool_id)

    pages = [await open_page(capacity, link) for _ in range(3)]

    assert len(await capacity.said()) == 1
    assert "We have 4 places, on " in pages[0].text
    assert "You have 4 places free" in pages[0].text
    assert "Art for all" in pages[0].text
    for page in pages:
        assert len(page.content) < 30_000
        assert not re.findall(r"<script(?![^>]* src=)", page.text)
        assert not re.findall(r'(?:src|href|action)="https?://', page.text)
        assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("button", "free", "wanted", "confirmed"),
    [
        ("full", "", ("full", 0), "Thank you. You are full"),
        ("open", "6", ("open", 6), "You have 6 places free"),
        ("limited", "1", ("limited", 1), "1 place free"),
        ("no-limit", "", ("open", None), "You have places for everyone"),
        ("paused", "", ("paused", 0), "You take a break"),
    ],
)
async def test_one_tap_says_it_and_tells_how_to_undo(
    capacity: CapacityAtWork, button: str, free: str, wanted: tuple[str, int | None], confirmed: str
) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)

    answer = await tap(capacity, link, await open_page(capacity, link), tap=button, free=free)

    assert answer.status_code == 200
    assert confirmed in answer.text
    assert "Tapped the wrong button? Tap the right one below" in answer.text
    assert await state(capacity, pool_id) == wanted
    assert (await capacity.said(SignalChangedV1))[0].model_dump()["source"] == "link"


async def test_a_new_tap_on_the_confirmation_undoes(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)
    full = await tap(capacity, link, await open_page(capacity, link), tap="full")

    await tap(capacity, link, full, tap="open", free="3")

    assert await state(capacity, pool_id) == ("open", 3)


async def test_what_was_said_stays_apart_from_what_is_left_of_it(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 2)
    link = capacity.link(pool_id)
    await capacity.hear([asked(pool_id), asked(pool_id)])

    given_out = (await open_page(capacity, link)).text
    capacity.clock.forward(timedelta(days=7))
    await decay_all(capacity)
    decayed = (await open_page(capacity, link)).text

    assert "We have 2 places, on " in given_out
    assert "All the places you gave us are taken or on offer" in given_out
    assert "We have 2 places, on " in decayed
    assert "That is too long ago to count" in decayed
    assert "We do not know if you have space" in decayed


async def test_a_double_tap_says_it_once(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)
    page = await open_page(capacity, link)

    answers = [await tap(capacity, link, page, tap="open", free="3") for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    assert len(await capacity.said()) == 1


async def test_an_older_tap_is_shown_beside_what_was_said_since(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)
    page = await open_page(capacity, link)
    await capacity.say(pool_id, "limited", 2)

    answer = await tap(capacity, link, page, tap="open", free="8")

    assert answer.status_code == 409
    assert "You have a little space: 2 places free" in answer.text
    assert "We have places: 8" in answer.text
    assert await state(capacity, pool_id) == ("limited", 2)
    again = await tap(capacity, link, answer, tap="open", free="8")
    assert (again.status_code, await state(capacity, pool_id)) == (200, ("open", 8))


async def test_an_older_tap_on_full_still_counts(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)
    page = await open_page(capacity, link)
    await capacity.say(pool_id, "open", 2)

    assert (await tap(capacity, link, page, tap="full")).status_code == 200
    assert await state(capacity, pool_id) == ("full", 0)


async def test_full_lists_how_many_were_offered_before_and_names_nobody(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 3)
    request = asked(pool_id)
    await capacity.hear([request])
    await capacity.hear([offered(request, capacity.clock())])
    link = capacity.link(pool_id)

    answer = await tap(capacity, link, await open_page(capacity, link), tap="full")

    assert "1 person was already offered to you: you can still accept or decline them" in answer.text
    for each in (request.data.request_id, request.data.referral_id, request.data.leg_id):
        assert str(each) not in answer.text


class TestWhenReferralIsAway:
    @pytest.fixture
    def settings(self, settings: CapacitySettings) -> CapacitySettings:
        return settings.model_copy(update={"settle_seconds": 0.1})

    async def test_the_page_says_what_is_still_being_put_right(self, capacity: CapacityAtWork) -> None:
        pool_id = await capacity.a_pool("open", 3)
        await capacity.hear([asked(pool_id), asked(pool_id)])
        link = capacity.link(pool_id)

        answer = await tap(capacity, link, await open_page(capacity, link), tap="full")

        assert "2 people were being placed with you at that very moment" in answer.text


async def test_a_wrong_number_is_put_into_words_and_kept(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)

    answer = await tap(capacity, link, await open_page(capacity, link), tap="open", free="lots")

    assert answer.status_code == 422
    assert "Type how many places you have: a number from 1 to 1000" in answer.text
    assert 'value="lots"' in answer.text
    assert 'href="#free"' in answer.text
    assert await capacity.said() == []


async def test_links_that_are_false_old_or_for_something_else_open_nothing(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    good = capacity.link(pool_id)
    old = capacity.link(pool_id, days=-1)
    key = capacity.settings.link_signing_key
    offer = mint(key, Purpose.OFFER, pool_id, capacity.clock() + timedelta(days=1))

    for link, status in ((good[:-1], 404), (old, 410), (f"/capacity/space/{offer}", 404)):
        answer = await capacity.http.get(link, headers=BROWSER)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert (await capacity.http.post(link, data={"tap": "full"})).status_code == status
    assert await capacity.said() == []


async def test_a_service_that_is_withdrawn_says_so(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    service_id = await capacity.pool.fetchval("SELECT service_id FROM pools WHERE pool_id = $1", pool_id)
    await capacity.hear([published(service_id, [], version=2)])

    answer = await capacity.http.get(capacity.link(pool_id), headers=BROWSER)

    assert answer.status_code == 410
    assert "does not run any more" in answer.text


ARABIC = {"cookie": "kith_language=ar", "accept": "text/html"}


@pytest.mark.parametrize(
    ("tap", "free", "status"),
    [(None, "", 200), ("full", "", 200), ("open", "2", 200), ("paused", "", 200), ("open", "lots", 422)],
)
async def test_in_arabic_nothing_stays_english(
    capacity: CapacityAtWork, tap: str | None, free: str, status: int
) -> None:
    pool_id = await capacity.a_pool("limited", 3)
    link = capacity.link(pool_id)
    page = await capacity.http.get(link, headers=ARABIC)
    if tap:
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
        sent = hidden | {"tap": tap, "free": free, "pause_weeks": "2"}
        page = await capacity.http.post(link, data=sent, headers=ARABIC)

    assert page.status_code == status
    assert left_in_english(page.text, "rtl", "Art for all") == []


async def test_in_arabic_an_older_tap_is_shown_beside_what_was_said_since(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)
    page = await open_page(capacity, link)
    await capacity.say(pool_id, "limited", 2)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))

    answer = await capacity.http.post(link, data=hidden | {"tap": "open", "free": "8"}, headers=ARABIC)

    assert answer.status_code == 409
    assert "لديكم أماكن قليلة: مكانان فارغان" in answer.text
    assert left_in_english(answer.text, "rtl", "Art for all") == []


async def test_a_tap_that_the_phone_kept_counts_from_its_time(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)
    page = await open_page(capacity, link)
    tapped = capacity.clock()
    capacity.clock.forward(timedelta(hours=5))

    answers = [
        await tap(capacity, link, page, tap="open", free="3", tapped_at=tapped.isoformat()) for _ in range(2)
    ]

    assert [each.status_code for each in answers] == [200, 200]
    (told,) = await capacity.said(SignalChangedV1)
    assert told.model_dump()["confirmed_at"] == tapped


@pytest.mark.parametrize("when", ["yesterday", "0001-01-01T00:00:00Z", "2031-01-01T00:00:00", ""])
async def test_a_time_that_is_none_is_taken_for_now(capacity: CapacityAtWork, when: str) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)

    answer = await tap(capacity, link, await open_page(capacity, link), tap="full", tapped_at=when)

    assert answer.status_code == 200
    (told,) = await capacity.said(SignalChangedV1)
    assert told.model_dump()["confirmed_at"] == capacity.clock()


async def test_a_break_counts_from_its_tap(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    link = capacity.link(pool_id)
    page = await open_page(capacity, link)
    tapped = capacity.clock()
    capacity.clock.forward(timedelta(days=2))

    await tap(capacity, link, page, tap="paused", pause_weeks="1", tapped_at=tapped.isoformat())

    (told,) = await capacity.said(SignalChangedV1)
    assert told.model_dump()["paused_until"] == tapped + timedelta(days=7)


async def test_places_in_all_are_said_and_fewer_than_people_are_put_into_words(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await capacity.a_pool("open", 3)
    await capacity.hear([asked(pool_id), asked(pool_id)])
    link = capacity.link(pool_id)

    answer = await tap(capacity, link, await open_page(capacity, link), tap="in-all", places="1")

    assert answer.status_code == 200
    assert "People who are offered one: 2. Places in all, as you said: 1." in answer.text
    assert await capacity.counts(pool_id) == (2, 0, 2, 0)
    wrong = await tap(capacity, link, answer, tap="in-all", places="many")
    assert (wrong.status_code, 'value="many"' in wrong.text, "<details open>" in wrong.text) == (
        422,
        True,
        True,
    )


@pytest.mark.parametrize("language", ["en", "so", "ar", "bn", "pl"])
async def test_the_page_with_all_that_it_needs_is_below_thirty_kilobytes(
    capacity: CapacityAtWork, language: str
) -> None:
    pool_id = await capacity.a_pool("open", 2)
    page = await capacity.http.get(
        capacity.link(pool_id), headers={"cookie": f"kith_language={language}", "accept": "text/html"}
    )

    assets = set(re.findall(r'(?:href|src)="/assets/([^"]+)"', page.text))
    static = Path(shared.web.__path__[0]) / "static"
    assert assets == {"kith-tap.css", "kith-tap.js", "kith.svg"}
    assert len(page.content) + sum((static / each).stat().st_size for each in assets) < 30_000
