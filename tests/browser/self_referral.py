"""The pages of the self-referral, filled in by an invented person."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from playwright.async_api import Page

from deploy.demo.people import Person
from tests.browser.cast import AREA, NEED, Cast

Fill = Callable[[Page, Person], Awaitable[None]]


async def needs(page: Page, _: Person) -> None:
    await page.locator(f"input[type=checkbox][name=needs][value={NEED}]").check()


async def you(page: Page, person: Person) -> None:
    await page.get_by_label("First name").fill(person.given_name)
    await page.get_by_label("Last name").fill(person.family_name)
    await page.get_by_label("Day").fill(str(person.date_of_birth.day))
    await page.get_by_label("Month").fill(str(person.date_of_birth.month))
    await page.get_by_label("Year").fill(str(person.date_of_birth.year))


async def contact(page: Page, person: Person) -> None:
    await page.get_by_label("Email address").fill(person.email)


async def where(page: Page, _: Person) -> None:
    await page.get_by_label("Where do you live?").select_option(AREA)
    await page.get_by_label("Yes", exact=True).check()


async def nothing(_: Page, __: Person) -> None:
    """What may be left empty is."""


async def check(page: Page, _: Person) -> None:
    await page.get_by_label("You may share what I told you").check()


FILLS: Final[Mapping[str, Fill]] = {
    "needs": needs, "you": you, "contact": contact, "where": where, "talk": nothing, "about": nothing, "check": check,
}  # fmt: skip
STEPS: Final = tuple(FILLS)


async def fill_self_referral(page: Page, cast: Cast, until: str = "check") -> None:
    """Every page up to this one, which is filled in and not sent."""
    person = cast.people.someone(door="self", area=AREA, needs=(NEED,), age=44)
    for step, fill in FILLS.items():
        await fill(page, person)
        if step == until:
            return
        await go_on(page)


async def go_on(page: Page) -> None:
    await page.locator("main").get_by_role("button", name="Continue").click()
