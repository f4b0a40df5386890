"""One tap on a phone whose line goes away at the worst moment: it counts once, and the page never says more than is true."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playwright.async_api import Browser, Page, Response, Route

from deploy.demo.plan import Space
from deploy.demo.spaces import Providers
from tests.browser.cast import Cast
from tests.browser.the_browser import visitor

MOST_BYTES = 30_000
TAPS = "**/capacity/space/*"
LINE_IS_BACK = "() => window.dispatchEvent(new Event('online'))"
KEPT = "() => Object.keys(localStorage).length"
ALL_THAT_IS_KEPT = "() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])"


@dataclass
class Phone:
    """A provider's phone with the page of one of its groups."""

    page: Page
    cast: Cast
    service_id: str
    link: str

    async def state(self) -> dict[str, Any]:
        (pool, *_) = await Providers(self.cast.client, {}).pools_of(self.service_id)
        return dict(pool)

    async def taps(self) -> int:
        """Each that counted made a version."""
        return int((await self.state())["version"])

    async def tap_full(self) -> None:
        await self.page.get_by_role("button", name="We are full").click()

    async def says(self, heading: str) -> bool:
        return bool(await self.page.get_by_role("heading", name=heading).count())

    async def waits_for(self, heading: str) -> None:
        await self.page.get_by_role("heading", name=heading).wait_for()


@asynccontextmanager
async def a_phone(browser: Browser, origin: str, cast: Cast, **more: Any) -> AsyncIterator[Phone]:
    service_id = await cast.group_of_its_own()
    await cast.say(service_id, Space("open", 5))
    link = await cast.space_of(service_id)
    async with visitor(browser, origin, **more) as (page, _):
        await page.goto(link)
        yield Phone(page, cast, service_id, link)


async def test_the_line_goes_before_the_tap(browser: Browser, origin: str, cast: Cast) -> None:
    async with a_phone(browser, origin, cast) as phone:
        before = await phone.taps()
        await phone.page.context.set_offline(True)

        await phone.tap_full()

        await phone.waits_for("Waiting to be sent")
        assert not await phone.says("Thank you. You are full")
        assert await phone.taps() == before
        await phone.page.context.set_offline(False)
        await phone.waits_for("Thank you. You are full")
        assert await phone.taps() == before + 1
        assert await phone.page.evaluate(KEPT) == 0


async def test_what_is_kept_is_the_tap_and_no_link(browser: Browser, origin: str, cast: Cast) -> None:
    async with a_phone(browser, origin, cast) as phone:
        await phone.page.context.set_offline(True)
        await phone.tap_full()
        await phone.waits_for("Waiting to be sent")

        kept = await phone.page.evaluate(ALL_THAT_IS_KEPT)

        assert "full" in kept
        assert phone.link.rpartition("/")[2][:20] not in kept
        names = set(re.findall(r'\[\\\\?"(\w+)\\\\?",', kept))
        assert names <= {"form_token", "version_seen", "tap", "tapped_at"}, names


async def test_the_answer_is_lost_after_the_server_took_the_tap(
    browser: Browser, origin: str, cast: Cast
) -> None:
    async with a_phone(browser, origin, cast) as phone:
        before = await phone.taps()

        async def lose_the_answer(route: Route) -> None:
            await route.fetch()
            await route.abort()

        await phone.page.route(TAPS, lose_the_answer)
        await phone.tap_full()

        await phone.waits_for("Waiting to be sent")
        assert not await phone.says("Thank you. You are full")
        assert await phone.taps() == before + 1
        await phone.page.unroute(TAPS)
        await phone.page.evaluate(LINE_IS_BACK)
        await phone.waits_for("Thank you. You are full")
        assert await phone.taps() == before + 1


async def test_a_tap_outlives_the_page_and_keeps_its_time(browser: Browser, origin: str, cast: Cast) -> None:
    async with a_phone(browser, origin, cast) as phone:
        before, context = await phone.taps(), phone.page.context
        await context.set_offline(True)
        await phone.tap_full()
        await phone.waits_for("Waiting to be sent")
        await phone.page.close()
        await context.set_offline(False)
        assert await phone.taps() == before

        phone.page = await context.new_page()
        reopened = datetime.fromisoformat(await phone.page.evaluate("() => new Date().toISOString()"))
        await phone.page.goto(phone.link)

        await phone.waits_for("Thank you. You are full")
        assert await phone.taps() == before + 1
        assert datetime.fromisoformat((await phone.state())["confirmed_at"]) < reopened


async def test_a_tap_that_somebody_overtook_is_shown_back_and_not_counted(
    browser: Browser, origin: str, cast: Cast
) -> None:
    async with a_phone(browser, origin, cast) as phone:
        await phone.page.context.set_offline(True)
        await phone.page.get_by_role("button", name="We have places for everyone").click()
        await phone.waits_for("Waiting to be sent")
        await phone.cast.say(phone.service_id, Space("full"))
        between = await phone.taps()

        await phone.page.context.set_offline(False)

        await phone.waits_for("Someone else told us something since")
        assert (await phone.taps(), (await phone.state())["status"]) == (between, "full")


async def test_without_javascript_the_tap_is_a_plain_form(browser: Browser, origin: str, cast: Cast) -> None:
    async with a_phone(browser, origin, cast, javascript=False) as phone:
        before = await phone.taps()
        await phone.tap_full()
        await phone.waits_for("Thank you. You are full")
        assert not await phone.page.get_by_text("Waiting to be sent").is_visible()
        assert await phone.taps() == before + 1


async def test_all_of_the_page_is_below_thirty_kilobytes(browser: Browser, origin: str, cast: Cast) -> None:
    """Unpacked: over the line it is less."""
    link = await cast.space_of(await cast.group_of_its_own())
    async with visitor(browser, origin) as (page, _):
        came: list[Response] = []
        page.on("response", lambda each: came.append(each))  # noqa: PLW0108 - the driver asks for a function
        await page.goto(link, wait_until="networkidle")
        sizes = {each.url.rpartition("/")[2][:20]: len(await each.body()) for each in came}

    assert len(sizes) >= 3
    assert sum(sizes.values()) < MOST_BYTES, sizes
