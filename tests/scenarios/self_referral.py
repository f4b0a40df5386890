"""Somebody fills in the pages of the self-referral, and says what has to be kept in mind."""

from dataclasses import dataclass

from playwright.async_api import Page

from deploy.demo.people import Person


@dataclass(frozen=True, slots=True)
class Says:
    """What is ticked beside what the form needs: each the id or the name and value of a field."""

    cannot_travel: bool = False
    only_late: bool = False
    language: str = "en"
    access: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    worker_sex: str = ""
    may_invite: bool = False


async def refer_oneself(page: Page, person: Person, says: Says) -> None:
    """From the front page to the reference."""
    await page.goto("/")
    await page.get_by_role("link", name="Find help").click()
    await _tick(page, "needs", person.needs)
    await _go_on(page)
    await page.get_by_label("First name").fill(person.given_name)
    await page.get_by_label("Last name").fill(person.family_name)
    for part in ("day", "month", "year"):
        await page.locator(f"[name=birth_{part}]").fill(str(getattr(person.date_of_birth, part)))
    await _go_on(page)
    await page.get_by_label("Email address").fill(person.email)
    await _go_on(page)
    await page.get_by_label("Where do you live?").select_option(person.area)
    await _tick(page, "travel", ["cannot-travel" if says.cannot_travel else "can-travel"])
    await _go_on(page)
    await page.get_by_label("Which language would you like to speak?").select_option(says.language)
    await _tick(page, "access", says.access)
    await _tick(page, "only_evenings_or_weekends", ["yes"] if says.only_late else [])
    await _go_on(page)
    await _tick(page, "groups", says.groups)
    await _tick(page, "worker_sex", [says.worker_sex] if says.worker_sex else [])
    await _go_on(page)
    await page.get_by_label("You may share what I told you").check()
    if says.may_invite:
        await page.get_by_label("You may invite me to events near me").check()
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("heading", name="We have your request").wait_for()


async def _tick(page: Page, name: str, values: tuple[str, ...] | list[str]) -> None:
    for value in values:
        await page.locator(f"input[name={name}][value='{value}']").check()


async def _go_on(page: Page) -> None:
    async with page.expect_navigation():
        await page.locator("main").get_by_role("button", name="Continue").click()
