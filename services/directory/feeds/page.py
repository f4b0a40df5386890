"""One page of a source as it was fetched, or a whole file, which is a page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.directory.feeds.raw_record import Finding, RawRecord, Taken
from services.directory.feeds.run import NOTHING_KNOWN, Listed, Validators
from services.directory.oruk.feed import EnvelopeFault

LARGEST_COUNT = 2_000_000_000  # what a page may say that there is; more is no count


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """`records` are what the reader of records takes; `raw` say from which cells those of a file came.

    `listed` are all records that the page names. `total_items` is None where nothing says how many there are.
    """

    records: Sequence[object]
    listed: Sequence[Listed] = ()
    envelope: Sequence[EnvelopeFault] = ()
    validators: Validators = NOTHING_KNOWN
    total_pages: int = 1
    total_items: int | None = None
    raw: Sequence[RawRecord] = ()
    findings: Sequence[Finding] = ()


def page_of_file(taken: Taken, validators: Validators = NOTHING_KNOWN) -> FetchedPage:
    """A file came whole, so it names all that its source has."""
    return FetchedPage(
        records=[each.values for each in taken.records],
        validators=validators,
        total_items=len(taken.records),
        raw=taken.records,
        findings=taken.findings,
    )
