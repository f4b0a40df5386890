"""SQL about what a source has named: its pages and records as they last came, and what it names no longer."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.feeds.complete_run import MissingRecord
from services.directory.feeds.run import FORM, KnownPage, KnownRecord, Listed, Run, Validators
from services.directory.storage.stored_documents import organisation_from, service_from
from shared.postgres.pool import Connection

FIND_PAGE = """
SELECT etag, last_modified, total_pages, total_items, after_record, records, run_id
FROM feed_pages WHERE source_id = $1 AND page = $2 AND form = $3
"""
KEEP_PAGE = """
INSERT INTO feed_pages (source_id, page, etag, last_modified, form, total_pages, total_items, after_record, records, run_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT ON CONSTRAINT feed_pages_pk DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
    form = excluded.form, total_pages = excluded.total_pages, total_items = excluded.total_items,
    after_record = excluded.after_record, records = excluded.records, run_id = excluded.run_id
"""
FORGET_PAGES_AFTER = "DELETE FROM feed_pages WHERE source_id = $1 AND page > $2"

FIND_RECORDS = """
SELECT record_id, list_digest, etag FROM feed_records JOIN services ON services.id = record_id
WHERE feed_records.source_id = $1 AND record_id = ANY ($2) AND services.source_id = $1
"""
SEEN = """
SELECT record_id FROM feed_records
WHERE source_id = $1 AND record_id = ANY ($2) AND seen_in_run = $3 AND page <> $4
"""
NOTE_LISTED = """
INSERT INTO feed_records (source_id, record_id, page, seen_in_run)
SELECT $1, record_id, $3, $4 FROM unnest($2::uuid[]) AS record_id
ON CONFLICT ON CONSTRAINT feed_records_pk
    DO UPDATE SET page = excluded.page, seen_in_run = excluded.seen_in_run, missing_since = NULL
"""
NOTE_READ = """
UPDATE feed_records SET organisation_id = given.organisation_id, list_digest = given.list_digest, etag = given.etag
FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS given (record_id, organisation_id, list_digest, etag)
WHERE source_id = $1 AND feed_records.record_id = given.record_id
"""
NOTE_PAGE_SEEN = """
UPDATE feed_records SET seen_in_run = $3, missing_since = NULL WHERE source_id = $1 AND page = $2
    AND seen_in_run = $4
"""
# The organisations of a batch that records of this run have named already.
MET = """
SELECT id, document, referrals_email, organisations.source_id IS DISTINCT FROM $1 AS of_another
FROM organisations WHERE id = ANY ($3) AND EXISTS (
    SELECT FROM feed_records
    WHERE feed_records.source_id = $1 AND organisation_id = organisations.id AND seen_in_run = $2)
"""

# Services that take people, or will again; what has ended may go from a list without a word.
LIVE = """
feed_records.source_id = $1 AND services.source_id = $1 AND services.status IN ('active', 'temporarily closed')
"""
MISSING = f"""
SELECT record_id, missing_since FROM feed_records JOIN services ON services.id = record_id
WHERE {LIVE} AND seen_in_run <> $2 ORDER BY record_id
"""
COUNT_LIVE = f"SELECT count(*) FROM feed_records JOIN services ON services.id = record_id WHERE {LIVE}"
SAY_MISSING = """
UPDATE feed_records SET missing_since = $3 WHERE source_id = $1 AND record_id = ANY ($2) AND missing_since IS NULL
"""
FORGET_READ = """
UPDATE feed_records SET list_digest = NULL, etag = NULL WHERE source_id = $1 AND record_id = ANY ($2)
"""
AS_FED = (
    "SELECT coalesce(fed, document) AS fed FROM services WHERE id = ANY ($1) AND source_id = $2 ORDER BY id"
)


async def find_page(connection: Connection, source_id: UUID, page: int) -> KnownPage | None:
    """None where it never came, or was read by an older reader."""
    row = await connection.fetchrow(FIND_PAGE, source_id, page, FORM)
    if row is None:
        return None
    return KnownPage(
        Validators(row["etag"], row["last_modified"]),
        row["total_pages"],
        row["total_items"],
        row["after_record"],
        row["records"],
        row["run_id"],
    )


async def keep_page(connection: Connection, source_id: UUID, page: int, known: KnownPage) -> None:
    await connection.execute(
        KEEP_PAGE,
        source_id,
        page,
        known.validators.etag,
        known.validators.last_modified,
        FORM,
        known.total_pages,
        known.total_items,
        known.after_record,
        known.records,
        known.run_id,
    )


async def forget_pages_after(connection: Connection, source_id: UUID, last: int) -> None:
    await connection.execute(FORGET_PAGES_AFTER, source_id, last)


async def find_records(
    connection: Connection, source_id: UUID, record_ids: Collection[UUID]
) -> dict[UUID, KnownRecord]:
    """Those of the records that were taken from this source."""
    rows = await connection.fetch(FIND_RECORDS, source_id, list(record_ids))
    return {
        row["record_id"]: KnownRecord(_of_form(row["list_digest"]), _of_form(row["etag"])) for row in rows
    }


async def seen_on_other_pages(connection: Connection, run: Run, record_ids: Collection[UUID]) -> set[UUID]:
    rows = await connection.fetch(SEEN, run.source.id, list(record_ids), run.id, run.next_page)
    return {row["record_id"] for row in rows}


async def note_listed(connection: Connection, run: Run, record_ids: Collection[UUID]) -> None:
    """The source has named these on the run's next page, whatever became of them."""
    ids = sorted(set(record_ids))
    await connection.execute(NOTE_LISTED, run.source.id, ids, run.next_page, run.id)


async def note_read(
    connection: Connection, source_id: UUID, services: Sequence[Service], listed: dict[UUID, Listed]
) -> None:
    """How the records of these services came, so that they are asked for again only when they are new."""
    given = [listed.get(each.id, Listed(each.id)) for each in services]
    await connection.execute(
        NOTE_READ,
        source_id,
        [each.id for each in services],
        [each.organisation_id for each in services],
        [_with_form(each.list_digest) for each in given],
        [_with_form(each.etag) for each in given],
    )


async def note_page_seen(connection: Connection, run: Run, known: KnownPage) -> None:
    """The run's next page is as it was, so it names what it named when it was read last."""
    await connection.execute(NOTE_PAGE_SEEN, run.source.id, run.next_page, run.id, known.run_id)


async def organisations_met(
    connection: Connection, run: Run, organisation_ids: Collection[UUID]
) -> tuple[dict[UUID, Organisation], set[UUID]]:
    """Those that the run has named on earlier pages, and which of them somebody else keeps."""
    rows = await connection.fetch(MET, run.source.id, run.id, list(organisation_ids))
    met = {row["id"]: organisation_from(row["document"], row["referrals_email"]) for row in rows}
    return met, {row["id"] for row in rows if row["of_another"]}


async def missing_records(connection: Connection, run: Run) -> list[MissingRecord]:
    rows = await connection.fetch(MISSING, run.source.id, run.id)
    return [MissingRecord(row["record_id"], row["missing_since"]) for row in rows]


async def count_live(connection: Connection, source_id: UUID) -> int:
    found: int = await connection.fetchval(COUNT_LIVE, source_id)
    return found


async def say_missing(
    connection: Connection, source_id: UUID, record_ids: Sequence[UUID], since: datetime
) -> None:
    await connection.execute(SAY_MISSING, source_id, list(record_ids), since)


async def forget_read(connection: Connection, source_id: UUID, record_ids: Sequence[UUID]) -> None:
    """If these come again, they are read anew."""
    await connection.execute(FORGET_READ, source_id, list(record_ids))


async def services_as_fed(
    connection: Connection, source_id: UUID, service_ids: Sequence[UUID]
) -> list[Service]:
    """As their source last described them."""
    rows = await connection.fetch(AS_FED, list(service_ids), source_id)
    return [service_from(row["fed"]) for row in rows]


def _with_form(said: str | None) -> str | None:
    return None if said is None else f"{FORM} {said}"


def _of_form(kept: str | None) -> str | None:
    """Only what this reader has read itself counts as read."""
    form, _, said = (kept or "").partition(" ")
    return said if form == str(FORM) else None
