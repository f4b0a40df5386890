"""A council's list is read by itself, record by record, and what the council takes off its list ends."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from deploy.demo.waiting import until
from tests.browser.the_browser import DESK, visitor
from tests.component.directory.changing_feed import ChangingFeed, changing_feed
from tests.scenarios.council_lists import FEEDS
from tests.scenarios.listed_services import Group, Record, gss, listed
from tests.scenarios.menu_services import MERTON
from tests.scenarios.pressing import press, sign_in_as


@dataclass
class Reading:
    """An operator before the page of a list."""

    page: Page
    address: str = ""
    reports: int = 0

    async def add(self, name: str, feed: ChangingFeed) -> None:
        await sign_in_as("Olu Bankole", self.page, FEEDS)
        await self.page.get_by_label("Whose list it is").fill(name)
        await self.page.get_by_label("Kind").select_option(label="Open Referral UK, from its address")
        await self.page.get_by_label("Address").fill(feed.url)
        await self.page.get_by_label("Area").select_option(label="Merton")
        await press(self.page.get_by_role("button", name="Add", exact=True))
        self.address = self.page.url
        await self._is_read()

    async def read_again(self) -> None:
        await self.page.goto(self.address)
        await press(self.page.get_by_role("button", name="Read what is new, now"))
        await self._is_read()

    async def _is_read(self) -> None:
        """Opens the newest report as soon as it is there."""
        self.reports += 1
        links = self.page.get_by_role("link", name=re.compile(r"[0-9]{4} at [0-9]"))

        async def done() -> bool:
            await self.page.goto(self.address)
            return await links.count() == self.reports and await self._is_still()

        await until(done, "the reading of a list")
        await press(links.first)

    async def _is_still(self) -> bool:
        return "Being read" not in await self.page.locator("main").inner_text()

    async def says(self) -> str:
        return " ".join((await self.page.locator("main").inner_text()).split())


@asynccontextmanager
async def reading(browser: Browser, origin: str) -> AsyncIterator[Reading]:
    async with visitor(browser, origin, DESK) as (page, ear):
        yield Reading(page)
        assert ear.complaints == []


async def test_a_list_is_read_by_its_address_and_what_leaves_it_is_withdrawn(
    browser: Browser, origin: str
) -> None:
    """Feeds in: one record is refused by field and rule and stops nothing; what is as it was is not sent again."""
    library, choir, wrong = services = _services()
    async with changing_feed(library, choir, wrong, per_page=50) as feed, reading(browser, origin) as olu:
        await olu.add("Merton council", feed)
        assert await _said_of(olu.page, wrong) == [["Refused", "minimum_age", "not-an-age"]]
        await _found_are(olu.page, [library, choir], of=services)

        feed.since()
        await olu.read_again()
        assert "As it was" in await olu.says()
        assert [asked.status for asked in feed.since()] == [304]

        feed.records[1] = {**choir, "status": "inactive"}
        await olu.read_again()
        assert ["Withdrawn", "status", ""] in await _said_of(olu.page, choir)
        await _found_are(olu.page, [library], of=services)
        await olu.page.goto(f"/services/{choir['id']}")
        assert "This service does not run any more." in await olu.says()

        feed.records[0] = {**library, "status": "inactive"}
        await olu.read_again()
        await _found_are(olu.page, [], of=services)


def _services() -> tuple[Record, Record, Record]:
    group = Group("Merton libraries", "merton@libraries.example.org")
    names = ("Merton tea and pages", "Merton open choir", "Merton chess")
    first, second, third = (listed(name, group, gss(MERTON), need="creative", home=MERTON) for name in names)
    return first, second, third | {"minimum_age": 200}


async def _said_of(page: Page, record: Record) -> list[list[str]]:
    """What became of a record, in which field, by which rule."""
    rows = await page.get_by_role("row").filter(has_text=record["id"]).all()
    return [(await row.get_by_role("cell").all_inner_texts())[:3] for row in rows]


async def _found_are(page: Page, wanted: Sequence[Record], of: Sequence[Record]) -> None:
    """Of all of the list in the search for people."""
    links = page.locator(".kith-found h3 a")

    async def found() -> bool:
        await page.goto(f"/services?near={MERTON}&search=merton")
        shown = await links.evaluate_all("links => links.map(it => it.getAttribute('href'))")
        here = {str(each["id"]) for each in of if any(each["id"] in href for href in shown)}
        return here == {each["id"] for each in wanted}

    await until(found, "what the list says in the search")
