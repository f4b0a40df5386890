"""A name that nothing breaks, such as that of a step in a trace, makes no page wider than a phone."""

from playwright.async_api import Browser

from tests.browser.look import TOO_WIDE
from tests.browser.the_browser import NARROWEST, visitor

LONG = "POST /referral/api/demo/offers/{request_id}/lapse-now"
NAME_THE_FIRST = "name => { document.querySelector('main table a').textContent = name }"


async def test_a_long_name_breaks_inside_its_cell(browser: Browser, origin: str) -> None:
    async with visitor(browser, origin, NARROWEST) as (page, _):
        await page.goto("/traces/")
        await page.evaluate(NAME_THE_FIRST, LONG)

        assert await page.evaluate(TOO_WIDE) <= 0
