"""Rules that every page of Kith keeps."""

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import LookAt
from tests.browser.keyboard import not_reached
from tests.browser.look import TOO_WIDE, violations_of
from tests.browser.page_list import ERRORS_IN_A_FORM, OF_A_LONELY_EDGE, PAGES
from tests.browser.the_browser import visitor

BAD_PAGE = """<html><body><input><p style="color:#aaa;background:#fff;width:900px">pale and wide</p>
<style>.unseen:focus { outline: none }</style><button class="unseen">Unseen</button><button>Seen</button>
<img src="http://elsewhere.invalid/picture.png"></body></html>"""

EVERY_PAGE = pytest.mark.parametrize("name", [*PAGES, *OF_A_LONELY_EDGE])


@EVERY_PAGE
async def test_page_has_no_violation_of_wcag_2_2_aa(look: LookAt, name: str) -> None:
    assert (await look(name)).violations == []


@EVERY_PAGE
async def test_page_fits_a_screen_of_320_pixels(look: LookAt, name: str) -> None:
    assert (await look(name)).too_wide <= 0


@EVERY_PAGE
async def test_keyboard_alone_reaches_everything_and_shows_where_it_is(look: LookAt, name: str) -> None:
    assert (await look(name)).not_reached == []


@EVERY_PAGE
@pytest.mark.asvs("V14.2.3")
async def test_page_loads_nothing_from_elsewhere(look: LookAt, name: str) -> None:
    assert (await look(name)).foreign == []


@EVERY_PAGE
async def test_page_gives_the_browser_nothing_to_complain_about(look: LookAt, name: str) -> None:
    assert (await look(name)).complaints == []


@EVERY_PAGE
async def test_page_has_one_first_heading_a_language_and_a_title(look: LookAt, name: str) -> None:
    seen = await look(name)

    assert (seen.first_headings, seen.language) == (1, "en")
    assert seen.title.endswith(" \N{EN DASH} Kith")


@EVERY_PAGE
async def test_title_says_error_where_a_form_has_one_and_nowhere_else(look: LookAt, name: str) -> None:
    assert (await look(name)).title.startswith("Error: ") == (name in ERRORS_IN_A_FORM)


async def test_looking_finds_what_is_wrong_with_a_bad_page(browser: Browser, gallery: str, axe: str) -> None:
    async with visitor(browser, gallery) as (page, ear):
        await page.set_content(BAD_PAGE)
        await page.evaluate("() => console.error('a fault')")
        found = {each["id"] for each in await violations_of(page, axe)}
        too_wide = await page.evaluate(TOO_WIDE)
        unreached = await not_reached(page)

    assert {"label", "color-contrast", "html-has-lang", "document-title"} <= found
    assert too_wide > 500
    assert unreached == ["BUTTON Unseen"]
    assert ear.foreign == ["http://elsewhere.invalid/picture.png"]
    assert "a fault" in ear.complaints
