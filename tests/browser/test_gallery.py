"""Every component in every state, looked at as every page is: in two directions of writing, narrow, and by keyboard."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from shared.web.gallery import GALLERY
from shared.web.gallery_examples import EXAMPLES
from tests.browser.look import TOO_WIDE, Look, look_at, violations_of
from tests.browser.the_browser import DESK, NARROWEST, PHONE, visitor

AT_ONCE = 3
LARGEST_FIRST_LOAD = 100_000  # bytes
LANGUAGES = ("en", "ar")
ADDRESSES = [f"{GALLERY}/{name}?lang={language}" for name in EXAMPLES for language in LANGUAGES]
EVERY_EXAMPLE = pytest.mark.parametrize("address", [GALLERY, *ADDRESSES])
LINES_OF_EACH = """tags => tags.map(tag => {
  const text = document.createRange();
  text.selectNodeContents(tag);
  return new Set(Array.from(text.getClientRects(), each => each.top)).size;
})"""

LookAt = Callable[[str], Awaitable[Look]]


@pytest.fixture(scope="module")
async def look(browser: Browser, gallery: str, axe: str) -> AsyncIterator[LookAt]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def visit(address: str) -> Look:
        async with gate:
            return await look_at(browser, gallery, lambda page: page.goto(address), axe)

    visits = {address: asyncio.create_task(visit(address)) for address in (GALLERY, *ADDRESSES)}
    yield lambda address: visits[address]
    for each in visits.values():
        each.cancel()
    await asyncio.gather(*visits.values(), return_exceptions=True)


@EVERY_EXAMPLE
async def test_component_keeps_the_rules_of_every_page(look: LookAt, address: str) -> None:
    seen = await look(address)

    assert seen.violations == []
    assert seen.not_reached == []
    assert seen.too_wide <= 0
    assert seen.first_headings == 1
    assert (seen.foreign, seen.complaints) == ([], [])
    assert seen.title.startswith(("Error: ", "\u062e\u0637\u0623: ")) == ("wrong" in address)


@pytest.mark.parametrize("name", EXAMPLES)
async def test_component_is_sound_on_a_desk_without_javascript(
    browser: Browser, gallery: str, axe: str, name: str
) -> None:
    async with visitor(browser, gallery, DESK) as (page, _):
        await page.goto(f"{GALLERY}/{name}")
        assert await violations_of(page, axe) == []
        heading = await page.locator("h1").inner_text()
    async with visitor(browser, gallery, DESK, javascript=False) as (page, ear):
        await page.goto(f"{GALLERY}/{name}")
        assert await page.locator("h1").inner_text() == heading
        assert not [url for url in ear.requested if url.endswith(".js")]


async def test_page_zoomed_to_four_times_does_not_scroll_sideways(browser: Browser, gallery: str) -> None:
    """A screen of 1280 by 1024 at 400 % is one of 320 by 256 that shows four points for each."""
    async with visitor(browser, gallery, {"width": 320, "height": 256}, device_scale_factor=4) as (page, _):
        for name in EXAMPLES:
            await page.goto(f"{GALLERY}/{name}")
            assert await page.evaluate(TOO_WIDE) <= 0, name


async def test_first_load_is_small(browser: Browser, gallery: str) -> None:
    """Packed, with all styles and scripts; on a slow phone connection that is two seconds."""
    async with visitor(browser, gallery) as (page, _):
        await page.goto(f"{GALLERY}/live")
        sizes: list[int] = await page.evaluate(
            "() => performance.getEntries().map(each => each.encodedBodySize ?? 0)"
        )
    assert 20_000 < sum(sizes) <= LARGEST_FIRST_LOAD


async def test_language_switch_keeps_the_place_and_is_remembered(browser: Browser, gallery: str) -> None:
    async with visitor(browser, gallery) as (page, _):
        await page.goto(f"{GALLERY}/listing?sort=-places&search=group")
        await page.get_by_role("link", name="Polski").click()
        assert page.url.endswith("/listing?sort=-places&search=group&lang=pl")
        assert await page.locator("th[aria-sort=descending]").count() == 1
        await page.goto(f"{GALLERY}/visitor")
        await expect(page.locator("html")).to_have_attribute("lang", "pl")
        await expect(page.get_by_text("Jeszcze nie sprawdzone")).to_be_visible()


async def test_language_switch_of_a_form_keeps_what_was_typed(browser: Browser, gallery: str) -> None:
    async with visitor(browser, gallery, javascript=False) as (page, ear):
        await page.goto(f"{GALLERY}/fields")
        async with page.expect_request(lambda request: request.method == "POST") as sent:
            await page.get_by_role("button", name="Polski").click()
        assert "lang=pl" in str((await sent.value).post_data)
        assert "given_name=Amina" in str((await sent.value).post_data)
        assert ear.foreign == []


async def test_headings_sort_the_table(browser: Browser, gallery: str) -> None:
    async with visitor(browser, gallery, DESK, javascript=False) as (page, _):
        await page.goto(f"{GALLERY}/listing")
        await page.get_by_role("link", name="Places").click()
        places = [int(text) for text in await page.locator("tbody td:last-child").all_inner_texts()]
        assert places == sorted(places)
        assert await page.locator("th[aria-sort=ascending]").inner_text() == "Places"


async def leave_by_link(page: Page) -> None:
    await page.locator(".kith-exit a").click()


async def leave_by_keys(page: Page) -> None:
    for _ in range(3):
        await page.keyboard.press("Shift")


@pytest.mark.parametrize("leave", [leave_by_link, leave_by_keys])
async def test_exit_covers_the_page_leads_elsewhere_and_leaves_no_way_back(
    browser: Browser, gallery: str, leave: Callable[[Page], Awaitable[None]]
) -> None:
    async with visitor(browser, gallery) as (page, _):
        await page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="<h1>Weather</h1>"))
        await page.goto(GALLERY)
        await page.goto(f"{GALLERY}/exit")
        await leave(page)
        await page.wait_for_url("https://www.bbc.co.uk/weather")
        await page.go_back()
        assert page.url == gallery + GALLERY


async def test_live_region_tells_what_changes(browser: Browser, gallery: str) -> None:
    async with visitor(browser, gallery) as (page, ear):
        await page.goto(f"{GALLERY}/live")
        await expect(page.locator(".kith-live [role=status]")).to_contain_text("Places free now: 2")
        assert ear.complaints == []


async def test_live_region_without_javascript_shows_the_state_and_a_way_to_look_again(
    browser: Browser, gallery: str
) -> None:
    async with visitor(browser, gallery, javascript=False) as (page, _):
        await page.goto(f"{GALLERY}/live")
        await expect(page.locator(".kith-live")).to_contain_text("Places free now: 0")
        await expect(page.get_by_role("link", name="Look again")).to_be_visible()


@pytest.mark.parametrize("size", [NARROWEST, PHONE, DESK], ids=["narrow", "phone", "desk"])
async def test_count_beside_a_long_task_stays_on_one_line(
    browser: Browser, gallery: str, size: ViewportSize
) -> None:
    async with visitor(browser, gallery, size) as (page, _):
        await page.goto(f"{GALLERY}/tasks")
        lines = await page.locator(".nhsuk-task-list .nhsuk-tag").evaluate_all(LINES_OF_EACH)

    assert len(lines) > 1
    assert set(lines) == {1}
