"""What is missing from a source: twice, it lapses; too much at once, a person decides."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.feeds.complete_run import (
    FEW,
    Missing,
    MissingRecord,
    is_complete,
    is_too_much,
    what_lapses,
)

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


def missing(first: int, twice: int) -> list[MissingRecord]:
    return [
        MissingRecord(UUID(int=number), EARLIER if number < twice else None)
        for number in range(first + twice)
    ]


@pytest.mark.parametrize(("said", "complete"), [(5, True), (6, False), (4, False), (None, False)])
def test_a_run_is_complete_when_as_many_came_as_the_source_says_it_has(
    said: int | None, *, complete: bool
) -> None:
    assert is_complete(total_items=said, records=5) is complete


def test_what_is_missing_for_the_first_time_is_remembered_and_what_is_for_the_second_lapses() -> None:
    found = what_lapses(missing(first=1, twice=2), known=100)

    assert found == Missing((UUID(int=0), UUID(int=1)), (UUID(int=2),), count=3)


@pytest.mark.parametrize(
    ("gone", "known", "held"),
    [(5, 5, False), (6, 54, True), (6, 60, False), (6, 59, True), (2_001, 20_000, True)],
)
def test_more_than_a_tenth_and_more_than_five_at_once_wait_for_a_person(
    gone: int, known: int, *, held: bool
) -> None:
    found = what_lapses(missing(first=0, twice=gone), known)

    assert (found.held, len(found.lapsing)) == (held, 0 if held else gone)
    assert found.count == gone


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 3000))
def test_no_source_loses_more_than_a_tenth_or_five_at_once_without_a_person(
    first: int, twice: int, others: int
) -> None:
    known = first + twice + others
    lapsing = what_lapses(missing(first, twice), known).lapsing

    assert len(lapsing) <= max(FEW, known / 10)
    assert not lapsing or not is_too_much(first + twice, known)
