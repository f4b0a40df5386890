"""Lists of services that boroughs serve, on servers of the test, as an operator has the directory read them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from deploy.demo.html_forms import Page
from deploy.demo.outside_client import OutsideClient, client_from_environment
from deploy.demo.waiting import until
from tests.component.directory.changing_feed import ChangingFeed, changing_feed
from tests.scenarios.menu_services import Listed

FEEDS = "/directory/feeds"


@dataclass
class Source:
    """A list at `/directory/feeds`, as its operator sees it."""

    client: OutsideClient
    page: Page

    async def read(self, client: OutsideClient) -> None:
        """Now, and to its end, in the hands of whoever is signed in."""
        self.client, self.page = client, await client.open(self.page.url)
        before = self.page.text.count("records,")
        form = next(each for each in self.page.forms if each.action.endswith("/read"))
        await self.client.send(self.page, form, form.filled())
        await self.is_read(before + 1)

    async def is_read(self, times: int = 1) -> None:
        async def done() -> Page | None:
            page = await self.client.open(self.page.url)
            is_done = page.text.count("records,") >= times and "Being read" not in page.text
            return page if is_done else None

        self.page = await until(done, "the reading of a list")


@asynccontextmanager
async def council_lists(client: OutsideClient) -> AsyncIterator[Listed]:
    """Everything is withdrawn at the end, as its lists say it."""
    listed = Listed()
    async with AsyncExitStack() as stack:
        feeds = [
            await stack.enter_async_context(changing_feed(*records, per_page=50))
            for records in (listed.routed, [listed.twin], listed.only_shown)
        ]
        await sign_in(client, "olu", FEEDS)
        names = ("Borough services", "Volunteers of Newham", "What is listed in Sutton")
        sources = [
            await add(client, name, feed, routable=name != names[2])
            for name, feed in zip(names, feeds, strict=True)
        ]
        await asyncio.gather(*(source.is_read() for source in sources))
        try:
            yield listed
        finally:
            for feed in feeds:
                feed.records = [{**each, "status": "inactive"} for each in feed.records]
            async with client_from_environment() as later:  # the sign-in of the beginning may be over
                await sign_in(later, "olu", FEEDS)
                await asyncio.gather(*(source.read(later) for source in sources))


async def sign_in(client: OutsideClient, person: str, back: str) -> Page:
    """As one of the people of the demonstration, in a browser without JavaScript."""
    page = await client.open(f"/directory/sign-in?back={back}")
    form = page.form_with(button=person)
    return await client.send(page, form, form.filled(person))


async def add(client: OutsideClient, name: str, feed: ChangingFeed, *, routable: bool) -> Source:
    page = await client.open(FEEDS)
    form = page.form_with(field="address")
    ticked = {"routable": "true"} if routable else {}
    filled = form.filled(name=name, kind="oruk-json", address=feed.url, **ticked)
    added = await client.send(page, form, filled)
    assert re.search(rf"{FEEDS}/[0-9a-f-]+$", added.url), added.heading
    return Source(client, added)
