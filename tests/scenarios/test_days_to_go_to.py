"""Whole days with many groups and places for people: HLP-10."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar
from playwright.async_api import Browser

from deploy.demo.plan import Space
from deploy.demo.waiting import until
from services.directory.domain.occurrences import LONDON
from shared.web.dates import as_date
from tests.browser.the_browser import DESK, visitor
from tests.scenarios.looking import HACKNEY, Looker, id_of
from tests.scenarios.scene import Scene

ENDS = time(16)


def next_good_day(now: datetime) -> date:
    """The second Saturday of this month, or of the next once it is over."""
    day = now.date()
    while not (day.weekday() == 5 and 8 <= day.day <= 14 and datetime.combine(day, ENDS, LONDON) > now):
        day += timedelta(days=1)
    return day


async def test_a_wellbeing_day_with_places_is_found_on_its_date(looker: Looker, scene: Scene) -> None:
    """HLP-10: in what is on, in the calendar, and by search; and it says that it has space."""
    day = next_good_day(datetime.now(LONDON))
    for pool in await scene.providers.pools_of(id_of("Good Day")):
        await scene.providers.say(pool, Space("open", 30))

    await looker.go("/")
    await looker.follow("What is on near you")
    await looker.page.get_by_label("Where?").fill(HACKNEY.postcode)
    await looker.press(looker.page.get_by_role("button", name="Show what is on"))
    await _open_day(looker, day)
    told = looker.page.locator(".kith-happening", has=looker.page.get_by_role("link", name="Good Day"))
    assert as_date(day, "en") in await looker.text()
    assert "10am" in await told.first.inner_text()
    assert looker.asked_with_a_postcode() == []
    assert day in await _days_in_the_calendar(looker, "Good Day")

    await looker.near(HACKNEY.postcode, "wellbeing day with food and music")
    assert id_of("Good Day") in await looker.found()
    await looker.go(f"/services/{id_of('Good Day')}")
    assert "Second Saturday of each month, 10am to 4pm" in await looker.text()

    async def said() -> bool:
        await looker.page.reload()
        return "space" in (await looker.page.locator("main .nhsuk-tag").all_inner_texts() or [""])[0].lower()

    assert await until(said, "the space of the day on its page")


async def test_a_day_that_a_group_has_in_a_sheet_is_found_by_everybody(
    looker: Looker, scene: Scene, browser: Browser, origin: str
) -> None:
    """HLP-10: one day, said once by a group without a system."""
    day = datetime.now(UTC).date() + timedelta(days=23)
    name = f"Feel good on {as_date(day, 'en')} {scene.began.microsecond}"
    await _send_sheet(browser, origin, name, day)

    async def is_found() -> bool:
        await looker.near(HACKNEY.postcode, name)
        return await looker.page.get_by_role("link", name=name).count() > 0

    assert await until(is_found, "the day among the services")
    await looker.follow(name)
    assert as_date(day, "en") in await looker.text()
    await looker.go("/directory/whats-on?near=E09000012")
    section = looker.page.locator("#later ~ .kith-happening", has=looker.page.get_by_role("link", name=name))
    assert as_date(day, "en") in await section.inner_text()

    assert await _days_in_the_calendar(looker, name) == [day]


async def _open_day(looker: Looker, day: date) -> None:
    """A day of this week has a link of its own; one after it is told below."""
    of_this_week = looker.page.locator("nav.kith-days a", has_text=as_date(day, "en"))
    if await of_this_week.count():
        await looker.press(of_this_week)


async def _days_in_the_calendar(looker: Looker, name: str) -> list[date]:
    await looker.fits()
    address = await looker.page.get_by_role("link", name="Put it in your calendar").get_attribute("href")
    answer = await looker.page.request.get(str(address))
    events: Any = Calendar.from_ical(await answer.body()).events
    return [each["DTSTART"].dt.astimezone(LONDON).date() for each in events if each["SUMMARY"] == name]


async def _send_sheet(browser: Browser, origin: str, name: str, day: date) -> None:
    async with visitor(browser, origin, DESK) as (page, _):
        await page.goto("/directory/sign-in?back=/directory/feeds")
        await page.get_by_role("button", name="Sign in as Olu Bankole").click()
        await page.get_by_label("Whose list it is").fill(f"Days of Hackney {name}")
        await page.get_by_label("Kind").select_option("simple-sheet")
        await page.get_by_role("button", name="Add", exact=True).click()
        await page.get_by_label("The file").set_input_files(
            {"name": "days.csv", "mimeType": "text/csv", "buffer": _sheet(name, day)}
        )
        async with page.expect_navigation():
            await page.get_by_role("button", name="Send", exact=True).click()
        assert "Refused" not in await page.locator("main nav").inner_text()


def _sheet(name: str, day: date) -> bytes:
    row = {
        "Name": name,
        "Organisation": "Days of Hackney",
        "What happens": "Food, health checks and advice under one roof.",
        "Helps with": "Mental wellbeing; Housing",
        "Takes people from": "Hackney",
        "Place": "Hackney Central Library",
        "Address": "1 Reading Lane",
        "Postcode": "E8 1GQ",
        "First day": f"{day:%d/%m/%Y}",
        "Opens": "10am",
        "Closes": "4pm",
        "How to join": "Just come",
    }
    written = io.StringIO()
    writer = csv.DictWriter(written, row)
    writer.writeheader()
    writer.writerow(row)
    return written.getvalue().encode()
