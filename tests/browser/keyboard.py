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

# The mark is a property, not an attribute: a page that changes while somebody is on it keeps what stays, and only
# its attributes become those of the new page.
MARK_ALL = """() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const seen = new Set(), names = [];
  for (const each of document.querySelectorAll(wanted)) {
    const group = each.type === "radio" ? `radio ${each.name}` : null;
    if (each.tabIndex < 0 || each.disabled || !each.checkVisibility() || seen.has(group)) continue;
    if (group) seen.add(group);
    each.reach = group ?? String(names.length);
    names.push(group ?? `${each.tagName} ${each.id || each.textContent.trim().slice(0, 40) || each.name}`);
  }
  return names;
}"""
WHERE = """() => {
  const each = document.activeElement;
  return each.type === "radio" ? `radio ${each.name}` : each.reach ?? null;
}"""


async def not_reached(page: Page) -> list[str]:
    """What Tab alone does not get to, or gets to without showing that it is there."""
    names: list[str] = await page.evaluate(MARK_ALL)
    missing = {name if name.startswith("radio ") else str(place): name for place, name in enumerate(names)}
    await page.evaluate("() => document.activeElement?.blur()")
    for _ in range(len(names) * 2 + 5):
        if not missing:
            break
        await page.keyboard.press("Tab")
        there = await page.evaluate(WHERE)
        if there in missing and await page.evaluate(SHOWS_FOCUS):
            del missing[there]
    return list(missing.values())


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


async def press_in_place(page: Page, selector: str) -> None:
    """Of a form whose answer may come without leaving the page."""
    await tab_to(page, selector)
    await page.keyboard.press("Enter")


async def enter(page: Page) -> None:
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
