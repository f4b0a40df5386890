"""What people decide about sources: which there are, when they are read, whose a record is, what a held run means."""

from datetime import datetime
from uuid import UUID

from services.directory.domain.errors import ServiceNotFound, SourceNotFound
from services.directory.feeds.run import Run
from services.directory.feeds.source import FeedSource
from services.directory.storage import source_rows
from services.directory.storage.run_rows import KeptRun, find_run, runs_of
from services.directory.storage.writers_turn import take_turn
from services.directory.use_cases.run_feed import withdraw_missing
from shared.postgres.pool import Connection


async def add_source(connection: Connection, source: FeedSource, *, added_by: UUID, now: datetime) -> None:
    """One with an address is read as soon as a worker is free."""
    due = now if source.address is not None else None
    await source_rows.add_source(connection, source, next_at=due, added_by=added_by, now=now)


async def find_source(connection: Connection, source_id: UUID) -> FeedSource:
    """Raises SourceNotFound."""
    found = await source_rows.find_source(connection, source_id)
    if found is None:
        raise SourceNotFound
    return found


async def find_report(connection: Connection, run_id: UUID) -> tuple[FeedSource, KeptRun]:
    """Raises SourceNotFound."""
    run = await find_run(connection, run_id)
    if run is None:
        raise SourceNotFound
    return await find_source(connection, run.source_id), run


async def read_now(connection: Connection, source_id: UUID, now: datetime, *, anew: bool = False) -> None:
    """`anew`: also what is as it was. Raises SourceNotFound."""
    source = await find_source(connection, source_id)
    if anew:
        await source_rows.forget_validators(connection, source_id)
    if source.address is not None:
        await source_rows.set_due(connection, source_id, now)


async def pause_or_go_on(connection: Connection, source_id: UUID, *, active: bool) -> None:
    """What it has brought stays. Raises SourceNotFound."""
    await find_source(connection, source_id)
    await source_rows.set_active(connection, source_id, active=active)


async def let_source_keep(connection: Connection, source_id: UUID, service_id: UUID, now: datetime) -> None:
    """The service is this source's from now on, and is read anew. Raises SourceNotFound and ServiceNotFound."""
    await find_source(connection, source_id)
    await take_turn(connection)
    if not await source_rows.take_over(connection, service_id, source_id):
        raise ServiceNotFound(service_id)
    await read_now(connection, source_id, now, anew=True)


async def confirm_missing(connection: Connection, run_id: UUID, now: datetime) -> int:
    """What a held run did not name is withdrawn; how many that were. Raises SourceNotFound for any other run."""
    source, run = await find_report(connection, run_id)
    newest = (await runs_of(connection, source.id, 1))[0]
    if run.state != "held-for-a-person" or newest.id != run.id:
        raise SourceNotFound
    held = Run(run.id, source, run.attempt, run.began_at, records=run.records)
    return await withdraw_missing(connection, held, now)
