"""One reading of a source: what it is about to do, and what it says of each record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from services.directory.feeds.source import FeedSource

RunState = Literal["running", "done", "unchanged", "refused", "held-for-a-person"]
FindingKind = Literal["taken", "changed", "withdrawn", "refused", "remark", "envelope"]
FINDING_KINDS: tuple[FindingKind, ...] = get_args(FindingKind)
FORM = 1  # counts up when the reader understands more: then nothing that came before is left unread
LONGEST_FIELD = 200  # characters


@dataclass(frozen=True, slots=True)
class Run:
    """A run in hand. `records` are those of the pages that are done."""

    id: UUID
    source: FeedSource
    attempt: int
    began_at: datetime
    next_page: int = 1
    total_pages: int | None = None
    total_items: int | None = None
    pages_unchanged: int = 0
    bytes_read: int = 0
    records: int = 0


@dataclass(frozen=True, slots=True)
class RunFinding:
    """What a run says of one record, or with record 0 of what is around records."""

    page: int
    record: int
    kind: FindingKind
    field: str = ""
    rule: str = ""
    record_id: UUID | None = None
    file: str = ""
    line: int = 0

    def __post_init__(self) -> None:
        if len(self.field) > LONGEST_FIELD:
            object.__setattr__(self, "field", self.field[: LONGEST_FIELD - 1] + "…")


@dataclass(frozen=True, slots=True)
class Validators:
    """By which a server says whether something is as it was."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


NOTHING_KNOWN = Validators()


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page as it last came, with `after_record` others before it."""

    validators: Validators
    total_pages: int
    total_items: int | None
    after_record: int
    records: int
    run_id: UUID


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record as it last came: the digest of its entry in the list, and its own ETag."""

    list_digest: str | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A record of a page, whatever becomes of it: where the list names it, it is there.

    `gone`: the list names it, and its own address says that there is no such record.
    """

    record_id: UUID
    list_digest: str | None = None
    etag: str | None = None
    gone: bool = False
