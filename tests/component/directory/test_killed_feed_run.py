"""A worker that is killed while it reads a feed: the next one goes on, and in the end all is as if nothing had happened."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from services.directory.feeds.source import FeedSource
from services.directory.use_cases.keep_sources import add_source, read_now
from shared.postgres.pool import Pool, open_pool, transaction
from shared.service_defaults.clock import utc_now
from tests.component.directory.changing_feed import ChangingFeed, changing_feed
from tests.component.directory.feed_world import SOMEBODY, record
from tests.component.directory.outbox_reading import outbox_events
from tests.conftest import CreateDatabase
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock

SOURCE = UUID(int=7)
PAGES = 5
LEFT = {
    "services": "id, version, status, document::text, digest, source_id",
    "organisations": "id, name, digest, source_id",
    "feed_findings": "page, record, kind, file, line, field, rule, record_id",
    "feed_records": "record_id, organisation_id, page, list_digest, etag, missing_since IS NULL",
    "feed_pages": "page, etag, total_pages, total_items, after_record, records",
    "feed_runs": "state, next_page, records, taken, changed, withdrawn, refused, missing, organisations_taken",
}


class Worker:
    """A process that reads feeds, one at a time."""

    def __init__(self, makers: asyncio.subprocess.Process, pid: int) -> None:
        self._makers = makers
        self._pid = pid

    async def ended(self) -> int:
        return await _number_from(self._makers)

    async def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        assert await self.ended() == -signal.SIGKILL


@asynccontextmanager
async def maker_of_workers() -> AsyncIterator[asyncio.subprocess.Process]:
    made = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.component.directory.one_feed_worker",
        stdin=PIPE,
        stdout=PIPE,
        start_new_session=True,
    )
    try:
        yield made
    finally:
        os.killpg(made.pid, signal.SIGKILL)  # a worker that a failed test has left, too
        await made.wait()


async def _number_from(makers: asyncio.subprocess.Process) -> int:
    assert makers.stdout is not None
    while not (line := (await asyncio.wait_for(makers.stdout.readline(), 60)).strip()).lstrip(b"-").isdigit():
        assert line, "the maker of workers has ended"  # any other line is the worker's log
    return int(line)


@dataclass
class Directory:
    """One of two that read the same feed."""

    dsn: str
    pool: Pool
    makers: asyncio.subprocess.Process

    async def begin(self, feed: ChangingFeed) -> None:
        async with transaction(self.pool) as connection:
            await add_source(
                connection,
                FeedSource(SOURCE, "Council", "oruk-json", feed.url, every_hours=24),
                added_by=SOMEBODY,
                now=utc_now(),
            )
        await self.work()

    async def due(self) -> None:
        async with transaction(self.pool) as connection:
            await read_now(connection, SOURCE, utc_now())

    async def work(self) -> None:
        """A worker, to its end."""
        assert await (await self.worker()).ended() == 0

    async def worker(self) -> Worker:
        assert self.makers.stdin is not None
        self.makers.stdin.write(f"{self.dsn}\n".encode())
        await self.makers.stdin.drain()
        return Worker(self.makers, await _number_from(self.makers))

    async def killed_when_it_asks_for(self, target: str, feed: ChangingFeed) -> None:
        """After all before this page is committed."""
        feed.hold_at(target)
        worker = await self.worker()
        await asyncio.wait_for(feed.reached.wait(), 30)
        await worker.kill()
        feed.held_at = None

    async def killed_in_its_transaction(self, table: str) -> None:
        """With rows and events written and nothing committed: the write to this table is held up."""
        holder = await asyncpg.connect(self.dsn)
        try:
            async with holder.transaction():
                await holder.execute(f"LOCK TABLE {table} IN SHARE MODE")
                worker = await self.worker()
                await eventually(lambda: somebody_waits_for_a_lock(self.pool), within=30)
                await worker.kill()
        finally:
            await holder.close()

    async def left(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that reading the feed has left here, but moments and ids that are made up."""
        found = {
            table: [
                tuple(row)
                for row in await self.pool.fetch(f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3, 4")
            ]
            for table, columns in LEFT.items()
        }
        async with self.pool.acquire() as connection:
            events = await outbox_events(connection)  # type: ignore[arg-type]  # the pool's proxy
        found["events"] = [(type(event).__name__, event.model_dump_json()) for event in events]
        return found


def differences(cut: Mapping[str, list[Any]], whole: Mapping[str, list[Any]]) -> list[str]:
    """What one has and the other has not, shortly: the rows are long."""
    return [
        f"{table}: {side} {str(row)[:300]}"
        for table in whole
        for side, mine, other in (("only cut", cut, whole), ("only whole", whole, cut))
        for row in mine[table]
        if mine[table].count(row) > other[table].count(row)
    ]


@asynccontextmanager
async def directory(database: CreateDatabase, makers: asyncio.subprocess.Process) -> AsyncIterator[Directory]:
    made = await database("directory")
    pool = await open_pool(made.dsn, application="test", largest=2)
    try:
        yield Directory(made.dsn, pool, makers)
    finally:
        await pool.close()


def later(feed: ChangingFeed) -> None:
    """New, changed, ended, bad and odd records on every page, and one that is missing for the second time."""
    for number in range(1, 11):
        feed.records[number - 1]["fees"] = "Free"
    feed.records[1]["status"] = "inactive"
    feed.records[3]["minimum_age"] = 200
    feed.records[5]["url"] = "javascript:alert(1)"
    feed.records[6]["organization"] = {
        "id": str(UUID(int=99)),
        "name": "New here",
        "description": "A group that was not there before.",
    }
    feed.records[8] = record(21)


async def test_killed_at_each_of_eleven_points_nothing_is_lost_and_nothing_is_there_twice(
    database: CreateDatabase,
) -> None:
    async with (
        changing_feed(*(record(number) for number in range(1, 12)), per_page=2) as feed,
        maker_of_workers() as makers,
        directory(database, makers) as whole,
        directory(database, makers) as cut,
    ):
        for each in (whole, cut):
            await each.begin(feed)
        del feed.records[10]
        for each in (whole, cut):
            await each.due()
            await each.work()  # the eleventh is missing once
        assert differences(await cut.left(), await whole.left()) == []
        later(feed)

        await whole.due()
        await whole.work()
        await cut.due()
        for number in range(1, PAGES + 1):
            await cut.killed_when_it_asks_for(
                "/services" if number == 1 else f"/services?page={number}", feed
            )
            await cut.killed_in_its_transaction("feed_findings")
            # The worker that comes next takes this page, and is killed when it asks for the one after.
        await cut.killed_in_its_transaction("feed_sources")
        await cut.work()

        left = await whole.left()
        assert differences(await cut.left(), left) == []
        assert await cut.pool.fetchval("SELECT max(attempt) FROM feed_runs") == 12
        kinds = {row[2] for row in left["feed_findings"]}
        assert kinds == {"taken", "changed", "withdrawn", "refused", "remark"}
        assert [row[3] for row in left["feed_runs"]] != [0, 0, 0]
