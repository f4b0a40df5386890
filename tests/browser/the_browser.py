"""Debian's Chromium, driven as a person's browser: an empty profile for each visit, and an ear on all it does."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, ViewportSize, async_playwright

from deploy.local.chromium import find_chromium

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: ViewportSize = {"width": 360, "height": 740}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
TIME_LIMIT = 15_000  # milliseconds
CUT_OFF = "net::ERR_ABORTED"
# What htmx puts into the console each time that a stream of news has come to its bound and is opened again.
STREAM_OPENED_AGAIN = "[object Event]"


class NoBrowser(RuntimeError):
    """There is no Chromium here."""


@dataclass
class Ear:
    """What a page's visit asked of the network, and what the browser complained about."""

    origin: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        return [url for url in self.requested if not url.startswith((self.origin + "/", "data:"))]

    def listen(self, page: Page) -> None:
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._on_failed)

    def _on_request(self, request: Request) -> None:
        self.requested.append(request.url)

    def _on_failed(self, request: Request) -> None:
        """What was cut off because somebody went on to another page is nobody's fault."""
        if request.failure != CUT_OFF:
            self.complaints.append(f"failed: {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        """That a page itself came with an error's status is what some pages are for."""
        of_the_page = message.text.startswith("Failed to load resource") and not _is_asset(message)
        expected = of_the_page or message.text == STREAM_OPENED_AGAIN
        if message.type in {"error", "warning"} and not expected:
            self.complaints.append(message.text)


def _is_asset(message: ConsoleMessage) -> bool:
    return urlsplit(message.location["url"]).path.startswith(("/assets/", "/favicon"))


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    executable = os.environ.get("KITH_TEST_CHROMIUM") or find_chromium()
    if executable is None:
        raise NoBrowser("the browser tests need Chromium, and none is on PATH (Debian: apt install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visitor(
    browser: Browser, origin: str, size: ViewportSize = PHONE, *, javascript: bool = True, **more: Any
) -> AsyncIterator[tuple[Page, Ear]]:
    """A new profile with one page; `/…` is on the origin."""
    context = await browser.new_context(
        base_url=origin, viewport=size, java_script_enabled=javascript, locale="en-GB", **more
    )
    context.set_default_timeout(TIME_LIMIT)
    try:
        page, ear = await context.new_page(), Ear(origin)
        ear.listen(page)
        yield page, ear
    finally:
        await context.close()
