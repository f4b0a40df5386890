"""Every leg that is not over has an owner, a next step and a due time, whatever happens to it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.referral.domain import obligation
from services.referral.domain.leg import (
    LIVE,
    LegState,
    Placement,
    Step,
    accept,
    ask_for_place,
    complete,
    keep_waiting,
    lapse,
    offer,
    receive,
    refuse,
    start,
    take_place,
    wait,
    withdraw,
)
from services.referral.domain.obligation import (
    OBLIGATIONS,
    STANDARD,
    STILL_WANTED,
    DueTimes,
    Owner,
    obligation_of,
    with_due_time,
)
from services.referral.domain.overdue import ask_again
from tests.unit.referral.examples import NEWHAM, NOON, leg, pool

ANSWER_BY = NOON + timedelta(hours=72)


def placement() -> Placement:
    found = pool()
    return Placement(found.pool_id, found.pool_id, found.service_id, found.organisation_id)


def due(step: Step, at: datetime = NOON) -> Step:
    return with_due_time(step, at)


def waiting() -> Step:
    return due(wait(due(receive(leg())).leg, NOON))


def requested_from(step: Step, at: datetime) -> Step:
    return due(ask_for_place(step.leg, placement(), "place-came-free"), at)


def test_every_state_that_is_not_over_has_an_owner_and_a_next_step() -> None:
    assert OBLIGATIONS.keys() == LIVE
    for state in LegState:
        assert (obligation_of(leg(state=state)) is None) == (state not in LIVE)


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        (LegState.REQUESTED, Owner.SYSTEM),
        (LegState.OFFERED, Owner.PROVIDER),
        (LegState.WAITING, Owner.COORDINATOR),
        (LegState.STARTED, Owner.PROVIDER),
    ],
)
def test_who_can_do_something_owns_it(state: LegState, owner: Owner) -> None:
    found = obligation_of(leg(state=state))

    assert found is not None
    assert found.owner is owner


def test_each_step_on_the_way_sets_its_own_due_time_and_the_end_leaves_none() -> None:
    asked = due(ask_for_place(due(receive(leg())).leg, placement(), "best-with-space"))
    offered = due(offer(asked.leg, NOON, ANSWER_BY))
    accepting = due(accept(offered.leg))
    accepted = due(take_place(accepting.leg))
    started = due(start(accepted.leg, NOON))
    completed = due(complete(started.leg, NOON))

    assert [each.leg.due_at for each in (asked, offered, accepting, accepted, started)] == [
        NOON + STANDARD.word_of_place,
        ANSWER_BY,
        NOON + STANDARD.word_of_place,
        NOON + STANDARD.starting,
        NOON + STANDARD.telling,
    ]
    assert completed.leg.due_at is None


def test_asking_again_moves_no_due_time() -> None:
    """Else a word that is never answered would never be anybody's to look at."""
    asked = due(ask_for_place(due(receive(leg())).leg, placement(), "best-with-space"))
    later = NOON + timedelta(minutes=3)

    again = due(ask_again(replace(asked.leg, changed_at=NOON), later, patience=timedelta(minutes=2)), later)

    assert again.leg.due_at == asked.leg.due_at


def test_a_wait_is_looked_at_when_it_was_to_be_although_a_request_between_brought_nothing() -> None:
    first = waiting()
    later = NOON + timedelta(days=20)

    back = due(refuse(requested_from(first, later).leg, "full"), later)
    again = due(wait(back.leg, later), later)

    assert first.leg.due_at == again.leg.due_at == NOON + STANDARD.looking_at_wait


def test_what_a_person_decided_of_a_wait_outlives_a_request_that_brought_nothing() -> None:
    put_off = NOON + timedelta(days=60)
    first = waiting()
    first = replace(first, leg=replace(first.leg, due_at=put_off, review_at=put_off))

    back = due(refuse(requested_from(first, NOON).leg, "full"))

    assert due(wait(back.leg, NOON)).leg.due_at == put_off


def test_a_wait_goes_on_through_an_offer_that_brought_nothing_and_ends_with_a_place() -> None:
    """However often a group says that it has space and takes nobody, a coordinator's turn comes."""
    offered = due(offer(requested_from(waiting(), NOON).leg, NOON, ANSWER_BY))
    later = ANSWER_BY + timedelta(days=1)

    again = due(wait(due(lapse(offered.leg, later), later).leg, later), later)
    accepted = due(take_place(due(accept(offered.leg)).leg))

    assert offered.leg.due_at == ANSWER_BY
    assert again.leg.due_at == NOON + STANDARD.looking_at_wait
    assert accepted.leg.review_at is None


def test_who_withdraws_leaves_nothing_due() -> None:
    step = due(withdraw(waiting().leg))

    assert (step.leg.due_at, step.leg.review_at) == (None, None)


def test_an_area_may_have_times_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obligation, "OF_AREA", {NEWHAM: DueTimes(looking_at_wait=timedelta(days=7))})

    assert waiting().leg.due_at == NOON + timedelta(days=7)


def test_of_what_is_said_in_a_wait_only_that_it_is_still_wanted_moves_the_look_at_it() -> None:
    waits = waiting().leg
    later = NOON + timedelta(days=20)

    for reason in ("asked-if-still-wanted", "review-due", "not-wanted-meanwhile"):
        assert due(keep_waiting(waits, reason), later).leg.due_at == waits.due_at
    wanted = due(keep_waiting(waits, STILL_WANTED), later).leg

    assert wanted.due_at == wanted.review_at == later + STANDARD.looking_at_wait


def test_a_look_that_is_owed_already_is_owed_whatever_the_person_says() -> None:
    waits = waiting().leg
    assert waits.due_at is not None

    said = due(keep_waiting(waits, STILL_WANTED), waits.due_at).leg

    assert (said.due_at, said.review_at) == (waits.due_at, waits.review_at)


def test_a_yes_never_brings_the_look_forward() -> None:
    waits = replace(waiting().leg, due_at=NOON + timedelta(days=60))

    assert due(keep_waiting(waits, STILL_WANTED)).leg.due_at == NOON + timedelta(days=60)
