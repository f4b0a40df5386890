"""What there is to see of a page, taken in one visit, for all the rules that pages keep."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page

from tests.browser.keyboard import not_reached
from tests.browser.the_browser import NARROWEST, PHONE, visitor

WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = """async tags => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  return found.violations.map(({id, nodes}) => ({id, places: nodes.map(node => node.target.join(" "))}));
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Look:
    """`violations` at 360 px; `too_wide` in pixels at 320 px, which is also a desk's screen at 400 %."""

    title: str
    first_headings: int
    language: str | None
    violations: list[dict[str, Any]]
    too_wide: int
    not_reached: list[str]
    foreign: list[str]
    complaints: list[str]


Opening = Callable[[Page], Awaitable[object]]


async def look_at(browser: Browser, origin: str, opening: Opening, axe: str) -> Look:
    async with visitor(browser, origin, PHONE) as (page, ear):
        await opening(page)
        # A press returns when the next page begins: its end may be on the way.
        await page.wait_for_load_state()
        # What axe itself does to the page is none of the page's doing.
        foreign, complaints = list(ear.foreign), list(ear.complaints)
        violations = await violations_of(page, axe)
        await page.set_viewport_size(NARROWEST)
        too_wide = await page.evaluate(TOO_WIDE)
        return Look(
            title=await page.title(),
            first_headings=await page.locator("h1").count(),
            language=await page.locator("html").get_attribute("lang"),
            violations=violations,
            too_wide=too_wide,
            not_reached=await not_reached(page),
            foreign=foreign,
            complaints=complaints,
        )


async def violations_of(page: Page, axe: str) -> list[dict[str, Any]]:
    await page.evaluate(axe)
    found: list[dict[str, Any]] = await page.evaluate(RUN_AXE, WCAG_22_AA)
    return found
