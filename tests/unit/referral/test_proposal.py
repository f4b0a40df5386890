"""Three to choose from: the best services with space, in the router's order, and why each of them fits."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.errors import StepNotAllowed
from services.referral.domain.fact_kind import FactKind
from services.referral.domain.fit import why_it_fits
from services.referral.domain.leg import Fact, LegState, end_proposal, propose, withdraw
from services.referral.domain.listed_pool import ListedPool, Signal, SignalStatus
from services.referral.domain.proposal import MOST_PROPOSED, as_proposal, best_of, chosen_in
from services.referral.domain.router import Outcome, decide
from tests.unit.referral.examples import NOON, leg, pool, wants

HOME = (51.5077, 0.0469)
ONE_MILE_NORTH, SEVEN_MILES_NORTH, FAR_NORTH = (51.5222, 0.0469), (51.609, 0.0469), (51.8, 0.0469)
STATUSES: list[SignalStatus] = ["open", "limited", "full"]
POOLS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(STATUSES), st.integers(0, 2)), max_size=8).map(
    lambda made: [
        pool(number, service_id=UUID(int=1000 + service), signal=Signal(status, free, 1, 1))
        for number, (service, status, free) in enumerate(made, start=1)
    ]
)


@given(pools=POOLS, kept=st.sets(st.integers(1, 8)))
def test_the_best_three_services_that_can_be_asked(pools: list[ListedPool], kept: set[int]) -> None:
    decision = decide(wants(), pools, kept_for_earlier={UUID(int=number) for number in kept})

    found = best_of(decision)

    assert len(found) <= MOST_PROPOSED
    assert len({each.pool.service_id for each in found}) == len(found)
    assert all(each.can_be_asked for each in found)
    assert [each.rank for each in found] == sorted(each.rank for each in found)
    assert (found[0].pool if found else None) == decision.chosen
    askable = {each.pool.service_id for each in decision.candidates if each.can_be_asked}
    assert len(found) == min(MOST_PROPOSED, len(askable))


@given(pools=POOLS, service=st.integers(1000, 1005).map(lambda number: UUID(int=number)))
def test_who_chooses_gets_the_best_pool_of_that_service_with_space_or_none(
    pools: list[ListedPool], service: UUID
) -> None:
    decision = decide(wants(), pools)

    made = chosen_in(decision, service)

    askable = [each for each in decision.candidates if each.can_be_asked and each.pool.service_id == service]
    if askable:
        assert made is not None
        assert made.chosen == min(askable, key=lambda each: each.rank).pool
        assert made.candidates == decision.candidates
    else:
        assert made is None


def test_a_proposal_asks_nobody_yet() -> None:
    proposal = as_proposal(decide(wants(), [pool(1)]))

    assert (proposal.outcome, proposal.chosen) == (Outcome.PROPOSE, None)


def test_nothing_is_kept_while_the_person_chooses_and_they_are_told() -> None:
    step = propose(leg(), NOON)

    assert step.facts == (Fact(FactKind.PROPOSED, at=NOON),)
    assert (step.leg.state, step.leg.placement, step.leg.answer_by) == (LegState.PROPOSED, None, NOON)


def test_who_left_it_to_us_is_not_asked_again_and_who_chose_may_be() -> None:
    proposed = propose(leg(), NOON).leg

    left, chose = end_proposal(proposed, "x", left_to_us=True).leg, end_proposal(proposed, "x").leg

    assert (left.left_to_us, chose.left_to_us) == (True, False)
    assert (chose.state, chose.answer_by) == (LegState.MATCHING, None)
    with pytest.raises(StepNotAllowed):
        end_proposal(chose, "x")


def test_who_chooses_may_stop() -> None:
    step = withdraw(propose(leg(), NOON).leg)

    assert [fact.kind for fact in step.facts] == [FactKind.WITHDRAWN]


def test_why_it_fits_names_what_both_have() -> None:
    who = wants(
        language="so", groups=frozenset({"older-people", "women"}), access=frozenset({"step-free"}),
        worker_sex="female", only_evenings_or_weekends=True,
    )  # fmt: skip
    there = pool(
        1, suits=frozenset({"older-people", "carers"}), access=frozenset({"step-free", "bsl"}),
        latitude=ONE_MILE_NORTH[0], longitude=ONE_MILE_NORTH[1],
    )  # fmt: skip

    assert why_it_fits(there, who, HOME) == (
        "need:loneliness",
        "group:older-people",
        "language:so",
        "access:step-free",
        "worker:female",
        "hours:evenings-or-weekends",
        "distance:2",
    )


@pytest.mark.parametrize(
    ("at", "changes", "way"),
    [
        (SEVEN_MILES_NORTH, {}, "distance:10"),
        (FAR_NORTH, {}, "distance:over"),
        (FAR_NORTH, {"can_travel": False}, "way:comes-to-them"),
    ],
)
def test_the_way_there_is_said_in_bands(at: tuple[float, float], changes: dict[str, bool], way: str) -> None:
    there = pool(1, latitude=at[0], longitude=at[1])

    assert why_it_fits(there, wants(**changes), HOME)[-1] == way
    assert why_it_fits(pool(1), wants(), HOME) == ("need:loneliness",)
    assert why_it_fits(pool(1, delivery=frozenset({"phone"})), wants(), HOME)[-1] == "way:comes-to-them"
