"""Sources, runs and findings as the pages about feeds show them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from services.directory.domain.errors import FeedRefused, ServiceNotFound, SourceBusy, SourceNotFound
from services.directory.feeds.run import FindingKind, RunFinding, RunState
from services.directory.feeds.source import FeedSource, SourceKind, SourceNotValid
from services.directory.storage.run_rows import KeptRun
from shared.security.staff import NotThere
from shared.service_defaults.http_errors import KithError
from shared.vocabulary.areas import areas
from shared.web.csv_sheet import sheet

KINDS: Mapping[SourceKind, str] = {
    "oruk-json": "Open Referral UK, from its address",
    "hsds-tables": "HSDS tables in a zip file",
    "simple-sheet": "Simple sheet (Excel or CSV)",
}
STATES: Mapping[RunState, tuple[str, str]] = {
    "running": ("Being read", "blue"),
    "done": ("Read", "green"),
    "unchanged": ("As it was", "green"),
    "refused": ("Refused", "red"),
    "held-for-a-person": ("Look at this", "orange"),
}
FINDINGS: Mapping[FindingKind, str] = {
    "taken": "New",
    "changed": "Changed",
    "withdrawn": "Withdrawn",
    "refused": "Refused",
    "remark": "Taken, but",
    "envelope": "The feed's own counts",
}
CSV_HEADINGS = ("what", "page", "record", "id", "file", "line", "field", "rule")


class SourceNotReadable(KithError):
    status = 422
    slug = "source-not-readable"
    title = "This source cannot be read"
    what_to_do = "Go back and check the address and the hours."


class AlreadyBeingRead(KithError):
    status = 409
    slug = "source-being-read"
    title = "This source is being read right now"
    what_to_do = "Wait a minute, and send the file again."


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with its newest run; `next_at` is None where it is read only when somebody asks."""

    source: FeedSource
    next_at: datetime | None
    run: KeptRun | None

    @property
    def kind(self) -> str:
        return KINDS[self.source.kind]

    @property
    def area(self) -> str:
        return areas().name(self.source.area) if self.source.area else "No area"

    @property
    def state(self) -> tuple[str, str]:
        if not self.source.active:
            return "Paused", "grey"
        return STATES[self.run.state] if self.run else ("Not read yet", "grey")


@contextmanager
def feed_problems() -> Iterator[None]:
    """Refusals of the domain as what the caller is told."""
    try:
        yield
    except (SourceNotFound, ServiceNotFound) as error:
        raise NotThere from error
    except SourceNotValid as error:
        raise SourceNotReadable(str(error)) from error
    except FeedRefused as error:
        raise SourceNotReadable(str(error)) from error
    except SourceBusy as error:
        raise AlreadyBeingRead from error


def numbers_of(run: KeptRun) -> list[tuple[str, int]]:
    """What became of the records, for a summary list."""
    return [
        ("Records", run.records),
        ("New", run.taken),
        ("Changed", run.changed),
        ("As they were", run.unchanged),
        ("Refused", run.refused),
        ("Withdrawn", run.withdrawn),
        ("Missing", run.missing),
        ("Organisations, new", run.organisations_taken),
        ("Organisations, changed", run.organisations_changed),
    ]


def where_of(finding: RunFinding) -> str:
    """The place in the feed: a line of a file, or a record of a page."""
    if finding.line:
        return f"{finding.file}, line {finding.line}"
    if finding.record and finding.page:
        return f"Record {finding.record}, page {finding.page}"
    return f"Page {finding.page}" if finding.page else "All pages"


def as_csv(findings: Sequence[RunFinding]) -> str:
    """A sheet of the report. What a spreadsheet would take for a formula is made text."""
    rows = (
        (
            each.kind,
            each.page,
            each.record,
            each.record_id or "",
            each.file,
            each.line or "",
            each.field,
            each.rule,
        )
        for each in findings
    )
    return sheet(CSV_HEADINGS, rows)
