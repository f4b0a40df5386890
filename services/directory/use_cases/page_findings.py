"""What a run says of a page: of each record, with its cell where there is one, and of what is around records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from services.directory.domain.service import Service
from services.directory.feeds.page import FetchedPage
from services.directory.feeds.run import FindingKind, Run, RunFinding
from services.directory.oruk.feed import OF_ANOTHER_SOURCE, Feed, Notice
from services.directory.storage.stored_documents import service_document
from services.directory.use_cases.import_services import ORGANISATION_OF_ANOTHER
from services.directory.use_cases.write_services import Changed, Written

MOST_REMARKS = 20  # on one record


@dataclass(slots=True)
class PageInHand:
    """A page while it is being taken. `feed` holds what was read of it, `refused` what was not to be written."""

    run: Run
    page: FetchedPage
    feed: Feed
    refused: dict[UUID, str] = field(default_factory=dict)

    def batches(self, size: int) -> list[list[Service]]:
        """At least one, so that a page without services is taken too."""
        services = list(self.feed.services.values())
        return [services[start : start + size] for start in range(0, len(services), size)] or [[]]


def findings_of_batch(in_hand: PageInHand, services: Sequence[Service], written: Written) -> list[RunFinding]:
    """What became of the services that were written."""
    return list(_of_batch(in_hand, services, written))


def findings_of_page(in_hand: PageInHand) -> list[RunFinding]:
    """What the page says besides: of its envelope, of rows of no record, of records refused or taken with a remark."""
    return list(_of_page(in_hand))


def _of_batch(in_hand: PageInHand, services: Sequence[Service], written: Written) -> Iterator[RunFinding]:
    number, page = in_hand.feed.numbers, in_hand.run.next_page
    for change in written.changes:
        at = number[change.service_id]
        kind: FindingKind = "taken" if change.before is None else "changed"
        yield _placed(in_hand, RunFinding(page, at, kind, _fields(change), "", change.service_id))
        if change.withdrawn:
            yield _placed(in_hand, RunFinding(page, at, "withdrawn", "status", "", change.service_id))
    for refused in written.refused:
        at = number[refused.service_id]
        yield _placed(
            in_hand, RunFinding(page, at, "refused", refused.field, refused.rule, refused.service_id)
        )
    kept = set(written.organisations_kept)
    refused_for_it = {each.service_id for each in written.refused if each.rule == ORGANISATION_OF_ANOTHER}
    for service in services:
        if service.organisation_id in kept and service.id not in refused_for_it:
            at = number[service.id]
            yield _placed(
                in_hand, RunFinding(page, at, "remark", "organization", OF_ANOTHER_SOURCE, service.id)
            )


def _of_page(in_hand: PageInHand) -> Iterator[RunFinding]:
    page, number = in_hand.page, in_hand.run.next_page
    for fault in page.envelope:
        yield RunFinding(number, 0, "envelope", fault.field, fault.rule)
    for found in page.findings:
        where = found.where
        yield RunFinding(
            number, 0, "remark", where.column or "", found.rule, file=where.file, line=where.line
        )
    for notice in in_hand.feed.refused:
        yield _placed(in_hand, _said(number, notice, refused=True))
    remarks: dict[int, int] = {}
    for notice in in_hand.feed.remarks:
        remarks[notice.record] = remarks.get(notice.record, 0) + 1
        if remarks[notice.record] <= MOST_REMARKS:
            yield _placed(in_hand, _said(number, notice, refused=False))


def _said(page: int, notice: Notice, *, refused: bool) -> RunFinding:
    kind: FindingKind = "refused" if refused else "remark"
    return RunFinding(page, notice.record, kind, notice.field, notice.rule, notice.record_id)


def _placed(in_hand: PageInHand, finding: RunFinding) -> RunFinding:
    """With the cell that it is about, where the record came out of a file."""
    raw = in_hand.page.raw
    if not raw:
        return finding
    record = raw[finding.record - in_hand.run.records - 1]
    if finding.kind in {"taken", "changed", "withdrawn"}:
        return replace(finding, file=record.where.file, line=record.where.line)
    where = record.cell(finding.field)
    return replace(finding, file=where.file, line=where.line, field=where.column or finding.field)


def _fields(change: Changed) -> str:
    """Which parts of an entry a change touched."""
    if change.before is None:
        return ""
    before, after = service_document(change.before), service_document(change.after)
    return ", ".join(sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key)))
