"""Fetches the pages of a source one by one, and asks for no record or page that is as it was."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import httpx

from services.directory.domain.errors import FeedRefused
from services.directory.entrypoints.feeds.bounded_fetch import (
    JSON,
    BoundedFetch,
    FeedAnswered,
    FeedLimits,
    refuse_too_large,
)
from services.directory.entrypoints.feeds.feed_source import AT_ONCE
from services.directory.feeds.hsds_tables import read_tables
from services.directory.feeds.packed_files import unpacked
from services.directory.feeds.page import LARGEST_COUNT, FetchedPage, page_of_file
from services.directory.feeds.run import NOTHING_KNOWN, KnownRecord, Listed, Validators
from services.directory.feeds.simple_sheet import read_sheet
from services.directory.feeds.source import FeedSource, SourceKind
from services.directory.feeds.workbook_rows import MEDIA_TYPE as WORKBOOK
from services.directory.oruk.feed import (
    Page,
    Unavailable,
    Unchanged,
    envelope_faults,
    parse_page,
    readable_id,
    thin_record_id,
)

ACCEPTED: Mapping[SourceKind, str] = {
    "oruk-json": JSON,
    "hsds-tables": "application/zip, application/octet-stream;q=0.5",
    "simple-sheet": f"text/csv, {WORKBOOK};q=0.9, text/plain;q=0.5, */*;q=0.1",
}
GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page's list as it came, before the full records behind it are asked for; None: it is as it was."""

    body: bytes | None
    validators: Validators


@dataclass(slots=True)
class SourcePages:
    """The pages of one source, with an open connection to its server."""

    source: FeedSource
    address: str
    fetch: BoundedFetch

    async def fetched(self, number: int, known: Validators) -> Fetched:
        address = str(httpx.URL(self.address).copy_set_param("page", number)) if number > 1 else self.address
        answer = await self.fetch.answer(address, known, ACCEPTED[self.source.kind])
        return Fetched(answer.body, answer.validators)

    async def filled(
        self, page: Page, number: int, validators: Validators, known: Mapping[UUID, KnownRecord]
    ) -> FetchedPage:
        """The page with the full record behind each entry that shows little, where it may have changed."""
        records: list[object] = list(page.records)
        listed: dict[int, Listed] = {}
        waiting = iter(range(len(records)))

        async def take_on() -> None:
            """A few of these share the work: a page may hold very many records."""
            for index in waiting:
                found, entry = await self._one(page, records[index], known)
                records[index] = found
                if entry is not None:
                    listed[index] = entry

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(take_on())
        except ExceptionGroup as together:
            raise together.exceptions[0] from None  # the bound that was passed; the others were cut off by it
        return FetchedPage(
            records=records,
            listed=[listed[index] for index in sorted(listed)],
            envelope=envelope_faults(page, number),
            validators=validators if _says_all(page) else NOTHING_KNOWN,
            total_pages=page.total_pages,
            total_items=_total_items(page),
        )

    async def _one(
        self, page: Page, record: object, known: Mapping[UUID, KnownRecord]
    ) -> tuple[object, Listed | None]:
        record_id = readable_id(record) if isinstance(record, dict) else None
        if record_id is None:
            return record, None
        if page.envelope is None or thin_record_id(record) is None:
            return record, Listed(record_id)
        digest = _digest(record) if _says_when(record) else None
        before = known.get(record_id, KnownRecord())
        if digest is not None and digest == before.list_digest:
            return Unchanged(record_id), Listed(record_id, digest)
        return await self._full_record(record_id, before, digest)

    async def _full_record(
        self, record_id: UUID, before: KnownRecord, digest: str | None
    ) -> tuple[object, Listed]:
        """One that cannot be had costs one record; a bound that is passed ends the whole feed."""
        address = str(httpx.URL(self.address).copy_with(query=None)).rstrip("/")
        try:
            answer = await self.fetch.answer(f"{address}/{record_id}", Validators(before.etag))
            if answer.body is None:
                return Unchanged(record_id), Listed(record_id)
            found = await asyncio.to_thread(parse_page, answer.body)
        except FeedRefused as error:
            refuse_too_large(self.fetch.bytes_read, self.fetch.limits)
            gone = isinstance(error, FeedAnswered) and error.status in GONE
            return Unavailable(record_id, gone), Listed(record_id, gone=gone)
        listed = Listed(record_id, digest, answer.validators.etag)
        records = found.records
        if found.envelope is not None or len(records) != 1 or not _is_record(records[0], record_id):
            return Unavailable(record_id), Listed(record_id)
        return records[0], listed


def file_page(source: FeedSource, body: bytes, validators: Validators = NOTHING_KNOWN) -> FetchedPage:
    """A whole file of the source's kind. Raises FeedRefused."""
    match source.kind:
        case "hsds-tables":
            return page_of_file(read_tables(unpacked(body)), validators)
        case "simple-sheet":
            return page_of_file(read_sheet(body, source.id), validators)
        case "oruk-json":
            page = parse_page(body)
            said = [] if page.envelope is None else envelope_faults(page, 1)
            return FetchedPage(page.records, envelope=said, total_items=_total_items(page))


def check_pages(page: Page, limits: FeedLimits) -> None:
    if page.total_pages > limits.most_pages:
        raise FeedRefused(f"The feed says it has more than {limits.most_pages} pages.")


def ids_of(records: Sequence[object]) -> list[UUID]:
    found = (readable_id(record) for record in records if isinstance(record, dict))
    return [record_id for record_id in found if record_id is not None]


def _is_record(found: object, record_id: UUID) -> bool:
    """A server that answers every address with the same record would have it taken again and again."""
    return isinstance(found, dict) and readable_id(found) == record_id


def _says_when(record: object) -> bool:
    """An entry that shows little changes with its record only if it says when that changed last."""
    return isinstance(record, dict) and isinstance(record.get("last_modified"), str)


def _says_all(page: Page) -> bool:
    """Whether a page that is as it was means that all its records are."""
    return all(thin_record_id(record) is None or _says_when(record) for record in page.records)


def _total_items(page: Page) -> int | None:
    """A list without an envelope came whole; a single record is no list."""
    if page.envelope is None:
        return len(page.records) if len(page.records) != 1 else None
    said = page.total_items
    return said if said is not None and said <= LARGEST_COUNT else None


def _digest(record: object) -> str:
    text = json.dumps(record, sort_keys=True, default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
