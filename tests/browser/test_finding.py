"""What somebody looks for comes first on a phone, and the way to the services is on every page."""

import pytest
from playwright.async_api import Browser, Page

from tests.browser import keyboard
from tests.browser.the_browser import DESK, NARROWEST, PHONE, visitor

NUMBER_OF_BOROUGHS = 33
FOUND = "/services?search=lonely&near=E09000031"
JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])


async def top_of(page: Page, selector: str) -> float:
    box = await page.locator(selector).first.bounding_box()
    assert box is not None, f"{selector} is not shown"
    return box["y"]


@JAVASCRIPT
async def test_on_a_phone_the_first_service_found_is_in_view(
    browser: Browser, origin: str, *, javascript: bool
) -> None:
    async with visitor(browser, origin, PHONE, javascript=javascript) as (page, _):
        await page.goto(FOUND)

        assert await top_of(page, ".kith-found h3") < PHONE["height"]
        assert not await page.get_by_label("What do you need?").is_visible()


@JAVASCRIPT
async def test_on_a_phone_the_search_unfolds_and_keeps_what_was_asked(
    browser: Browser, origin: str, *, javascript: bool
) -> None:
    async with visitor(browser, origin, NARROWEST, javascript=javascript) as (page, _):
        await page.goto(FOUND)
        await keyboard.tab_to(page, ".kith-fold > summary")
        await page.keyboard.press("Enter")
        await page.get_by_label("What do you need?").fill("choir")
        await keyboard.enter(page)
        await page.wait_for_url("**/services?search=choir&near=E09000031")


async def test_on_a_desk_the_search_stands_open_beside_what_was_found(browser: Browser, origin: str) -> None:
    async with visitor(browser, origin, DESK) as (page, _):
        await page.goto(FOUND)

        assert await page.get_by_label("What do you need?").is_visible()
        assert not await page.locator(".kith-fold > summary").is_visible()


@JAVASCRIPT
async def test_keyboard_alone_searches_from_the_front_page(
    browser: Browser, origin: str, *, javascript: bool
) -> None:
    async with visitor(browser, origin, NARROWEST, javascript=javascript) as (page, ear):
        await page.goto("/")
        await keyboard.type_into(page, "#search", "lonely")
        await keyboard.type_into(page, "#where", "E17 4PP")
        await keyboard.enter(page)
        await page.locator(".kith-found").first.wait_for()

        assert not [url for url in ear.requested if "4PP" in url]


async def test_the_header_of_any_page_leads_to_the_services(browser: Browser, origin: str) -> None:
    async with visitor(browser, origin, NARROWEST, javascript=False) as (page, _):
        await page.goto("/directory/groups")
        await keyboard.press(page, "header a[href='/services']")

        assert await page.get_by_role("heading", level=1).inner_text() == "Find services near you"


async def test_the_map_that_moves_has_the_names_of_boroughs(browser: Browser, origin: str) -> None:
    async with visitor(browser, origin, DESK) as (page, _):
        await page.goto("/directory/map?near=E09000031&sort=nearest")
        names = page.locator(".kith-map__live .kith-map__label")
        await names.filter(has_text="Waltham Forest").wait_for()

        assert await names.count() == NUMBER_OF_BOROUGHS
