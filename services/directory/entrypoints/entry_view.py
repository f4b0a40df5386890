"""An entry as those who look after it see it: what it says, what its source says otherwise, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.directory.domain.differences import differences
from services.directory.domain.freshness import Freshness, freshness_of
from services.directory.domain.revision import (
    Revision,
    can_be_undone,
    document_value,
    fields_in_the_way,
)
from services.directory.entrypoints.entry_words import (
    SECTIONS,
    ToldChange,
    label_of,
    told_change,
    value_words,
)
from services.directory.storage.entry_rows import Entry

MOST_REVISIONS = 50
WHO: Final = {
    "feed": "The source of this entry",
    "member": "Somebody who signed in",
    "link": "Somebody with a link that we sent",
    "merge": "Two entries of the same service",
}
STATES: Final[dict[Freshness, tuple[str, str]]] = {
    "fresh": ("Checked", "green"),
    "due": ("Please check", "yellow"),
    "stale": ("Not checked lately", "orange"),
    "old": ("Not checked for a long time", "red"),
}


@dataclass(frozen=True, slots=True)
class ToldRevision:
    id: UUID
    at: datetime
    who: str
    title: str
    changes: Sequence[ToldChange]
    can_be_undone: bool
    in_the_way: list[str]


@dataclass(frozen=True, slots=True)
class EntryView:
    entry: Entry
    today: date
    revisions: Sequence[Revision]

    @property
    def state(self) -> tuple[str, str]:
        return STATES[freshness_of(self.entry.kept.confirmed_on, self.today)]

    def sections(self) -> list[tuple[str, str, list[tuple[str, list[str]]]]]:
        """Code, title, and label with lines of each field that says something."""
        document = self.entry.document
        return [
            (
                section.code,
                section.title,
                [
                    (field.label, words)
                    for field in section.fields
                    if (words := value_words(field.name, document_value(document, field.name)))
                ],
            )
            for section in SECTIONS.values()
        ]

    def source_says(self) -> list[ToldChange]:
        """Where the entry's own word is shown and its source says something else."""
        return [
            told_change(each.field, each.before, each.after)
            for each in differences(self.entry.fed, self.entry.document)
            if each.field in self.entry.own_fields
        ]

    def history(self) -> list[ToldRevision]:
        """The newest first."""
        return [self._told(each) for each in reversed(self.revisions[-MOST_REVISIONS:])]

    def _told(self, revision: Revision) -> ToldRevision:
        undone = any(each.by.undoes == revision.id for each in self.revisions)
        title = "Taken back" if revision.by.undoes else "Changed"
        if [change.field for change in revision.changes] == ["confirmed_on"]:
            title = "Said to be right"
        by_hand = revision.by.kind in {"member", "link"} and revision.by.undoes is None and not undone
        in_the_way = fields_in_the_way(revision, self.revisions) if by_hand else frozenset()
        return ToldRevision(
            revision.id,
            revision.at,
            WHO[revision.by.kind],
            f"{title}, and taken back later" if undone else title,
            [told_change(each.field, each.before, each.after) for each in revision.changes],
            can_be_undone(revision, self.revisions),
            sorted(map(label_of, in_the_way)),
        )
