"""'Not this one' holds for ever: however a place is looked for, that service is never asked for this person again."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.errors import StepNotAllowed
from services.referral.domain.fact_kind import FactKind
from services.referral.domain.leg import (
    LIVE,
    WITH_PLACE_UNDER_WAY,
    Fact,
    LegState,
    Placement,
    accept,
    ask_for_place,
    leave_unwanted_service,
    offer,
)
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.offer_story import OfferState, PastStep, tell
from services.referral.domain.router import decide
from services.referral.domain.suitability import Barrier, barriers, suits
from services.referral.domain.waiting_list import first_in_line, give_places
from tests.unit.referral.examples import NOON, leg, pool, wants

LATER = NOON + timedelta(hours=72)
PLACE = Placement(UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4))
# Three services with two pools each, so that another pool of a service is no way round.
POOLS = st.lists(st.integers(0, 2), min_size=1, max_size=6).map(
    lambda services: [
        pool(number, service_id=UUID(int=1000 + service), signal=Signal("open", 2, 1, 1))
        for number, service in enumerate(services, start=1)
    ]
)
SERVICES = st.frozensets(st.integers(1000, 1002).map(lambda number: UUID(int=number)))


@given(pools=POOLS, unwanted=SERVICES)
def test_routing_never_goes_there(pools: list[ListedPool], unwanted: frozenset[UUID]) -> None:
    decision = decide(wants(not_wanted=unwanted), pools)

    assert decision.chosen is None or decision.chosen.service_id not in unwanted
    assert not {each.pool.service_id for each in decision.candidates} & unwanted
    assert {each.pool_id for each in decision.exclusions if Barrier.NOT_WANTED in each.barriers} == {
        each.pool_id for each in pools if each.service_id in unwanted
    }


@given(pools=POOLS, said=st.lists(SERVICES, min_size=1, max_size=4))
def test_a_place_that_comes_free_never_goes_there(
    pools: list[ListedPool], said: list[frozenset[UUID]]
) -> None:
    legs = [leg(number, wants=wants(not_wanted=unwanted)) for number, unwanted in enumerate(said)]
    line = [InLine(one.leg_id, one.wants, one.received_at, one.tried, 0) for one in legs]

    for given_place in give_places(line, pools, lambda _: None).places:
        chosen = given_place.decision.chosen
        assert chosen is not None
        assert chosen.service_id not in given_place.leg.wants.not_wanted
    firsts = first_in_line(legs, pools)
    for each in pools:
        wanting = [one.place_in_line for one in legs if each.service_id not in one.wants.not_wanted]
        assert firsts.get(each.pool_id) == (min(wanting) if wanting else None)


def test_no_other_barrier_is_named() -> None:
    one = pool(1)

    assert barriers(one, wants().without(one.service_id)) == (Barrier.NOT_WANTED,)
    assert not suits(one, wants().without(one.service_id))
    assert suits(one, wants().without(UUID(int=5)))


@pytest.mark.parametrize("state", sorted(WITH_PLACE_UNDER_WAY))
def test_what_is_under_way_is_given_back_and_the_leg_goes_on(state: LegState) -> None:
    asked = ask_for_place(leg(), PLACE, "best").leg
    offered = offer(asked, NOON, LATER).leg
    at = {LegState.REQUESTED: asked, LegState.OFFERED: offered, LegState.ACCEPTING: accept(offered).leg}[
        state
    ]

    step = leave_unwanted_service(at, PLACE.service_id)

    assert step.facts == (Fact(FactKind.PLACE_GIVEN_UP, PLACE, "not-wanted"),)
    assert (step.leg.state, step.leg.placement) == (LegState.MATCHING, None)
    assert step.leg.wants.not_wanted == {PLACE.service_id}
    assert step.leg.place_in_line == at.place_in_line


@pytest.mark.parametrize("state", sorted(LIVE - WITH_PLACE_UNDER_WAY))
def test_nothing_else_is_taken_away(state: LegState) -> None:
    with pytest.raises(StepNotAllowed):
        leave_unwanted_service(leg(state=state, placement=PLACE), PLACE.service_id)


def test_the_provider_reads_that_the_person_does_not_want_it() -> None:
    of = UUID(int=9)
    steps = [
        PastStep(of, "requested", "offered", "place-held", NOON),
        PastStep(of, "offered", "matching", "not-wanted", LATER),
    ]

    story = tell(steps)

    assert story is not None
    assert (story.state, story.at) == (OfferState.WITHDRAWN, LATER)
