"""Reads a feed from a file, or from an address with all its pages and the full records behind a thin list."""

import asyncio
import stat
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx

from services.directory.domain.errors import FeedRefused
from services.directory.entrypoints.feeds.bounded_fetch import BoundedFetch, FeedLimits, refuse_too_large
from services.directory.oruk.feed import Page, Unavailable, parse_page, thin_record_id

AT_ONCE = 8  # full records asked for at the same time


async def fetch_pages(
    source: str, *, allow_private: bool, limits: FeedLimits, hosts: Collection[str]
) -> list[Page]:
    """All pages of a feed, parsed. Raises FeedRefused with one line to show."""
    if "://" not in source:
        return [parse_page(read_file(Path(source), limits))]
    try:
        async with (
            asyncio.timeout(limits.whole_seconds),
            BoundedFetch(limits, allow_private, hosts) as fetch,
        ):
            return [await _with_full_records(page, source, fetch) for page in await _all_pages(source, fetch)]
    except TimeoutError as error:
        raise FeedRefused(f"The feed took longer than {limits.whole_seconds:g} seconds.") from error


def read_file(path: Path, limits: FeedLimits) -> bytes:
    """The bytes of a file. Raises FeedRefused for what is none, or too large."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before it is opened: a pipe would wait for ever
            raise FeedRefused("The feed is not a file.")
        with path.open("rb") as file:
            body = file.read(limits.largest_bytes + 1)
    except OSError as error:
        raise FeedRefused(f"The file cannot be read: {error.strerror}.") from error
    refuse_too_large(len(body), limits)
    return body


async def _all_pages(source: str, fetch: BoundedFetch) -> list[Page]:
    """Follows the pages that the first page counts; its address with `page=2`, `page=3` …"""
    pages = [parse_page(await fetch.body(source))]
    if pages[0].total_pages > fetch.limits.most_pages:
        raise FeedRefused(f"The feed says it has more than {fetch.limits.most_pages} pages.")
    for number in range(2, pages[0].total_pages + 1):
        address = str(httpx.URL(source).copy_set_param("page", number))
        pages.append(parse_page(await fetch.body(address)))
    return pages


async def _with_full_records(page: Page, source: str, fetch: BoundedFetch) -> Page:
    """ORUK lists show only what there is one of; the rest stands behind `/services/{id}`."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def full(record: object) -> object:
        record_id = thin_record_id(record)
        if page.envelope is None or record_id is None:
            return record
        async with slots:
            return await _full_record(source, record_id, fetch)

    return replace(page, records=await asyncio.gather(*(full(record) for record in page.records)))


async def _full_record(source: str, record_id: UUID, fetch: BoundedFetch) -> object:
    """One that cannot be had costs one record; a bound that is passed ends the whole feed."""
    address = httpx.URL(source).copy_with(query=None)
    try:
        body = await fetch.body(f"{str(address).rstrip('/')}/{record_id}")
        found = parse_page(body)
    except FeedRefused:
        refuse_too_large(fetch.bytes_read, fetch.limits)
        return Unavailable(record_id)
    return found.records[0] if found.envelope is None and len(found.records) == 1 else Unavailable(record_id)
