"""One reading of a source: begun or carried on, its pages taken one after the other, and what follows at its end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.directory.domain.errors import FeedRefused, SourceBusy
from services.directory.feeds.complete_run import Missing, is_complete, what_lapses
from services.directory.feeds.run import Run, RunFinding, RunState
from services.directory.feeds.source import FeedSource
from services.directory.storage import feed_record_rows as record_rows
from services.directory.storage import run_rows
from services.directory.storage.finding_rows import write_findings
from services.directory.storage.source_rows import set_due
from services.directory.use_cases.import_services import ImportServices, SourceRef, import_services
from shared.postgres.pool import Connection

KEPT_RUNS = 50  # of a source
MISSING_TWICE = "missing-from-two-complete-runs"
BY_A_PERSON = "withdrawn-by-a-person"


async def take_in_hand(connection: Connection, now: datetime, lease: timedelta) -> Run | None:
    """A run that was cut off, or a new one of the source that is due for longest.

    None: there is nothing to do, or another worker was quicker.
    """
    left_behind = await run_rows.carry_on(connection, now, lease)
    if left_behind is not None:
        return left_behind
    source = await run_rows.due_source(connection, now)
    return None if source is None else await run_rows.begin_run(connection, uuid4(), source, now, lease)


async def begin_given(connection: Connection, source: FeedSource, now: datetime, lease: timedelta) -> Run:
    """A run of a file that somebody hands over. Raises SourceBusy, and FeedRefused where it is read by its address."""
    if source.address is not None:
        raise FeedRefused("This list is read from its address. A file cannot be sent for it.")
    if await run_rows.is_running(connection, source.id, now):
        raise SourceBusy
    begun = await run_rows.begin_run(connection, uuid4(), source, now, lease)
    if begun is None:
        raise SourceBusy
    return begun


async def finish(connection: Connection, run: Run, now: datetime) -> RunState:
    """All pages came: what is missing for the second time is withdrawn, unless that is too much at once."""
    await run_rows.hold(connection, run)
    missing = await _what_is_missing(connection, run)
    await record_rows.say_missing(connection, run.source.id, missing.first_time, run.began_at)
    lapsed = await _withdraw(connection, run, missing.lapsing, MISSING_TWICE)
    state: RunState = "unchanged" if run.pages_unchanged == run.total_pages and not lapsed else "done"
    await record_rows.forget_pages_after(connection, run.source.id, run.total_pages or 1)
    await run_rows.end_run(
        connection,
        run,
        "held-for-a-person" if missing.held else state,
        now,
        missing=missing.count - lapsed,
        lapsed=lapsed,
    )
    await _plan_next(connection, run.source, now, run.source.every_hours)
    return "held-for-a-person" if missing.held else state


async def refuse(connection: Connection, run: Run, now: datetime, why: str) -> None:
    """What was taken stays taken. The source is asked again within the hour."""
    await run_rows.hold(connection, run)
    await run_rows.end_run(connection, run, "refused", now, refusal=why)
    every = run.source.every_hours
    await _plan_next(connection, run.source, now, None if every is None else min(every, 1))


async def withdraw_missing(connection: Connection, run: Run, now: datetime) -> int:
    """A person has looked at a run that was held: what it did not name is withdrawn after all."""
    missing = await record_rows.missing_records(connection, run)
    lapsed = await _withdraw(connection, run, [each.record_id for each in missing], BY_A_PERSON)
    await run_rows.end_run(connection, run, "done", now, missing=len(missing) - lapsed, lapsed=lapsed)
    return lapsed


async def _what_is_missing(connection: Connection, run: Run) -> Missing:
    if not is_complete(total_items=run.total_items, records=run.records):
        return Missing()
    missing = await record_rows.missing_records(connection, run)
    if not run.source.lapses_missing:
        return Missing(count=len(missing))
    return what_lapses(missing, await record_rows.count_live(connection, run.source.id))


async def _withdraw(connection: Connection, run: Run, service_ids: Sequence[UUID], rule: str) -> int:
    """By the same path as a status that says so. If the source names one again, it is read anew."""
    if not service_ids:
        return 0
    services = await record_rows.services_as_fed(connection, run.source.id, service_ids)
    ended = [replace(service, status="inactive") for service in services]
    source = SourceRef(run.source.id, run.source.routable)
    written = await import_services(connection, ImportServices(ended, (), source))
    await record_rows.forget_read(connection, run.source.id, service_ids)
    findings = [
        RunFinding(0, number, "withdrawn", "status", rule, change.service_id)
        for number, change in enumerate(written.changes, start=1)
    ]
    await write_findings(connection, run, findings)
    return len(written.changes)


async def _plan_next(
    connection: Connection, source: FeedSource, now: datetime, after_hours: int | None
) -> None:
    due = None if after_hours is None else now + timedelta(hours=after_hours)
    await set_due(connection, source.id, due)
    await run_rows.forget_old_runs(connection, source.id, KEPT_RUNS)
