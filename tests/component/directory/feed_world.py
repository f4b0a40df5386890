"""Sources in a directory's database, a clock that moves, and what runs leave behind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.directory.entrypoints.feeds.bounded_fetch import FeedLimits
from services.directory.entrypoints.feeds.feed_runner import FeedRunner
from services.directory.feeds.source import FeedSource
from services.directory.storage.run_rows import KeptRun, runs_of
from services.directory.use_cases.keep_sources import add_source, read_now
from shared.postgres.pool import Pool, transaction
from tests.component.directory.sign_in_world import MovableClock
from tests.unit.directory.records import a_record

SOMEBODY = UUID(int=4242)
HERE = frozenset({"127.0.0.1"})
SMALL = FeedLimits(
    largest_bytes=1_000_000, most_pages=20, silence_seconds=15, whole_seconds=60, page_seconds=30
)


def record(number: int, **changes: Any) -> dict[str, Any]:
    """One of many services of one organisation."""
    return a_record(id=f"11111111-1111-4111-8111-{number:012d}", name=f"Walk {number}", **changes)


def id_of(number: int) -> UUID:
    return UUID(f"11111111-1111-4111-8111-{number:012d}")


@dataclass
class FeedWorld:
    pool: Pool
    clock: MovableClock = field(default_factory=MovableClock)
    limits: FeedLimits = SMALL

    @property
    def runner(self) -> FeedRunner:
        return FeedRunner(self.pool, self.clock, HERE, allow_private=True, limits=self.limits)

    async def source(self, address: str | None, **more: Any) -> FeedSource:
        described = {"name": "Council", "kind": "oruk-json", "every_hours": 24 if address else None}
        source = FeedSource(uuid4(), address=address, **{**described, **more})
        async with transaction(self.pool) as connection:
            await add_source(connection, source, added_by=SOMEBODY, now=self.clock())
        return source

    async def read(self, source: FeedSource, *, anew: bool = False) -> KeptRun:
        """One run of the source, an hour later; what it left."""
        self.clock.move(timedelta(hours=1))
        async with transaction(self.pool) as connection:
            await read_now(connection, source.id, self.clock(), anew=anew)
        await self.runner.run_all_due()
        return await self.latest(source)

    async def latest(self, source: FeedSource) -> KeptRun:
        return (await self.runs(source))[0]

    async def runs(self, source: FeedSource) -> Sequence[KeptRun]:
        """The newest one alone, where there is one."""
        async with transaction(self.pool) as connection:
            return await runs_of(connection, source.id, 1)

    async def said(self, run: KeptRun, *kinds: str) -> list[tuple[Any, ...]]:
        """Kind, page, record, field and rule of what the run's report says."""
        rows = await self.pool.fetch(
            "SELECT kind, page, record, field, rule FROM feed_findings WHERE run_id = $1 "
            "AND (cardinality($2::text[]) = 0 OR kind = ANY ($2)) ORDER BY page, record, kind, field, rule",
            run.id,
            list(kinds),
        )
        return [tuple(row) for row in rows]

    async def statuses(self) -> dict[UUID, str]:
        rows = await self.pool.fetch("SELECT id, status FROM services ORDER BY id")
        return {row["id"]: row["status"] for row in rows}
