"""Somebody who looks for help on the pages, and what the London pack says they should find."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Locator, Page, ViewportSize

from tests.browser.look import TOO_WIDE
from tests.browser.the_browser import DESK, NARROWEST, Ear, visitor
from tests.support.london_sample import sample_services

SCREENS: Mapping[str, tuple[ViewportSize, bool]] = {
    "a narrow phone without JavaScript": (NARROWEST, False),
    "a desk": (DESK, True),
}
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?(%20|\+|\s)?[0-9][A-Z]{2}(?![A-Z0-9])", re.IGNORECASE)
AWAY = {"home-visit", "phone", "online"}
Service = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives, and by which codes services say that they take people from there."""

    postcode: str
    borough: str
    ward: str

    def is_taken_by(self, service: Service) -> bool:
        """By boroughs and wards; the one circle of the pack is asked after by name."""
        extents = {each["extent"] for each in service["service_areas"]}
        return bool(extents & {self.borough, self.ward, "everywhere"})


WALTHAMSTOW = Home("E17 7JN", "E09000031", "E05013891")
LAMBETH = Home("SW2 1JQ", "E09000022", "E05014098")
CAMDEN = Home("NW5 2AA", "E09000007", "E05013663")
HACKNEY = Home("E8 1GQ", "E09000012", "E05009372")
REDBRIDGE = Home("IG1 1EA", "E09000026", "E05011240")


@dataclass
class Looker:
    """One person with a browser of their own."""

    page: Page
    ear: Ear

    async def go(self, path: str) -> None:
        await self.page.goto(path)
        await self.fits()

    async def press(self, button: Locator) -> None:
        """A link, or a button that sends a form: the next page is there when it returns."""
        async with self.page.expect_navigation():
            await button.click()
        await self.fits()

    async def follow(self, words: str, *, exactly: bool = True) -> None:
        await self.press(self.page.locator("main").get_by_role("link", name=words, exact=exactly).first)

    async def near(self, place: str, words: str = "") -> None:
        await self.go("/services")
        await self.page.get_by_label("What do you need?").fill(words)
        await self.page.get_by_label("Your postcode or area").fill(place)
        await self.press(self.page.get_by_role("button", name="Search", exact=True))

    async def choose(self, *boxes: str) -> None:
        """Ticks among the choices, each by its id, and shows what they leave."""
        await unfold_search(self.page)
        await self.page.get_by_text("More choices", exact=True).click()
        for box in boxes:
            await self.page.locator(f"label[for='{box}']").click()
        await self.press(self.page.get_by_role("button", name="Show these services"))

    async def found(self) -> list[str]:
        """The services of all pages of results, by id, in their order."""
        ids: list[str] = []
        while True:
            links = await self.page.locator(".kith-found h3 a").all()
            ids += [str(await each.get_attribute("href")).rpartition("/")[2] for each in links]
            later = self.page.locator("a[rel='next']")
            if not await later.count():
                return ids
            await self.press(later.first)

    async def text(self) -> str:
        text: str = await self.page.locator("main").inner_text()
        return text

    async def fits(self) -> None:
        """Nobody has to move a page from side to side."""
        assert await self.page.evaluate(TOO_WIDE) == 0, self.page.url

    def asked_with_a_postcode(self) -> list[str]:
        return [url for url in self.ear.requested if POSTCODE.search(url)]


async def unfold_search(page: Page) -> None:
    """On a phone what was found comes first, and the search is folded away above it."""
    fold = page.get_by_text("Change your search", exact=True)
    if await fold.is_visible():
        await fold.click()


@asynccontextmanager
async def looking(browser: Browser, origin: str, screen: str) -> AsyncIterator[Looker]:
    size, javascript = SCREENS[screen]
    async with visitor(browser, origin, size, javascript=javascript) as (page, ear):
        yield Looker(page, ear)
        assert ear.complaints == []


def id_of(name: str) -> str:
    return next(service_id for service_id, each in sample_services().items() if each["name"] == name)


def expected(home: Home, fits: Callable[[Service], bool]) -> set[str]:
    return {each["id"] for each in sample_services().values() if home.is_taken_by(each) and fits(each)}


def of_the_pack(ids: list[str]) -> set[str]:
    """Without what other scenarios have added."""
    return set(ids) & set(sample_services())


def terms(service: Service, taxonomy: str) -> set[str]:
    found = [each["taxonomy_term"] for each in service["attributes"]]
    return {term["term"] for term in found if term["taxonomy"] == taxonomy}


def languages(service: Service) -> set[str]:
    return {each["code"] for each in service["languages"]}


def in_the_evening(service: Service) -> bool:
    """From five, or until after six: what is over at half past five helps nobody who works until five."""
    return any(each["opens_at"] >= "17:00" or each["closes_at"] > "18:00" for each in service["schedules"])


def at_the_weekend(service: Service) -> bool:
    days = {day[-2:] for each in service["schedules"] for day in each["byday"].split(",")}
    return bool(days & {"SA", "SU"})
