"""Somebody who uses the keyboard alone: Tab to get somewhere, and then what that thing takes."""

from playwright.async_api import Page

MOST_TABS = 120
IS_FOCUSED = "element => element === document.activeElement"
SHOWS_FOCUS = """() => {
  const {outlineStyle, outlineWidth, boxShadow, backgroundColor} = getComputedStyle(document.activeElement);
  const before = getComputedStyle(document.activeElement.labels?.[0] ?? document.activeElement, "::before");
  return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none" || before.boxShadow !== "none"
    || backgroundColor === "rgb(255, 235, 59)";
}"""


async def tab_to(page: Page, selector: str) -> None:
    """Goes on by Tab alone, and sees where it is once it is there."""
    wanted = page.locator(selector)
    for _ in range(MOST_TABS):
        if await wanted.evaluate(IS_FOCUSED):
            assert await page.evaluate(SHOWS_FOCUS), f"nothing shows that {selector} has the focus"
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


async def type_into(page: Page, selector: str, text: str) -> None:
    await tab_to(page, selector)
    await page.keyboard.type(text)


async def tick(page: Page, selector: str) -> None:
    await tab_to(page, selector)
    await page.keyboard.press("Space")
    assert await page.locator(selector).is_checked()


async def press(page: Page, selector: str) -> None:
    await tab_to(page, selector)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
