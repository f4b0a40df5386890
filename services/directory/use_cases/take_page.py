"""Takes a page of a source: its services in batches, then all that the page says besides, and the run goes on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.directory.domain.service import Service
from services.directory.feeds.page import FetchedPage
from services.directory.feeds.run import KnownPage, Listed, Run
from services.directory.oruk.feed import Feed, Unchanged, readable_id
from services.directory.storage import feed_record_rows as record_rows
from services.directory.storage import run_rows
from services.directory.storage.finding_rows import carry_page_along, carry_records_along, write_findings
from services.directory.use_cases.import_services import (
    ORGANISATION_OF_ANOTHER,
    OWN_FIELDS_DO_NOT_FIT,
    ImportServices,
    SourceRef,
    import_services,
)
from services.directory.use_cases.page_findings import PageInHand, findings_of_batch, findings_of_page
from shared.postgres.pool import Connection

MAY_PASS = frozenset(
    {OWN_FIELDS_DO_NOT_FIT, ORGANISATION_OF_ANOTHER, "full-record-not-available"}
)  # so the page is asked for again


async def open_page(connection: Connection, run: Run, page: FetchedPage) -> PageInHand:
    """With what earlier pages of the run have said. Its records are read next: `read_records(in_hand.feed, …)`."""
    seen = await record_rows.seen_on_other_pages(connection, run, [each.record_id for each in _listed(page)])
    met, others = await record_rows.organisations_met(connection, run, _organisations_named(page))
    feed = Feed(organisations=met, record_count=run.records, seen=seen, others=others)
    return PageInHand(run, page, feed)


async def take_batch(
    connection: Connection, in_hand: PageInHand, services: Sequence[Service], now: datetime, lease: timedelta
) -> None:
    """Rows, events and what is said of each record together. Raises RunTakenOver."""
    run, feed = in_hand.run, in_hand.feed
    await run_rows.hold(connection, run)
    named = {service.organisation_id for service in services}
    organisations = [feed.organisations[each] for each in named if each not in feed.others]
    source = SourceRef(run.source.id, run.source.routable)
    written = await import_services(connection, ImportServices(services, organisations, source))
    in_hand.refused |= {each.service_id: each.rule for each in written.refused}
    await run_rows.count_up(connection, run, written.counts, now, lease)
    await write_findings(connection, run, findings_of_batch(in_hand, services, written))


async def close_page(
    connection: Connection, in_hand: PageInHand, now: datetime, lease: timedelta, *, bytes_read: int
) -> Run:
    """The last of the page's transactions; the run as it goes on."""
    run, page, feed = in_hand.run, in_hand.page, in_hand.feed
    await run_rows.hold(connection, run)
    listed = {each.record_id: each for each in _listed(page) if not each.gone}
    unchanged = [
        (each.record_id, run.records + number)
        for number, each in enumerate(page.records, start=1)
        if isinstance(each, Unchanged)
    ]
    await carry_records_along(connection, run, run.next_page, unchanged)
    await write_findings(connection, run, findings_of_page(in_hand))
    await record_rows.note_listed(connection, run, listed)
    taken = [service for service in feed.services.values() if service.id not in in_hand.refused]
    await record_rows.note_read(connection, run.source.id, taken, listed)
    first = run.next_page == 1
    advanced = replace(
        run,
        next_page=run.next_page + 1,
        total_pages=page.total_pages if first else run.total_pages,
        total_items=page.total_items if first else run.total_items,
        bytes_read=bytes_read,
        records=feed.record_count,
    )
    await record_rows.keep_page(connection, run.source.id, run.next_page, _as_known(in_hand))
    await run_rows.advance(connection, advanced, now, lease)
    return advanced


async def pass_over_page(
    connection: Connection, run: Run, known: KnownPage, now: datetime, lease: timedelta
) -> Run:
    """The run's next page is as it was: what was said of it stands."""
    await run_rows.hold(connection, run)
    await carry_page_along(connection, run, known)
    await record_rows.note_page_seen(connection, run, known)
    first = run.next_page == 1
    advanced = replace(
        run,
        next_page=run.next_page + 1,
        total_pages=known.total_pages if first else run.total_pages,
        total_items=known.total_items if first else run.total_items,
        pages_unchanged=run.pages_unchanged + 1,
        records=run.records + known.records,
    )
    still = replace(known, after_record=run.records, run_id=run.id)
    await record_rows.keep_page(connection, run.source.id, run.next_page, still)
    await run_rows.advance(connection, advanced, now, lease)
    return advanced


def _listed(page: FetchedPage) -> Iterator[Listed]:
    """All records with an id: those of a list, or those of a file."""
    if page.listed:
        yield from page.listed
        return
    for record in page.records:
        record_id = readable_id(record) if isinstance(record, dict) else None
        if record_id is not None:
            yield Listed(record_id)


def _organisations_named(page: FetchedPage) -> set[UUID]:
    named = set()
    for record in page.records:
        if isinstance(record, dict):
            inner = record.get("organization")
            given = inner if isinstance(inner, dict) else {"id": record.get("organization_id")}
            found = readable_id(given)
            named |= {found} if found else set()
    return named


def _as_known(in_hand: PageInHand) -> KnownPage:
    """What may pass by itself is no reason to ask for the page no more."""
    run, page, feed = in_hand.run, in_hand.page, in_hand.feed
    rules = {*in_hand.refused.values(), *(each.rule for each in feed.refused)}
    validators = (
        replace(page.validators, etag=None, last_modified=None) if rules & MAY_PASS else page.validators
    )
    return KnownPage(
        validators,
        page.total_pages,
        page.total_items,
        run.records,
        feed.record_count - run.records,
        run.id,
    )
