"""What differs between two states of an entry, and what can be taken back."""

import json
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.differences import Change, differences
from services.directory.domain.revision import (
    ChangedBy,
    EntryState,
    Revision,
    can_be_undone,
    changes_between,
    fields_in_the_way,
    without,
)
from services.directory.domain.service import Service
from services.directory.storage.own_fields import FIELDS
from services.directory.storage.stored_documents import service_document
from tests.unit.directory.domain_strategies import services

SERVICE_ID = UUID(int=1)
AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_fields_and_parts_of_suitability_are_told_by_name() -> None:
    before = {"name": "Walk", "fees": "Free", "suitability": {"needs": ["loneliness"], "suits": []}}
    after = {"name": "Walks", "suitability": {"needs": ["loneliness"], "suits": ["carers"], "minimum_age": 0}}
    assert differences(before, after) == (
        Change("fees", "Free", None),
        Change("name", "Walk", "Walks"),
        Change("suitability.minimum_age", None, 0),
        Change("suitability.suits", None, ["carers"]),
    )


def test_an_empty_list_says_what_no_list_says() -> None:
    assert differences({"phones": [], "sensitive": False}, {"sensitive": False, "url": None}) == ()


@given(services(), services())
def test_differences_are_all_there_is_between_two_services(before: Service, after: Service) -> None:
    was, becomes = service_document(before), service_document(after)
    changes = differences(was, becomes)
    assert (changes == ()) == (_comparable(was) == _comparable(becomes))
    assert differences(becomes, was) == tuple(Change(each.field, each.after, each.before) for each in changes)
    assert {each.field for each in changes} - {"pools", "sensitive"} <= FIELDS


def _comparable(document: dict[str, object]) -> str:
    def said(found: dict[str, object]) -> dict[str, object]:
        return {key: value for key, value in found.items() if value not in (None, [], ())}

    suitability = document.get("suitability")
    whole = said(document) | {"suitability": said(suitability) if isinstance(suitability, dict) else {}}
    return json.dumps({k: v for k, v in whole.items() if k not in {"id", "organisation_id"}}, sort_keys=True)


class Told:
    """An entry of three fields that remembers its revisions, as the database does."""

    def __init__(self) -> None:
        self.fed: dict[str, object] = {"name": "fed", "fees": "fed", "url": "fed"}
        self.own: dict[str, object] = {}
        self.revisions: list[Revision] = []
        self.own_before: dict[UUID, dict[str, object]] = {}

    @property
    def shown(self) -> dict[str, object]:
        return self.fed | self.own

    def becomes(self, fed: dict[str, object], own: dict[str, object], by: ChangedBy) -> None:
        changes = changes_between(EntryState(self.shown, self.own), EntryState(fed | own, own))
        if changes:
            number = len(self.revisions) + 1
            revision = Revision(UUID(int=number), SERVICE_ID, number, AT, by, changes)
            self.own_before[revision.id] = self.own
            self.revisions.append(revision)
        self.fed, self.own = fed, own


FIELD = st.sampled_from(["name", "fees", "url"])
WORD = st.sampled_from(["one", "two", None])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.dictionaries(FIELD, WORD, min_size=1)),
        st.tuples(st.just("feed"), st.dictionaries(FIELD, WORD, min_size=1)),
        st.tuples(st.just("take"), FIELD),
        st.tuples(st.just("undo"), st.integers(0, 12)),
    ),
    max_size=14,
)


@given(STEPS)
def test_in_any_order_the_own_word_wins_and_undo_restores_it(steps: list[tuple[str, object]]) -> None:
    entry = Told()
    for kind, about in steps:
        feeds_word = dict(entry.fed)
        if kind == "edit":
            assert isinstance(about, dict)
            entry.becomes(entry.fed, entry.own | about, ChangedBy("member"))
            assert about.items() <= entry.shown.items()
        elif kind == "feed":
            assert isinstance(about, dict)
            own = dict(entry.own)
            entry.becomes(entry.fed | about, entry.own, ChangedBy("feed"))
            assert own.items() <= entry.shown.items()
            assert all(entry.shown[name] == word for name, word in about.items() if name not in own)
        elif kind == "take":
            kept = {name: word for name, word in entry.own.items() if name != about}
            entry.becomes(entry.fed, kept, ChangedBy("member"))
            assert entry.shown[str(about)] == feeds_word[str(about)]
        elif entry.revisions:
            _undo(entry, entry.revisions[int(str(about)) % len(entry.revisions)])


def _undo(entry: Told, revision: Revision) -> None:
    if not can_be_undone(revision, entry.revisions):
        return
    before, changed = dict(entry.own), {change.field for change in revision.own_changes}
    own = without(revision, entry.own)
    entry.becomes(entry.fed, own, ChangedBy("member", undoes=revision.id))
    assert {k: v for k, v in own.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    earlier = entry.own_before[revision.id]
    for name in changed:
        assert (name in own) == (name in earlier)
        assert own.get(name) == earlier.get(name)
    assert not can_be_undone(revision, entry.revisions)


def test_a_later_change_of_the_same_field_stands_in_the_way_until_it_is_taken_back() -> None:
    entry = Told()
    entry.becomes(entry.fed, {"name": "one"}, ChangedBy("member"))
    entry.becomes(entry.fed, {"name": "two", "fees": "two"}, ChangedBy("link"))
    first, second = entry.revisions
    assert fields_in_the_way(first, entry.revisions) == {"name"}
    assert not can_be_undone(first, entry.revisions)

    entry.becomes(entry.fed, without(second, entry.own), ChangedBy("member", undoes=second.id))
    assert can_be_undone(first, entry.revisions)
    assert not can_be_undone(entry.revisions[-1], entry.revisions)


def test_what_a_feed_or_a_merge_did_is_not_taken_back_here() -> None:
    entry = Told()
    entry.becomes({**entry.fed, "name": "new"}, {}, ChangedBy("feed"))
    merged = changes_between(EntryState({}, {}), EntryState({}, {}, listed=False))
    entry.revisions.append(Revision(UUID(int=9), SERVICE_ID, 9, AT, ChangedBy("merge"), merged))
    assert [each.field for each in merged] == ["listed"]
    assert [can_be_undone(each, entry.revisions) for each in entry.revisions] == [False, False]
