"""Reads what is due: claims a source, fetches page by page, takes each in a transaction, and goes on where one ended.

Nothing of a page is kept before it is taken, and all of it at once or in whole batches. A worker that ends in between leaves
a run whose lease ends; the next one begins again with the page that was not done.
"""

import asyncio
from collections.abc import Awaitable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import structlog

from services.directory.domain.errors import FeedRefused, RunTakenOver
from services.directory.entrypoints.feeds.bounded_fetch import BoundedFetch, FeedLimits
from services.directory.entrypoints.feeds.source_pages import SourcePages, check_pages, file_page, ids_of
from services.directory.feeds.page import FetchedPage
from services.directory.feeds.run import NOTHING_KNOWN, Run, RunState
from services.directory.feeds.source import FeedSource
from services.directory.oruk.feed import parse_page, read_records
from services.directory.storage.feed_record_rows import find_page, find_records
from services.directory.use_cases.run_feed import begin_given, finish, refuse, take_in_hand
from services.directory.use_cases.take_page import close_page, open_page, pass_over_page, take_batch
from shared.postgres.away import database_is_away
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import Clock

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)  # longer than a page and the full records behind it may take
BATCH = 500  # services a transaction
MOST_ATTEMPTS = 20  # of one run
FROM_A_SOURCE = FeedLimits(whole_seconds=3_600.0)
OUR_FAULT = "We could not read this feed. The fault is ours."

Came = TypeVar("Came")


@dataclass
class FeedRunner:
    """Several may run beside each other: a source is read by one at a time."""

    pool: Pool
    clock: Clock
    hosts: Collection[str]  # that may be asked
    allow_private: bool = False
    limits: FeedLimits = FROM_A_SOURCE
    lease: timedelta = LEASE

    async def run_due(self) -> bool:
        """Reads one source, or carries on a run that was cut off; False when there was none."""
        async with transaction(self.pool) as connection:
            run = await take_in_hand(connection, self.clock(), self.lease)
        if run is not None:
            await self._to_its_end(run, self._all_pages(run))
        return run is not None

    async def run_all_due(self) -> None:
        while await self.run_due():
            pass

    async def run_given(self, source: FeedSource, body: bytes) -> UUID:
        """Takes a file that somebody hands over; the run that says what became of it. Raises SourceBusy."""
        async with transaction(self.pool) as connection:
            run = await begin_given(connection, source, self.clock(), self.lease)
        await self._to_its_end(run, self._file(run, body))
        return run.id

    async def _to_its_end(self, run: Run, reading: Awaitable[Run]) -> None:
        try:
            state = await self._ended(run, reading)
        except RunTakenOver:
            log.warning("feed.taken_over", run_id=str(run.id))
        else:
            log.info("feed.read", run_id=str(run.id), source_id=str(run.source.id), state=state)

    async def _ended(self, run: Run, reading: Awaitable[Run]) -> RunState:
        try:
            done = await reading
            async with transaction(self.pool) as connection:
                return await finish(connection, done, self.clock())
        except FeedRefused as refusal:
            why = str(refusal)
        except RunTakenOver:
            raise
        # A process edge: a feed that we cannot read must not keep others from being read.
        except Exception as error:
            if database_is_away(error) or isinstance(error, TimeoutError):
                raise
            log.exception("feed.crashed", run_id=str(run.id), exc_info=error)
            why = OUR_FAULT
        async with transaction(self.pool) as connection:
            await refuse(connection, run, self.clock(), why)
        return "refused"

    async def _all_pages(self, run: Run) -> Run:
        if run.attempt > MOST_ATTEMPTS:
            raise FeedRefused(f"It was begun {MOST_ATTEMPTS} times and never came to its end.")
        loop = asyncio.get_running_loop()
        until = loop.time() + self.limits.whole_seconds
        async with BoundedFetch(self.limits, self.allow_private, self.hosts, run.bytes_read) as fetch:
            pages = SourcePages(run.source, run.source.address or "", fetch)
            while run.total_pages is None or run.next_page <= run.total_pages:
                run = await self._next_page(run, pages, min(until - loop.time(), self.limits.page_seconds))
        return run

    async def _next_page(self, run: Run, pages: SourcePages, seconds: float) -> Run:
        number = run.next_page
        async with transaction(self.pool) as connection:
            known = await find_page(connection, run.source.id, number)
        fetched = await self._within(
            seconds, pages.fetched(number, known.validators if known else NOTHING_KNOWN)
        )
        if fetched.body is None and known is not None:
            async with transaction(self.pool) as connection:
                return await pass_over_page(connection, run, known, self.clock(), self.lease)
        body = fetched.body or b""
        if run.source.kind != "oruk-json":
            page = await asyncio.to_thread(file_page, run.source, body, fetched.validators)
        else:
            listed = await asyncio.to_thread(parse_page, body)
            check_pages(listed, self.limits)
            async with transaction(self.pool) as connection:
                before = await find_records(connection, run.source.id, ids_of(listed.records))
            page = await self._within(seconds, pages.filled(listed, number, fetched.validators, before))
        return await self._take(run, page, pages.fetch.bytes_read)

    async def _file(self, run: Run, body: bytes) -> Run:
        page = await asyncio.to_thread(file_page, run.source, body)
        return await self._take(run, page, len(body))

    async def _take(self, run: Run, page: FetchedPage, bytes_read: int) -> Run:
        async with transaction(self.pool) as connection:
            in_hand = await open_page(connection, run, page)
        await asyncio.to_thread(read_records, in_hand.feed, page.records, routable=run.source.routable)
        *earlier, last = in_hand.batches(BATCH)
        for services in earlier:
            async with transaction(self.pool) as connection:
                await take_batch(connection, in_hand, services, self.clock(), self.lease)
        async with transaction(self.pool) as connection:
            await take_batch(connection, in_hand, last, self.clock(), self.lease)
            return await close_page(connection, in_hand, self.clock(), self.lease, bytes_read=bytes_read)

    async def _within(self, seconds: float, asking: Awaitable[Came]) -> Came:
        """Around what the other side may draw out, never around our own database."""
        try:
            async with asyncio.timeout(max(seconds, 0)):
                return await asking
        except TimeoutError as error:
            page, whole = self.limits.page_seconds, self.limits.whole_seconds
            raise FeedRefused(
                f"The feed took longer than {page:g} seconds for a page, or {whole:g} in all."
            ) from error
