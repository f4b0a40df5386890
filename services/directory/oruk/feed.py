"""A whole Open Referral UK feed → records read, records refused, and what its envelope gets wrong."""

import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from services.directory.domain.errors import FeedRefused, RecordRefused
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.oruk.read_service import read_service_record

MOST_RECORDS = 200_000  # of a page
OF_ANOTHER_SOURCE = "belongs-to-another-source"
DETAILS = frozenset({"attributes", "service_areas", "service_at_locations", "schedules", "languages"})


@dataclass(frozen=True, slots=True)
class Notice:
    """One finding about one record: its number in the feed (from 1), its id where readable, field and rule."""

    record: int
    record_id: UUID | None
    field: str
    rule: str


@dataclass(frozen=True, slots=True)
class EnvelopeFault:
    """Something that an envelope says of its page, or leaves out."""

    field: str
    rule: str

    def __str__(self) -> str:
        return {
            "missing": f"{self.field} is missing",
            "does-not-match": f"{self.field} does not match what the page holds",
        }.get(self.rule, "no page envelope")


@dataclass(slots=True)
class Feed:
    """All pages of a feed, read, or some of them. The first mention of an organisation or a service counts.

    Of pages that were read earlier: `seen` are their records, `organisations` those they named; `others` are
    organisations that somebody else keeps. `numbers` are the services' places in the feed.
    """

    services: dict[UUID, Service] = field(default_factory=dict)
    organisations: dict[UUID, Organisation] = field(default_factory=dict)
    refused: list[Notice] = field(default_factory=list)
    remarks: list[Notice] = field(default_factory=list)
    envelope_faults: list[str] = field(default_factory=list)
    record_count: int = 0
    seen: AbstractSet[UUID] = frozenset()
    others: AbstractSet[UUID] = frozenset()
    numbers: dict[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Stands in a page for a record of a list whose full form could not be had. `gone`: its address says so."""

    record_id: UUID
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Stands in a page for a record that is as it was when it was taken last."""

    record_id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came: its envelope (absent where the feed is a bare record or list) and its records."""

    envelope: Mapping[str, object] | None
    records: list[object]

    @property
    def total_pages(self) -> int:
        return self._count("total_pages") or 1

    @property
    def total_items(self) -> int | None:
        return self._count("total_items")

    def _count(self, name: str) -> int | None:
        found = self.envelope.get(name) if self.envelope else None
        return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def thin_record_id(record: object) -> UUID | None:
    """The id of a record that shows only what a service has one of; None for a full one or a broken id."""
    if not isinstance(record, dict) or DETAILS & record.keys():
        return None
    return readable_id(record)


def parse_page(body: bytes) -> Page:
    """Raises FeedRefused for anything that is not a page, a list or one record in JSON."""
    document = _parse_json(body)
    if isinstance(document, list):
        return _checked(Page(None, document))
    if not isinstance(document, dict):
        raise FeedRefused("The feed is not an Open Referral UK page: it is a bare value.")
    if "contents" not in document:
        if "id" in document and "name" in document:
            return Page(None, [document])
        raise FeedRefused("The feed is not an Open Referral UK page: it has no contents.")
    if not isinstance(document["contents"], list):
        raise FeedRefused("The feed is not an Open Referral UK page: its contents are not a list.")
    return _checked(Page(document, document["contents"]))


def _checked(page: Page) -> Page:
    """A feed of bytes that hardly say anything would cost far more memory than its own size."""
    if len(page.records) > MOST_RECORDS:
        raise FeedRefused(f"A page of the feed holds more than {MOST_RECORDS:,} records.")
    return page


def read_feed(pages: list[Page], *, routable: bool = True) -> Feed:
    """Reads every record of every page; a bad one is refused and stops nothing."""
    feed = Feed()
    for number, page in enumerate(pages, start=1):
        for fault in envelope_faults(page, number):
            feed.envelope_faults.append(f"page {number}: {fault}")
        read_records(feed, page.records, routable=routable)
    feed.envelope_faults.extend(_total_faults(feed, pages))
    return feed


def read_records(feed: Feed, records: Iterable[object], *, routable: bool = True) -> None:
    """Reads on: these records follow those that the feed has read."""
    for record in records:
        feed.record_count += 1
        _read_record(feed, record, routable=routable)


def envelope_faults(page: Page, number: int) -> list[EnvelopeFault]:
    """Where an envelope says other than what the page holds."""
    if page.envelope is None:
        return [EnvelopeFault("", "no-envelope")]
    count = len(page.records)
    expected: Mapping[str, object] = {
        "size": count,
        "page_number": number,
        "first_page": number == 1,
        "last_page": number == page.total_pages,
        "empty": count == 0,
    }
    faults = []
    for name, value in expected.items():
        if name not in page.envelope:
            faults.append(EnvelopeFault(name, "missing"))
        elif page.envelope[name] != value:
            faults.append(EnvelopeFault(name, "does-not-match"))
    return faults + [
        EnvelopeFault(name, "missing") for name in ("total_items", "total_pages") if name not in page.envelope
    ]


def _total_faults(feed: Feed, pages: list[Page]) -> list[str]:
    said = pages[0].envelope.get("total_items") if pages and pages[0].envelope else None
    if said is None or said == feed.record_count:
        return []
    return [f"total_items does not match: {feed.record_count} records came"]


def _read_record(feed: Feed, record: object, *, routable: bool) -> None:
    number = feed.record_count
    if isinstance(record, Unchanged):
        return
    if isinstance(record, Unavailable):
        feed.refused.append(Notice(number, record.record_id, "record", "full-record-not-available"))
        return
    if not isinstance(record, dict):
        feed.refused.append(Notice(number, None, "record", "not-an-object"))
        return
    record_id = readable_id(record)
    try:
        read = read_service_record(record, routable=routable, known=feed.organisations)
    except RecordRefused as refusal:
        feed.refused.append(Notice(number, record_id, refusal.field, refusal.rule))
        return
    if read.service.id in feed.services or read.service.id in feed.seen:
        feed.refused.append(Notice(number, record_id, "id", "repeated"))
        return
    known = feed.organisations.setdefault(read.organisation.id, read.organisation)
    feed.services[read.service.id] = read.service
    feed.numbers[read.service.id] = number
    feed.remarks.extend(Notice(number, record_id, each.field, each.rule) for each in read.remarks)
    if known != read.organisation:
        rule = OF_ANOTHER_SOURCE if known.id in feed.others else "differs-from-first-mention"
        feed.remarks.append(Notice(number, record_id, "organization", rule))


def readable_id(record: Mapping[str, object]) -> UUID | None:
    """The id of a record, where it can be read."""
    try:
        return UUID(str(record.get("id")))
    except ValueError:
        return None


def _parse_json(body: bytes) -> object:
    try:
        document: object = json.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        raise FeedRefused("The feed is not JSON: it is not UTF-8 text.") from error
    except RecursionError as error:
        raise FeedRefused("The feed is nested too deep to be a feed.") from error
    except json.JSONDecodeError as error:
        raise FeedRefused(f"The feed is not JSON: line {error.lineno}, column {error.colno}.") from error
    except (ValueError, ArithmeticError) as error:
        raise FeedRefused("The feed is not JSON: it has a number that no feed needs.") from error
    return document


def _refuse_constant(name: str) -> object:
    raise FeedRefused(f"The feed is not JSON: {name} is not a number.")
