"""Figures of a service that are told in the open: whole groups of five, and nothing that gives one person away."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outcomes.domain.evidence import (
    GROUP,
    NOTHING,
    Evidence,
    Groups,
    Tally,
    counted_up_to,
    evidence_of,
)

scores = st.decimals(Decimal(-28), Decimal(28), places=2)


@st.composite
def some_groups(draw: st.DrawFn) -> Groups:
    first, more = draw(st.integers(0, 50)), draw(st.integers(0, 12))
    people = (more + 1) * GROUP
    return Groups(first, first + more, draw(scores) * people, draw(st.integers(0, people)))


tallies = st.builds(
    Tally, placed=st.integers(0, 400), helped=st.integers(0, 400), answered=st.none() | some_groups()
)


@given(tallies)
def test_no_count_is_small_and_every_count_is_of_whole_groups(tally: Tally) -> None:
    told = evidence_of(tally)

    counts = [told.placed, told.helped, told.answered]
    assert all(count is None or (count >= 5 and count % 5 == 0) for count in counts)
    assert (told.answered is None) == (told.mean_change is None) == (told.felt is None)


@given(tallies)
def test_the_mean_is_told_in_tenths(tally: Tally) -> None:
    told = evidence_of(tally)

    if tally.answered and told.mean_change is not None:
        exact = tally.answered.change / tally.answered.people
        assert abs(exact - told.mean_change) <= Decimal("0.05")
        assert told.mean_change.as_tuple().exponent == -1


@given(tallies, some_groups(), scores)
def test_what_the_same_groups_felt_is_not_told_anew(tally: Tally, groups: Groups, other: Decimal) -> None:
    """Somebody who is forgotten, or heard late, changes the sum and not the number of groups."""
    told = evidence_of(Tally(tally.placed, tally.helped, groups))

    others = Groups(groups.first, groups.last, groups.change + other, 0)
    assert evidence_of(Tally(tally.placed, tally.helped, others), told) == told


@given(some_groups(), some_groups())
def test_other_groups_are_told_whatever_was_said_before(before: Groups, now: Groups) -> None:
    if (before.first, before.last) != (now.first, now.last):
        said = evidence_of(Tally(answered=before))
        assert evidence_of(Tally(answered=now), said) == evidence_of(Tally(answered=now))


def test_when_nobody_is_left_nothing_is_told() -> None:
    said = evidence_of(Tally(2, 2, Groups(0, 1, Decimal(20), 8)))

    assert said == Evidence(10, 10, 10, Decimal("2.0"), "most-better", (0, 1))
    assert evidence_of(Tally(), said) == NOTHING


@pytest.mark.parametrize(
    ("better", "felt"), [(0, "few-better"), (3, "few-better"), (4, "half-better"), (6, "most-better")]
)
def test_how_many_are_better_is_told_in_three_steps(better: int, felt: str) -> None:
    assert evidence_of(Tally(answered=Groups(0, 1, Decimal(0), better))).felt == felt


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=800)), min_size=2, max_size=20))
def test_the_moments_are_mondays_that_never_go_back(since: list[timedelta]) -> None:
    week = timedelta(days=7)
    ordered = [datetime(2026, 1, 1, 9, 30, tzinfo=UTC) + each for each in sorted(since)]
    counted = [counted_up_to(moment, week) for moment in ordered]

    assert all(moment - week < each <= moment for moment, each in zip(ordered, counted, strict=True))
    assert {(each.weekday(), each.hour, each.minute, each.second) for each in counted} == {(0, 0, 0, 0)}
    assert all(before <= after for before, after in pairwise(counted))
