"""The self-referral form, filled in by an invented person."""

from playwright.async_api import Page

from tests.browser.cast import AREA, NEED, Cast


async def fill_self_referral(page: Page, cast: Cast) -> None:
    person = cast.people.someone(door="self", area=AREA, needs=(NEED,), age=44)
    await page.locator(f"input[name=needs][value={NEED}]").check()
    await page.get_by_label("First name").fill(person.given_name)
    await page.get_by_label("Last name").fill(person.family_name)
    await page.get_by_label("Day").fill(str(person.date_of_birth.day))
    await page.get_by_label("Month").fill(str(person.date_of_birth.month))
    await page.get_by_label("Year").fill(str(person.date_of_birth.year))
    await page.get_by_label("Email address").fill(person.email)
    await page.get_by_label("Where do you live?").select_option(AREA)
    await page.get_by_label("Yes", exact=True).check()
    await page.get_by_label("You may share what I told you").check()
