"""The layout in a language that is written from right to left."""

from playwright.async_api import Browser

from tests.browser.look import TOO_WIDE
from tests.browser.the_browser import NARROWEST, visitor

WHERE_THE_HEADING_BEGINS = """heading => {
  const words = document.createRange();
  words.selectNodeContents(heading);
  const page = heading.getBoundingClientRect(), text = words.getBoundingClientRect();
  return {fromRight: page.right - text.right, fromLeft: text.left - page.left};
}"""


async def test_layout_begins_at_the_right(browser: Browser, lonely_edge: str) -> None:
    async with visitor(browser, lonely_edge) as (page, ear):
        await page.goto("/referral/right-to-left")
        places = await page.locator("h1").evaluate(WHERE_THE_HEADING_BEGINS)
        await page.set_viewport_size(NARROWEST)
        too_wide = await page.evaluate(TOO_WIDE)

    assert places["fromRight"] < 1 <= places["fromLeft"]
    assert any(url.endswith("/assets/nhsuk-rtl.min.css") for url in ear.requested)
    assert ear.complaints == []
    assert too_wide <= 0
