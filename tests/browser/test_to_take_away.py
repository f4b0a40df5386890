"""What people take away is made without JavaScript on a narrow phone, and fits on one sheet of paper."""

import re
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page

from deploy.demo.waiting import until
from tests.browser.cast import Cast
from tests.browser.page_list import leaflet, list_by_text, list_given, list_ready
from tests.browser.the_browser import DESK, NARROWEST, visitor

SIDES_OF_A_SHEET = 2
LOOKS = pytest.mark.parametrize("look", ["plain", "large", "easy"])
TOWER_HAMLETS = "E09000030"


async def sides(page: Page) -> int:
    """How many sides of A4 the page prints on."""
    return len(re.findall(rb"/Type\s*/Page\b", await page.pdf(prefer_css_page_size=True)))


@LOOKS
async def test_a_leaflet_of_a_service_prints_on_one_sheet(
    browser: Browser, origin: str, cast: Cast, look: str
) -> None:
    async with visitor(browser, origin, DESK) as (page, _):
        await leaflet(look)(page, cast)

        assert 1 <= await sides(page) <= SIDES_OF_A_SHEET


@LOOKS
async def test_a_leaflet_of_an_area_prints_on_one_sheet(browser: Browser, origin: str, look: str) -> None:
    async with visitor(browser, origin, DESK) as (page, _):
        await page.goto(f"/directory/leaflet/area/{TOWER_HAMLETS}?look={look}")

        assert await page.locator(".kith-paper__service").count() >= 5
        assert 1 <= await sides(page) <= SIDES_OF_A_SHEET


async def test_paper_shows_what_was_chosen_and_nothing_of_the_page_around_it(
    browser: Browser, origin: str, cast: Cast
) -> None:
    async with visitor(browser, origin, DESK) as (page, _):
        await leaflet("plain")(page, cast)
        await page.emulate_media(media="print")

        assert await page.locator(".kith-paper h1").is_visible()
        assert await page.locator(".kith-qr").is_visible()
        for around in ("header", "footer", ".kith-not-printed", ".kith-exit", ".kith-languages"):
            assert not await page.locator(around).first.is_visible(), around


async def test_large_print_is_large(browser: Browser, origin: str, cast: Cast) -> None:
    """Eighteen points, as the clear print guideline asks for the least."""
    async with visitor(browser, origin, DESK) as (page, _):
        await leaflet("large")(page, cast)
        await page.emulate_media(media="print")
        size = await page.locator(".kith-paper__fact p").first.evaluate("it => getComputedStyle(it).fontSize")

    assert float(size.removesuffix("px")) >= 18 * 96 / 72


async def test_a_signposter_gives_a_list_without_javascript_on_a_narrow_phone(
    browser: Browser, origin: str, cast: Cast
) -> None:
    async with visitor(browser, origin, NARROWEST, javascript=False) as (page, _):
        await list_given(page, cast)
        address = page.url
        names = await page.locator(".kith-paper__name").all_inner_texts()
    async with visitor(browser, origin, NARROWEST, javascript=False) as (page, _):
        await page.goto(address)

        assert await page.get_by_role("heading", level=1).inner_text() == "Services for you"
        assert await page.locator(".kith-paper__name").all_inner_texts() == names
        assert len(names) == 2


async def test_a_list_is_mailed_and_its_link_opens_it_without_javascript(
    browser: Browser, origin: str, cast: Cast
) -> None:
    address = f"{uuid4().hex[:12]}@example.org"
    async with visitor(browser, origin, NARROWEST, javascript=False) as (page, ear):
        await list_ready(page, cast)
        await page.get_by_label("Their email address").fill(address)
        await page.get_by_label("In which language?").first.select_option("pl")
        await page.get_by_role("button", name="Send the email").click()
        link = await cast.list_mailed_to(address)

        async def gone() -> str | None:
            await page.reload()
            return "gone" if await page.get_by_text("One email has gone").count() else None

        await until(gone, "the address to be forgotten")
        assert address not in await page.content()
        asked = list(ear.requested)
    async with visitor(browser, origin, NARROWEST, javascript=False) as (page, _):
        await page.goto(link)

        assert await page.locator(".kith-paper__name").count() == 2
    assert not [url for url in asked if address.split("@", maxsplit=1)[0] in url]


async def test_a_text_opens_the_phones_own_messages(browser: Browser, origin: str, cast: Cast) -> None:
    async with visitor(browser, origin, NARROWEST, javascript=False) as (page, _):
        await list_by_text(page, cast)
        address = await page.get_by_role("button", name="Open my messages").get_attribute("href")
        words = await page.locator(".kith-paper__address").inner_text()

    assert address == f"sms:?&body={quote(words, safe='')}"
    assert "/directory/list/" in words


async def test_what_is_on_is_found_by_a_postcode_that_stands_in_no_address(
    browser: Browser, origin: str
) -> None:
    async with visitor(browser, origin, NARROWEST, javascript=False) as (page, ear):
        await page.goto("/directory/whats-on")
        await page.get_by_label("Where?").fill("E14 0DG")
        await page.get_by_role("button", name="Show what is on").click()
        await page.locator("nav.kith-days a").first.click()
        feed = await page.locator("link[type='application/rss+xml']").get_attribute("href")
        answer = await page.request.get(str(feed))
        body = await answer.text()

    assert answer.headers["content-type"].startswith("application/rss+xml")
    assert "<item>" in body
    assert not [url for url in ear.requested if "E14" in url or "0DG" in url]
