"""An entry as those who look after it see it: what it says, what its source says otherwise, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from markupsafe import Markup

from services.directory.domain.differences import differences
from services.directory.domain.freshness import Freshness, freshness_of
from services.directory.domain.revision import (
    Revision,
    can_be_undone,
    document_value,
    fields_in_the_way,
)
from services.directory.entrypoints.entries.entry_words import EntryWords, ToldChange
from services.directory.storage.entry_rows import Entry
from shared.web.phrases import phrase, translatable

MOST_REVISIONS = 50
WHO: Final = {
    "feed": translatable("The source of this entry"),
    "member": translatable("Somebody who signed in"),
    "link": translatable("Somebody with a link that we sent"),
    "merge": translatable("Two entries of the same service"),
}
STATES: Final[dict[Freshness, tuple[str, str]]] = {
    "fresh": (translatable("Checked"), "green"),
    "due": (translatable("Please check"), "yellow"),
    "stale": (translatable("Not checked lately"), "orange"),
    "old": (translatable("Not checked for a long time"), "red"),
}


@dataclass(frozen=True, slots=True)
class ToldRevision:
    id: UUID
    at: datetime
    who: Markup
    title: Markup
    changes: Sequence[ToldChange]
    can_be_undone: bool
    in_the_way: list[Markup]


@dataclass(frozen=True, slots=True)
class EntryView:
    entry: Entry
    today: date
    revisions: Sequence[Revision]
    words: EntryWords

    def state(self) -> tuple[Markup, str]:
        return told_state(self.entry.kept.confirmed_on, self.today)

    def sections(self) -> list[tuple[str, Markup, list[tuple[Markup, list[Markup]]]]]:
        """Code, title, and label with lines of each field that says something."""
        document = self.entry.document
        return [
            (
                section.code,
                phrase(section.title),
                [
                    (phrase(field.label), words)
                    for field in section.fields
                    if (words := self.words.value_words(field.name, document_value(document, field.name)))
                ],
            )
            for section in self.words.sections.values()
        ]

    def source_says(self) -> list[ToldChange]:
        """Where the entry's own word is shown and its source says something else."""
        return [
            self.words.told(each.field, each.before, each.after)
            for each in differences(self.entry.fed, self.entry.document)
            if each.field in self.entry.own_fields
        ]

    def history(self) -> list[ToldRevision]:
        """The newest first."""
        return [self._told(each) for each in reversed(self.revisions[-MOST_REVISIONS:])]

    def _told(self, revision: Revision) -> ToldRevision:
        undone = any(each.by.undoes == revision.id for each in self.revisions)
        by_hand = revision.by.kind in {"member", "link"} and revision.by.undoes is None and not undone
        in_the_way = fields_in_the_way(revision, self.revisions) if by_hand else frozenset()
        return ToldRevision(
            revision.id,
            revision.at,
            phrase(WHO[revision.by.kind]),
            phrase(_title(revision, undone=undone)),
            [self.words.told(each.field, each.before, each.after) for each in revision.changes],
            can_be_undone(revision, self.revisions),
            sorted(map(self.words.label_of, in_the_way)),
        )


def told_state(confirmed_on: date | None, today: date) -> tuple[Markup, str]:
    """In a word and a colour."""
    words, colour = STATES[freshness_of(confirmed_on, today)]
    return phrase(words), colour


def _title(revision: Revision, *, undone: bool) -> str:
    if [change.field for change in revision.changes] == ["confirmed_on"]:
        return translatable("Said to be right")
    if revision.by.undoes:
        return translatable("Taken back")
    return translatable("Changed, and taken back later") if undone else translatable("Changed")
