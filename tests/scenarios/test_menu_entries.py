"""A group without an account looks after its own entry, by the link in the message that asks whether it is right."""

import re
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page

from tests.browser.the_browser import DESK, PHONE, visitor
from tests.scenarios.listed_services import Record
from tests.scenarios.menu_services import Listed
from tests.scenarios.pressing import press, sign_in_as
from tests.scenarios.scene import Scene

ENTRY = "/directory/entry/"
ASK_FIRST = "Something may have changed. Ask before you go."
FROM_TEN_TO_HALF_PAST_ELEVEN = re.compile(r"\b10(:00|am).*\b11:30", re.DOTALL)


async def test_a_group_confirms_and_changes_its_entry_by_its_link_and_a_coordinator_takes_it_back(
    scene: Scene, listed: Listed, browser: Browser, origin: str
) -> None:
    """LEW-3 as far as freshness goes: who looks sees when an entry was last right; the group itself keeps it so."""
    garden = listed.garden
    mailbox = garden["contacts"][0]["email"]
    assert ASK_FIRST in await _seen_by_people(scene, garden)

    link = (await scene.mail(mailbox, "Is what we say about you still right?")).link_to(ENTRY)
    async with visitor(browser, origin, PHONE, javascript=False) as (page, ear):
        await page.goto(urlsplit(str(link)).path)
        assert "Not checked for a long time" in await page.locator("main tbody").inner_text()
        await press(page.get_by_role("link", name=garden["name"]))
        await press(page.get_by_role("button", name="All of this is still right"))
        assert await page.locator("main .nhsuk-tag").first.inner_text() == "Checked"
        assert ASK_FIRST not in await _seen_by_people(scene, garden)

        await _change_hours(page)
        assert "11:30am" in await _seen_by_people(scene, garden)
        assert ear.complaints == []

    async with visitor(browser, origin, DESK) as (page, ear):
        await sign_in_as("Nadia Rahman", page, f"/directory/entries/{garden['id']}")
        newest = page.locator(".kith-timeline__entry").first
        assert "Somebody with a link that we sent" in await newest.inner_text()
        await press(newest.get_by_role("button", name="Take this back"))
        assert "Taken back" in await newest.inner_text()
        assert ear.complaints == []
    after = await _seen_by_people(scene, garden)
    assert "10am" in after
    assert "11:30am" not in after


async def _change_hours(page: Page) -> None:
    """What changes is shown before it is saved."""
    await press(page.get_by_role("link", name=re.compile("Change.*When")))
    await page.get_by_label("Opens at").first.fill("11:30")
    await page.get_by_label("Closes at").first.fill("13:15")
    await press(page.get_by_role("button", name="See what changes"))
    row = await page.get_by_role("row").last.inner_text()
    assert FROM_TEN_TO_HALF_PAST_ELEVEN.search(row)
    await press(page.get_by_role("button", name="Save"))
    await page.get_by_role("heading", name="What became of this entry").wait_for()


async def _seen_by_people(scene: Scene, record: Record) -> str:
    return (await scene.client.open(f"/services/{record['id']}")).text
