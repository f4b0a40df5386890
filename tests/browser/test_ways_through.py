"""The two journeys that matter most: by keyboard alone, without JavaScript, and short."""

import pytest
from playwright.async_api import Browser, Frame

from deploy.demo.plan import Space
from tests.browser import keyboard
from tests.browser.cast import AREA, NEED, Cast
from tests.browser.self_referral import fill_self_referral, go_on
from tests.browser.the_browser import visitor

MOST_PAGES = 8  # of questions and the answer to them; the front page comes before
JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])


@JAVASCRIPT
async def test_keyboard_alone_completes_a_self_referral(
    browser: Browser, origin: str, cast: Cast, *, javascript: bool
) -> None:
    person = cast.people.someone(door="self", area=AREA, needs=(NEED,), age=61)
    async with visitor(browser, origin, javascript=javascript) as (page, ear):
        await page.goto("/")
        go_on = "main button[value=next]"
        await keyboard.press(page, "a[href='/referral/self']")
        await keyboard.tick(page, f"input[name=needs][value={NEED}]")
        await keyboard.press(page, go_on)
        await keyboard.type_into(page, "#given_name", person.given_name)
        await keyboard.type_into(page, "#family_name", person.family_name)
        for part in ("day", "month", "year"):
            await keyboard.type_into(page, f"[name=birth_{part}]", str(getattr(person.date_of_birth, part)))
        await keyboard.press(page, go_on)
        await keyboard.type_into(page, "#email", person.email)
        await keyboard.enter(page)  # in a field it goes on, whatever buttons stand above
        await keyboard.type_into(page, "#area", "Ealing")
        await keyboard.tick(page, "input[name=travel][value=can-travel]")
        for _ in ("where", "talk", "about"):
            await keyboard.press(page, go_on)
        await keyboard.tick(page, "input[name=consent]")
        await keyboard.press(page, "main button[value=send]")

        assert await page.get_by_role("heading", level=1).inner_text() == "We have your request"
        assert ear.complaints == []


@JAVASCRIPT
async def test_keyboard_alone_says_full(
    browser: Browser, origin: str, cast: Cast, *, javascript: bool
) -> None:
    service_id = await cast.group_of_its_own()
    await cast.say(service_id, Space("open", 5))
    async with visitor(browser, origin, javascript=javascript) as (page, ear):
        await page.goto(await cast.space_of(service_id))
        await keyboard.press_in_place(page, "button[value=full]")

        await page.get_by_role("heading", level=1, name="Thank you. You are full").wait_for()
        assert ear.complaints == []


@JAVASCRIPT
async def test_keyboard_alone_stops_the_links_of_a_group(
    browser: Browser, origin: str, *, javascript: bool
) -> None:
    async with visitor(browser, origin, javascript=javascript) as (page, ear):
        await page.goto("/directory/sign-in?back=/directory/organisations")
        await page.get_by_role("button", name="Sign in as Nadia Rahman").click()
        await keyboard.press(page, "main tbody tr:first-child a")
        stopped = page.get_by_role("listitem").filter(has_text="by Nadia Rahman")
        before = await stopped.count()
        await keyboard.press(page, "form[action$='/end-links'] button")

        assert await page.get_by_role("heading", level=1).inner_text() != "Page not found"
        assert await stopped.count() == before + 1
        assert ear.complaints == []


async def test_one_tap_says_full_without_javascript(browser: Browser, origin: str, cast: Cast) -> None:
    service_id = await cast.group_of_its_own()
    await cast.say(service_id, Space("open", 5))
    async with visitor(browser, origin, javascript=False, has_touch=True) as (page, _):
        await page.goto(await cast.space_of(service_id))
        button = page.get_by_role("button", name="We are full")
        box = await button.bounding_box()
        async with page.expect_navigation():
            await button.tap()

        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= 740, "somebody has to scroll before the tap"
        assert await page.get_by_role("heading", level=1).inner_text() == "Thank you. You are full"


async def test_self_referral_takes_few_pages_without_javascript(
    browser: Browser, origin: str, cast: Cast
) -> None:
    pages: list[str] = []

    def note(frame: Frame) -> None:
        pages.append(frame.url)

    async with visitor(browser, origin, javascript=False) as (page, _):
        page.on("framenavigated", note)
        await page.goto("/")
        await page.get_by_role("link", name="Find help").click()
        await fill_self_referral(page, cast)
        await page.get_by_role("button", name="Send").click()
        await page.get_by_role("heading", name="We have your request").wait_for()

    assert len(pages) - 1 <= MOST_PAGES


async def test_link_of_an_error_leads_to_its_field(browser: Browser, origin: str, cast: Cast) -> None:
    async with visitor(browser, origin) as (page, _):
        await page.goto("/referral/self")
        await fill_self_referral(page, cast, until="needs")
        await go_on(page)
        await go_on(page)
        links = page.locator(".nhsuk-error-summary a")
        targets = [await link.get_attribute("href") for link in await links.all()]
        places = [await page.locator(str(target)).bounding_box() for target in targets]

    heights = [place["y"] for place in places if place]
    assert len(heights) == len(targets) == 3
    assert heights == sorted(heights), "the errors are not in the order of the page"


async def test_form_sent_twice_refers_once(browser: Browser, origin: str, cast: Cast) -> None:
    async with visitor(browser, origin, javascript=False) as (page, _):
        await page.goto("/referral/self")
        await fill_self_referral(page, cast)
        await page.get_by_role("button", name="Send").click()
        first = await page.locator(".nhsuk-panel").inner_text()
        await page.reload()

        assert await page.locator(".nhsuk-panel").inner_text() == first
