"""When capacity's answer is overdue, and what is said then."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.errors import StepNotAllowed
from services.referral.domain.fact_kind import FactKind
from services.referral.domain.leg import Fact, Leg, LegState, Placement
from services.referral.domain.overdue import (
    DOUBLED_AT_MOST,
    ask_again,
    latest_words_overdue,
    time_to_answer,
)
from tests.unit.referral.examples import NOON, leg

PATIENCE = timedelta(minutes=2)
AWAITING = [LegState.REQUESTED, LegState.ACCEPTING]
PAUSES = st.timedeltas(timedelta(seconds=1), timedelta(hours=1))


def awaiting(state: LegState = LegState.REQUESTED, asked_again: int = 0) -> Leg:
    placement = Placement(uuid4(), uuid4(), uuid4(), uuid4())
    return leg(state=state, placement=placement, changed_at=NOON, asked_again=asked_again)


@pytest.mark.parametrize(
    ("state", "word"),
    [(LegState.REQUESTED, FactKind.PLACE_REQUESTED), (LegState.ACCEPTING, FactKind.PLACE_CONFIRMED)],
)
def test_the_same_word_is_said_again_about_the_same_request(state: LegState, word: FactKind) -> None:
    waits = awaiting(state)

    step = ask_again(waits, NOON + PATIENCE, PATIENCE)

    assert step.facts == (Fact(word, waits.placement),)
    assert (step.leg.state, step.leg.placement, step.leg.asked_again) == (state, waits.placement, 1)
    assert step.leg.version == waits.version + 1


@given(asked_again=st.integers(0, 40), patience=PAUSES, early=st.timedeltas(timedelta(microseconds=1)))
def test_nothing_is_said_again_before_its_time_and_something_always_after(
    asked_again: int, patience: timedelta, early: timedelta
) -> None:
    waits = awaiting(asked_again=asked_again)
    due = NOON + time_to_answer(asked_again, patience)

    assert ask_again(waits, due, patience).leg.asked_again == asked_again + 1
    too_early = max(NOON, due - min(early, timedelta(days=300)))
    with pytest.raises(StepNotAllowed):
        ask_again(waits, too_early, patience)


@given(patience=PAUSES)
def test_each_pause_is_twice_the_last_until_they_stay(patience: timedelta) -> None:
    pauses = [time_to_answer(times, patience) for times in range(12)]

    assert pauses[0] == patience
    assert all(later in {earlier * 2, pauses[-1]} for earlier, later in pairwise(pauses))
    assert pauses[-1] == patience * 2**DOUBLED_AT_MOST


@given(asked_again=st.integers(0, 40), patience=PAUSES)
def test_the_list_of_moments_says_the_same_as_the_rule(asked_again: int, patience: timedelta) -> None:
    moments = latest_words_overdue(NOON, patience)

    assert moments[min(asked_again, len(moments) - 1)] == NOON - time_to_answer(asked_again, patience)


@pytest.mark.parametrize("state", sorted(set(LegState) - set(AWAITING)))
def test_no_other_state_asks_again(state: LegState) -> None:
    with pytest.raises(StepNotAllowed):
        ask_again(replace(awaiting(), state=state), NOON + timedelta(days=1), PATIENCE)
