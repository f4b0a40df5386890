"""A change of an entry as it is remembered, and whether it can be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.directory.domain.differences import differences

ByKind = Literal["feed", "member", "link", "merge"]
ByHand: tuple[ByKind, ...] = ("member", "link")
OwnWord = Mapping[str, object]
"""What an entry says of its own in one field: `{"value": …}`, or nothing."""


@dataclass(frozen=True, slots=True)
class ChangedBy:
    """Who changes: a feed, a member, whoever holds an organisation's link, or a merge. `undoes` is a revision."""

    kind: ByKind
    id: UUID | None = None
    undoes: UUID | None = None


BY_FEED, BY_MERGE = ChangedBy("feed"), ChangedBy("merge")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field as it was shown and is shown, and the entry's own word in it before and after."""

    field: str
    before: object
    after: object
    own_before: OwnWord
    own_after: OwnWord

    @property
    def is_own(self) -> bool:
        return self.own_before != self.own_after


@dataclass(frozen=True, slots=True)
class Revision:
    id: UUID
    service_id: UUID
    version: int
    at: datetime
    by: ChangedBy
    changes: tuple[FieldChange, ...]

    @property
    def own_changes(self) -> tuple[FieldChange, ...]:
        return tuple(change for change in self.changes if change.is_own)


@dataclass(frozen=True, slots=True)
class EntryState:
    """All of an entry that a revision tells of."""

    document: Mapping[str, object]
    own_fields: Mapping[str, object]
    listed: bool = True


def changes_between(before: EntryState, after: EntryState) -> tuple[FieldChange, ...]:
    """Fields that are shown otherwise, and those of which the entry says something else of its own."""
    shown = {each.field: each for each in differences(before.document, after.document)}
    if before.listed != after.listed:
        fields = [FieldChange("listed", before.listed, after.listed, {}, {})]
    else:
        fields = []
    for name in sorted(shown.keys() | _own_differing(before.own_fields, after.own_fields)):
        change = shown.get(name)
        as_is = document_value(after.document, name)
        fields.append(
            FieldChange(
                name,
                change.before if change else as_is,
                change.after if change else as_is,
                own_word(before.own_fields, name),
                own_word(after.own_fields, name),
            )
        )
    return tuple(fields)


def own_word(own_fields: Mapping[str, object], name: str) -> OwnWord:
    return {"value": own_fields[name]} if name in own_fields else {}


def fields_in_the_way(revision: Revision, all_of_entry: Sequence[Revision]) -> frozenset[str]:
    """What later changes by hand touch too: those have to be taken back first."""
    undone = {each.by.undoes for each in all_of_entry}
    place = [each.id for each in all_of_entry].index(revision.id)
    standing = (
        each for each in all_of_entry[place + 1 :] if each.by.undoes is None and each.id not in undone
    )
    mine = _names(revision.own_changes)
    return mine & _names(change for each in standing for change in each.own_changes)


def can_be_undone(revision: Revision, all_of_entry: Sequence[Revision]) -> bool:
    """A change by hand, once, that no later one stands upon. What a feed says is not ours to take back."""
    return (
        revision.by.kind in ByHand
        and bool(revision.own_changes)
        and revision.by.undoes is None
        and not any(each.by.undoes == revision.id for each in all_of_entry)
        and not fields_in_the_way(revision, all_of_entry)
    )


def without(revision: Revision, own_fields: Mapping[str, object]) -> dict[str, object]:
    """The entry's own words as they were before the revision, in the fields that it changed."""
    own = dict(own_fields)
    for change in revision.own_changes:
        if "value" in change.own_before:
            own[change.field] = change.own_before["value"]
        else:
            own.pop(change.field, None)
    return own


def _names(changes: Iterable[FieldChange]) -> frozenset[str]:
    return frozenset(change.field for change in changes)


def _own_differing(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    return {name for name in before.keys() | after.keys() if own_word(before, name) != own_word(after, name)}


def document_value(document: Mapping[str, object], name: str) -> object:
    """What a document says in a field, or in a part of one."""
    outer, _, inner = name.partition(".")
    value = document.get(outer)
    return value.get(inner) if inner and isinstance(value, Mapping) else value
