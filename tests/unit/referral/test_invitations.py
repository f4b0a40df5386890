"""Who is invited to an event: whom it suits, each once, who asked first before others, and few enough for its places."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.errors import StepNotAllowed
from services.referral.domain.fact_kind import FactKind
from services.referral.domain.fit_rate import sender_of
from services.referral.domain.invitations import (
    MOST_AT_ONCE,
    MOST_FOR_A_PLACE,
    Asked,
    ListedEvent,
    most_now,
    wants_there,
    whom_to_invite,
)
from services.referral.domain.leg import Leg, LegState, end_without_place
from services.referral.domain.listed_pool import Signal
from services.referral.domain.suitability import barriers
from shared.vocabulary.vocabulary import needs
from tests.unit.referral.examples import leg, pool, wants

DAY = UUID(int=1001)
ANYBODY = st.builds(
    leg,
    seconds=st.integers(0, 30),
    person_id=st.integers(1, 6).map(lambda number: UUID(int=number)),
    wants=st.builds(
        wants,
        need=st.sampled_from(["loneliness", "mental-wellbeing"]),
        age=st.integers(10, 90),
        language=st.sampled_from(["en", "so"]),
        groups=st.frozensets(st.sampled_from(["homeless-people", "carers"])),
        can_travel=st.booleans(),
        not_wanted=st.sampled_from([frozenset[UUID](), frozenset({DAY})]),
    ),
)


TWO_PLACES = Signal("open", 2)


def event(signal: Signal = TWO_PLACES, **changes: object) -> ListedEvent:
    plain = {"needs": frozenset({"creative", "loneliness"}), "minimum_age": 18, "signal": signal}
    return ListedEvent(pool(1, **(plain | changes)), "Good Day")


@given(st.lists(ANYBODY), st.sampled_from([None, "homeless-people"]))
def test_only_whom_it_suits_by_every_hard_constraint_is_invited_and_each_once(
    found: list[Leg], group: str | None
) -> None:
    asked, day = Asked("mental-wellbeing", group), event()

    invited = whom_to_invite(found, day, asked)

    for each in invited:
        assert each.wants.need == "mental-wellbeing"
        assert group is None or group in each.wants.groups
        assert barriers(day.pool, wants_there(each.wants, day.pool), each.tried) == ()
        assert day.pool.service_id not in each.wants.not_wanted
    assert max(Counter(each.person_id for each in invited).values(), default=1) == 1
    assert [each.place_in_line for each in invited] == sorted(each.place_in_line for each in invited)
    left_out = {each.person_id for each in found} - {each.person_id for each in invited}
    assert all(
        each.wants.need != asked.need
        or (group is not None and group not in each.wants.groups)
        or barriers(day.pool, wants_there(each.wants, day.pool), each.tried)
        for each in found
        if each.person_id in left_out
    )


@given(st.integers(0, 300), st.integers(0, 2000))
def test_never_more_are_asked_than_a_multiple_of_the_places(free: int, outstanding: int) -> None:
    more = most_now(event(Signal("open", free)), outstanding)

    assert 0 <= more <= MOST_AT_ONCE
    assert more == 0 or outstanding + more <= MOST_FOR_A_PLACE * free


@pytest.mark.parametrize(
    ("signal", "most"),
    [
        (Signal("open", 2), 2 * MOST_FOR_A_PLACE),
        (Signal("limited", 1), MOST_FOR_A_PLACE),
        (Signal("open", None), MOST_AT_ONCE),
        (Signal("full", 2), 0),
        (Signal("paused", 2), 0),
        (Signal("unknown", 2), 0),
        (Signal("open", 0), 0),
    ],
)
def test_nobody_is_invited_where_the_group_does_not_say_that_there_are_places(
    signal: Signal, most: int
) -> None:
    assert most_now(event(signal), 0) == most


@pytest.mark.parametrize("need", needs())
def test_the_place_is_asked_for_by_a_need_that_the_event_is_for(need: str) -> None:
    day = event()

    assert wants_there(wants(need=need), day.pool).need in day.pool.needs
    assert wants_there(wants(need="creative"), day.pool).need == "creative"


def test_a_yes_without_a_place_ends_that_leg_alone_and_is_told() -> None:
    step = end_without_place(leg(invitation_id=UUID(int=7)))

    assert step.leg.state is LegState.WITHDRAWN
    assert [fact.kind for fact in step.facts] == [FactKind.NO_PLACE_AT_EVENT]
    with pytest.raises(StepNotAllowed):
        end_without_place(leg(state=LegState.WAITING))


def test_whoever_referred_them_did_not_send_them_to_the_event() -> None:
    referrer = UUID(int=9)

    assert sender_of(leg(referrer_id=referrer)) == referrer
    assert sender_of(leg(referrer_id=referrer, invitation_id=UUID(int=7))) is None
