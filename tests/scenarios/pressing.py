"""Somebody before a page: what they press leads somewhere, and what is read next stands there."""

from playwright.async_api import Locator, Page


async def press(what: Locator) -> None:
    async with what.page.expect_navigation():
        await what.click()


async def sign_in_as(person: str, page: Page, path: str) -> None:
    await page.goto(f"/directory/sign-in?back={path}")
    await press(page.get_by_role("button", name=f"Sign in as {person}"))
