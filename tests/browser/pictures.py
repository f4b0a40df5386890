"""`python -m tests.browser.pictures`: makes the pictures in docs/pictures anew, from a running `./kith up` after `./kith demo`."""

import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, ViewportSize
from pydantic import SecretStr

from deploy.demo.outside_client import client_from_environment
from deploy.local.layout import ROOT, layout_of_up
from deploy.local.system import system_at
from tests.browser.cast import Cast
from tests.browser.page_list import at, offer, signed_in, space, trace
from tests.browser.the_browser import chromium, visitor

PLACE = ROOT / "docs" / "pictures"
LARGEST = 150_000  # bytes; a README with all of them stays quick to open
A_PHONE: ViewportSize = {"width": 360, "height": 720}
A_DESK: ViewportSize = {"width": 1100, "height": 800}

TO_THE_TOP = "element => window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - 20)"

Visit = Callable[[Page, Cast], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Picture:
    visit: Visit
    size: ViewportSize
    scale: float = 1


async def half_filled_form(page: Page, _: Cast) -> None:
    await page.goto("/referral/self")
    await page.get_by_label("Feeling lonely").check()
    await page.get_by_label("Food and healthy eating").check()
    await page.locator("h1").evaluate(TO_THE_TOP)


async def journey(page: Page, cast: Cast) -> None:
    await trace(page, cast)
    await page.locator("h1").evaluate(TO_THE_TOP)


async def results(page: Page, _: Cast) -> None:
    await page.goto("/services?search=lonely&near=E09000031")
    await page.get_by_role("heading", name=re.compile("services$")).first.evaluate(TO_THE_TOP)


async def gaps(page: Page, cast: Cast) -> None:
    await signed_in("Caroline Adeyemi", "/directory/gaps?need=practical-help")(page, cast)
    await page.get_by_role("heading", name="On a map").evaluate(TO_THE_TOP)


async def headlines(page: Page, _: Cast) -> None:
    await page.goto("/outcomes/summary")
    await page.get_by_role("heading", name="In short").evaluate(TO_THE_TOP)


PICTURES: Mapping[str, Picture] = {
    "self-referral": Picture(half_filled_form, A_PHONE, 1.5),
    "arabic": Picture(at("/referral/self?lang=ar"), A_PHONE, 1.5),
    "results": Picture(results, A_PHONE, 1.5),
    "map": Picture(at("/directory/map?near=E09000031&sort=nearest"), A_DESK),
    "gaps": Picture(gaps, A_DESK),
    "one-tap": Picture(space, A_PHONE, 1.5),
    "offer": Picture(offer, A_PHONE, 1.5),
    "summary": Picture(headlines, A_DESK),
    "trace": Picture(journey, A_DESK),
    "mailbox": Picture(at("/mailbox/"), A_DESK),
}


async def take_all() -> None:
    environment = {**os.environ, **system_at(layout_of_up(os.environ)).environments.everything()}
    await asyncio.to_thread(PLACE.mkdir, parents=True, exist_ok=True)
    async with client_from_environment(environment) as client, chromium() as browser:
        cast = Cast(client, SecretStr(environment["REFERRAL_LINK_SIGNING_KEY"]))
        for name, picture in PICTURES.items():
            async with visitor(browser, client.url, picture.size, device_scale_factor=picture.scale) as (
                page,
                _,
            ):
                await picture.visit(page, cast)
                await take(page, PLACE / f"{name}.png")


async def take(page: Page, file: Path) -> None:
    image = await page.screenshot(path=file)
    if len(image) > LARGEST:
        sys.exit(f"{file.name} is {len(image)} bytes; no more than {LARGEST} is wanted")
    print(f"{file.relative_to(ROOT)}: {len(image) // 1000} kB")


if __name__ == "__main__":
    asyncio.run(take_all())
