"""Fetches a feed from a file or an address, within bounds, and never lets an address reach into our own network."""

import asyncio
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx

from services.directory.domain.errors import FeedRefused
from services.directory.entrypoints.public_address import Target, resolve
from services.directory.oruk.feed import Page, parse_page

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class FeedLimits:
    largest_bytes: int = 50_000_000  # over all pages
    most_pages: int = 1_000
    most_redirects: int = 5
    silence_seconds: float = 10.0  # without a byte
    whole_seconds: float = 120.0  # over all pages


def is_address(source: str) -> bool:
    return "://" in source


async def fetch_pages(source: str, *, allow_private: bool, limits: FeedLimits) -> list[Page]:
    """All pages of a feed, parsed. Raises FeedRefused with one line to show."""
    if not is_address(source):
        return [parse_page(_read_file(Path(source), limits.largest_bytes))]
    try:
        async with asyncio.timeout(limits.whole_seconds):
            return await _fetch_all(source, allow_private=allow_private, limits=limits)
    except TimeoutError as error:
        raise FeedRefused(f"The feed took longer than {limits.whole_seconds:g} seconds.") from error


def _read_file(path: Path, largest: int) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before it is opened: a pipe would wait for ever
            raise FeedRefused("The feed is not a file.")
        with path.open("rb") as file:
            body = file.read(largest + 1)
    except OSError as error:
        raise FeedRefused(f"The file cannot be read: {error.strerror}.") from error
    _refuse_too_large(len(body), largest, largest)
    return body


def _refuse_too_large(size: int, left: int, largest: int) -> None:
    if size > left:
        raise FeedRefused(f"The feed is larger than {largest // 1_000_000} MB.")


async def _fetch_all(source: str, *, allow_private: bool, limits: FeedLimits) -> list[Page]:
    """Follows the pages that the first page counts; its address with `page=2`, `page=3` …"""
    timeout = httpx.Timeout(limits.silence_seconds)
    left = limits.largest_bytes
    # No proxy from the environment: the check of the address would be the proxy's to make.
    async with httpx.AsyncClient(timeout=timeout, trust_env=False, follow_redirects=False) as client:
        fetch = _Fetch(client, limits, allow_private=allow_private)
        body = await fetch.body(source, left)
        pages = [parse_page(body)]
        if pages[0].total_pages > limits.most_pages:
            raise FeedRefused(f"The feed says it has more than {limits.most_pages} pages.")
        for number in range(2, pages[0].total_pages + 1):
            left -= len(body)
            body = await fetch.body(str(httpx.URL(source).copy_set_param("page", number)), left)
            pages.append(parse_page(body))
    return pages


@dataclass(frozen=True, slots=True)
class _Fetch:
    client: httpx.AsyncClient
    limits: FeedLimits
    allow_private: bool

    async def body(self, url: str, left: int) -> bytes:
        """The body behind an address, over its redirects; each hop is checked like the first."""
        seen: set[str] = set()
        for _ in range(self.limits.most_redirects + 1):
            if url in seen:
                raise FeedRefused("The feed redirects in a circle.")
            seen.add(url)
            target = await resolve(url, allow_private=self.allow_private)
            try:
                found = await self._get(target, left)
            except httpx.TimeoutException as error:
                silence = self.limits.silence_seconds
                raise FeedRefused(f"The feed did not answer within {silence:g} seconds.") from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise FeedRefused("The feed's server cannot be reached.") from error
            if isinstance(found, bytes):
                return found
            url = found.location_from(url)
        raise FeedRefused(f"The feed redirects more than {self.limits.most_redirects} times.")

    async def _get(self, target: Target, left: int) -> "bytes | _Redirect":
        """Connects to the address that was checked, by its number: the name is not looked up again."""
        request = self.client.build_request(
            "GET",
            target.url,
            headers={"host": target.host_header, "accept": "application/json", "accept-encoding": "identity"},
            extensions={"sni_hostname": target.host},
        )
        response = await self.client.send(request, stream=True)
        try:
            if response.status_code in REDIRECTS:
                return _Redirect(response.headers.get("location", ""))
            if response.status_code != httpx.codes.OK:
                raise FeedRefused(f"The feed's server answered {response.status_code}.")
            return await _read_body(response, left, self.limits.largest_bytes)
        finally:
            await response.aclose()


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str

    def location_from(self, url: str) -> str:
        if not self.location:
            raise FeedRefused("The feed redirects to nowhere.")
        try:
            return urljoin(url, self.location)
        except ValueError as error:
            raise FeedRefused("The feed redirects to nowhere.") from error


async def _read_body(response: httpx.Response, left: int, largest: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        _refuse_too_large(len(body), left, largest)
    return bytes(body)
