"""A lead provider's staff look after the entries of those below it, for as long as they are below it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import APIResponse, Browser, Page

from deploy.demo.waiting import until
from tests.browser.the_browser import DESK, visitor
from tests.scenarios.listed_services import Record
from tests.scenarios.menu_services import Listed
from tests.scenarios.pressing import press, sign_in_as
from tests.scenarios.scene import Scene

ENTRIES = "/directory/entries"
LEAD = "Poplar woodwork"  # of Poplar Makers, where Jo works


async def test_staff_of_a_lead_look_after_entries_below_it_and_no_others(
    scene: Scene, listed: Listed, browser: Browser, origin: str
) -> None:
    """MCR-9: organisations form a hierarchy; capacity rolls up, and who may see and change entries follows it."""
    below, beside = listed.below, listed.beside
    async with visitor(browser, origin, DESK) as (page, ear):
        await sign_in_as("Jo Makepeace", page, ENTRIES)
        assert await _seen(page, below, beside) == {LEAD}

        async with put_under(browser, origin, below, scene.service_named(LEAD)):
            await _sees(page, {LEAD, below["name"]}, below, beside)
            await _rolls_up(page, scene.service_named(LEAD), below)
            assert await _status(page, beside) == 404
            await _change(page, below, "A table and a kettle, and somebody who can sew.")
            ear.complaints.clear()  # a page that is not there is what was looked for

        await _sees(page, {LEAD}, below, beside)
        assert await _status(page, below) == 404
    assert "somebody who can sew" in (await scene.client.open(f"/services/{below['id']}")).text


async def _seen(page: Page, below: Record, beside: Record) -> set[str]:
    await page.goto(ENTRIES)
    names = set(await page.locator("main tbody a").all_inner_texts())
    return names & {LEAD, below["name"], beside["name"]}


async def _sees(page: Page, wanted: set[str], below: Record, beside: Record) -> None:
    async def as_wanted() -> bool:
        return await _seen(page, below, beside) == wanted

    await until(as_wanted, f"{wanted} among the entries")


async def _rolls_up(page: Page, lead: dict[str, Any], below: Record) -> None:
    """Entries and space of both organisations stand on one page of the lead."""
    await page.goto(f"/directory/organisations/{lead['organization']['id']}/entries")
    sums = page.get_by_role("table", name="By organisation")
    for organisation in (lead["organization"]["name"], below["organization"]["name"]):
        assert await sums.get_by_role("row", name=organisation).count() == 1
    assert "Have space" in await sums.inner_text()
    assert below["name"] in await page.get_by_role("table").last.inner_text()


async def _status(page: Page, record: Record) -> int:
    answer = await page.goto(f"{ENTRIES}/{record['id']}/what")
    assert answer is not None
    return answer.status


async def _change(page: Page, record: Record, words: str) -> None:
    await page.goto(f"{ENTRIES}/{record['id']}/what")
    await page.get_by_label("What happens there").fill(words)
    await press(page.get_by_role("button", name="See what changes"))
    await press(page.get_by_role("button", name="Save"))
    await page.get_by_text(words).first.wait_for()


@asynccontextmanager
async def put_under(
    browser: Browser, origin: str, service: Record, lead: dict[str, Any]
) -> AsyncIterator[None]:
    """As an operator declares it: what the lead's staff may do, they may do there too."""
    path = f"/directory/api/organisations/{service['organization']['id']}/parent"
    async with visitor(browser, origin, DESK) as (page, _):
        await sign_in_as("Olu Bankole", page, "/directory/sessions")
        declared = {"parent_id": lead["organization"]["id"], "passes_down": ["provider-staff"]}
        of_a_form = str(await page.locator("input[name=csrf]").first.get_attribute("value"))
        ours = {"x-csrf-token": of_a_form}
        done = await page.request.put(path, data=declared, headers=ours)
        assert done.status == 204, await done.text()
        try:
            yield
        finally:
            ended: APIResponse = await page.request.delete(path, headers=ours)
            assert ended.status == 204, await ended.text()
