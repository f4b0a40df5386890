"""SQL about runs: taken in hand by one worker at a time, carried on by the next one, kept with what they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from asyncpg import Record

from services.directory.domain.errors import RunTakenOver
from services.directory.feeds.run import Run, RunState
from services.directory.feeds.source import FeedSource
from services.directory.storage.source_rows import source_of
from shared.postgres.pool import Connection

RUN = """runs.id AS run_id, runs.attempt, runs.began_at, runs.next_page, runs.total_pages, runs.total_items,
    runs.pages_unchanged, runs.bytes_read, runs.records"""
SOURCE = """sources.id, sources.name, sources.kind, sources.address, sources.area, sources.routable,
    sources.lapses_missing, sources.every_hours, sources.active"""
# What a worker that ended left behind.
CARRY_ON = f"""
UPDATE feed_runs AS runs SET attempt = runs.attempt + 1, lease_until = $1::timestamptz + $2::interval
FROM feed_sources AS sources
WHERE sources.id = runs.source_id AND sources.address IS NOT NULL AND runs.id = (
    SELECT id FROM feed_runs WHERE state = 'running' AND lease_until <= $1
    ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING {RUN}, {SOURCE}
"""
DUE = f"""
SELECT {SOURCE} FROM feed_sources AS sources
WHERE active AND address IS NOT NULL AND next_at <= $1
  AND NOT EXISTS (SELECT FROM feed_runs WHERE source_id = sources.id AND state = 'running')
ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
LOCK_SOURCE = "SELECT FROM feed_sources WHERE id = $1 FOR UPDATE"
ALREADY_RUNNING = (
    "SELECT EXISTS (SELECT FROM feed_runs WHERE source_id = $1 AND state = 'running' AND lease_until > $2)"
)
GIVE_UP_LEFT_BEHIND = """
UPDATE feed_runs SET state = 'refused', ended_at = $2, refusal = $3 WHERE source_id = $1 AND state = 'running'
"""
BEGIN = """
INSERT INTO feed_runs (id, source_id, state, began_at, lease_until)
VALUES ($1, $2, 'running', $3::timestamptz, $3::timestamptz + $4::interval)
ON CONFLICT (source_id) WHERE state = 'running' DO NOTHING
"""
HOLD = """
SELECT FROM feed_runs WHERE id = $1 AND attempt = $2 AND state = 'running' FOR UPDATE
"""
COUNT_UP = """
UPDATE feed_runs SET taken = taken + $2, changed = changed + $3, withdrawn = withdrawn + $4,
    organisations_taken = organisations_taken + $5, organisations_changed = organisations_changed + $6,
    lease_until = $7::timestamptz + $8::interval
WHERE id = $1
"""
ADVANCE = """
UPDATE feed_runs SET next_page = $2, total_pages = $3, total_items = $4, pages_unchanged = $5, bytes_read = $6,
    records = $7, lease_until = $8::timestamptz + $9::interval
WHERE id = $1
"""
END = """
UPDATE feed_runs SET state = $2, ended_at = $3, refusal = $4, missing = $5, withdrawn = withdrawn + $6,
    refused = (SELECT count(DISTINCT (page, record)) FROM feed_findings WHERE run_id = $1 AND kind = 'refused')
WHERE id = $1
"""
COUNTS = """id, source_id, state, began_at, ended_at, refusal, attempt, records, taken, changed, withdrawn, refused,
    missing, organisations_taken, organisations_changed"""
RUNS = f"SELECT {COUNTS} FROM feed_runs WHERE source_id = $1 ORDER BY began_at DESC, id LIMIT $2"
LATEST_RUNS = f"""
SELECT DISTINCT ON (source_id) {COUNTS} FROM feed_runs WHERE source_id = ANY ($1)
ORDER BY source_id, began_at DESC, id
"""
FIND_RUN = f"SELECT {COUNTS} FROM feed_runs WHERE id = $1"
LEFT_BEHIND = "The run before was cut off, and its file is not here any more."
# The findings of the runs that pages were last read in are carried along; older runs are only history.
FORGET_OLD = """
DELETE FROM feed_runs WHERE source_id = $1 AND state <> 'running' AND id IN (
    SELECT id FROM feed_runs WHERE source_id = $1 ORDER BY began_at DESC, id OFFSET $2)
  AND NOT EXISTS (SELECT FROM feed_pages WHERE source_id = $1 AND run_id = feed_runs.id)
"""


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as its report shows it."""

    id: UUID
    source_id: UUID
    state: RunState
    began_at: datetime
    ended_at: datetime | None
    refusal: str | None
    attempt: int
    records: int
    taken: int
    changed: int
    withdrawn: int
    refused: int
    missing: int
    organisations_taken: int
    organisations_changed: int

    @property
    def unchanged(self) -> int:
        return max(0, self.records - self.taken - self.changed - self.refused)


async def carry_on(connection: Connection, now: datetime, lease: timedelta) -> Run | None:
    """A run whose worker has ended, now in this worker's hand."""
    row = await connection.fetchrow(CARRY_ON, now, lease)
    return None if row is None else _run_of(row)


async def due_source(connection: Connection, now: datetime) -> FeedSource | None:
    """The one that has been due for longest, locked; none that another worker is about to take."""
    row = await connection.fetchrow(DUE, now)
    return None if row is None else source_of(row)


async def begin_run(
    connection: Connection, run_id: UUID, source: FeedSource, now: datetime, lease: timedelta
) -> Run | None:
    """None: another worker has begun one, in the moment between the look for what is due and this."""
    if await connection.execute(BEGIN, run_id, source.id, now, lease) == "INSERT 0 0":
        return None
    return Run(run_id, source, 1, now)


async def is_running(connection: Connection, source_id: UUID, now: datetime) -> bool:
    """Whether somebody reads the source now. One that was cut off is at its end: its file came by hand."""
    await connection.execute(LOCK_SOURCE, source_id)
    if await connection.fetchval(ALREADY_RUNNING, source_id, now):
        return True
    await connection.execute(GIVE_UP_LEFT_BEHIND, source_id, now, LEFT_BEHIND)
    return False


async def hold(connection: Connection, run: Run) -> None:
    """Raises RunTakenOver when the run is another worker's by now, or has ended."""
    if await connection.fetchrow(HOLD, run.id, run.attempt) is None:
        raise RunTakenOver(run.id)


class Counted(Protocol):
    """What a batch did."""

    @property
    def taken(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def withdrawn(self) -> int: ...
    @property
    def organisations_taken(self) -> int: ...
    @property
    def organisations_changed(self) -> int: ...


async def count_up(
    connection: Connection, run: Run, counts: Counted, now: datetime, lease: timedelta
) -> None:
    """Beside what the batches before did."""
    await connection.execute(
        COUNT_UP,
        run.id,
        counts.taken,
        counts.changed,
        counts.withdrawn,
        counts.organisations_taken,
        counts.organisations_changed,
        now,
        lease,
    )


async def advance(connection: Connection, run: Run, now: datetime, lease: timedelta) -> None:
    await connection.execute(
        ADVANCE,
        run.id,
        run.next_page,
        run.total_pages,
        run.total_items,
        run.pages_unchanged,
        run.bytes_read,
        run.records,
        now,
        lease,
    )


async def end_run(
    connection: Connection,
    run: Run,
    state: RunState,
    now: datetime,
    *,
    refusal: str | None = None,
    missing: int = 0,
    lapsed: int = 0,
) -> None:
    await connection.execute(END, run.id, state, now, refusal, missing, lapsed)


async def runs_of(connection: Connection, source_id: UUID, most: int) -> list[KeptRun]:
    """Newest first."""
    return [KeptRun(**row) for row in await connection.fetch(RUNS, source_id, most)]


async def latest_runs(connection: Connection, source_ids: Sequence[UUID]) -> dict[UUID, KeptRun]:
    rows = await connection.fetch(LATEST_RUNS, list(source_ids))
    return {row["source_id"]: KeptRun(**row) for row in rows}


async def find_run(connection: Connection, run_id: UUID) -> KeptRun | None:
    row = await connection.fetchrow(FIND_RUN, run_id)
    return None if row is None else KeptRun(**row)


async def forget_old_runs(connection: Connection, source_id: UUID, keep: int) -> None:
    await connection.execute(FORGET_OLD, source_id, keep)


def _run_of(row: Record) -> Run:
    return Run(
        row["run_id"],
        source_of(row),
        row["attempt"],
        row["began_at"],
        row["next_page"],
        row["total_pages"],
        row["total_items"],
        row["pages_unchanged"],
        row["bytes_read"],
        row["records"],
    )
