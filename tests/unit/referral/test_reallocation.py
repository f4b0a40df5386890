"""Many move at once: no pair is left that would rather have each other, by an outside check and by trying everything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.listed_pool import Signal
from services.referral.domain.reallocation import assign, choices_of
from services.referral.domain.router import decide
from tests.support.stability import faults
from tests.unit.referral.examples import pool, wants


@dataclass(frozen=True)
class Market:
    choices: Mapping[UUID, Sequence[UUID]]
    places: Mapping[UUID, int | None]
    claims: Mapping[tuple[UUID, UUID], int]

    def claim_of(self, pool_id: UUID, person: UUID) -> int:
        return self.claims[pool_id, person]

    def assigned(self) -> dict[UUID, UUID]:
        return assign(self.choices, self.places, self.claim_of)

    def faults(self, assigned: Mapping[UUID, UUID]) -> list[str]:
        return list(faults(self.choices, self.places, self.claim_of, assigned))


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Up to five people and four pools; each pool has an order of its own."""
    people = [UUID(int=number) for number in range(1, 1 + draw(st.integers(0, 5)))]
    pools = [UUID(int=number) for number in range(101, 101 + draw(st.integers(0, 4)))]
    orders = {each: draw(st.permutations(people)) for each in pools}
    return Market(
        choices={one: draw(st.permutations(pools))[: draw(st.integers(0, len(pools)))] for one in people},
        places={each: draw(st.sampled_from([0, 1, 1, 2, None])) for each in pools},
        claims={(each, one): place for each, order in orders.items() for place, one in enumerate(order)},
    )


@given(market=markets())
def test_nobody_and_no_pool_would_rather_have_each_other(market: Market) -> None:
    assert market.faults(market.assigned()) == []


@given(market=markets())
def test_nobody_does_better_in_any_other_assignment_without_such_a_pair(market: Market) -> None:
    ours = market.assigned()
    every_stable_one = list(stable_assignments(market))

    assert ours in every_stable_one
    for other in every_stable_one:
        assert all(rank(market, one, ours) <= rank(market, one, other) for one in market.choices)


@given(market=markets(), order=st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_named_changes_nothing(market: Market, order: Random) -> None:
    shuffled = list(market.choices.items())
    order.shuffle(shuffled)

    assert assign(dict(shuffled), market.places, market.claim_of) == market.assigned()


@pytest.mark.parametrize(
    ("assigned", "fault"),
    [
        ({1: 101, 2: 101}, "is given 2 people"),
        ({1: 102}, "none of theirs"),
        ({}, "would rather have each other"),
        ({2: 101}, "would rather have each other"),
        ({1: 101}, None),
    ],
)
def test_the_outside_check_sees_each_kind_of_fault(assigned: dict[int, int], fault: str | None) -> None:
    one, two, only, other = UUID(int=1), UUID(int=2), UUID(int=101), UUID(int=102)
    claims = {(only, one): 0, (only, two): 1, (other, one): 0}
    market = Market({one: [only], two: [only]}, {only: 1, other: 1}, claims)

    found = market.faults({UUID(int=person): UUID(int=at) for person, at in assigned.items()})

    assert found == [] if fault is None else any(fault in each for each in found)


def test_a_bulk_move_asks_open_pools_with_space_alone_in_the_order_of_the_router() -> None:
    near = pool(1, latitude=51.53, longitude=0.03)
    far = pool(2, latitude=51.40, longitude=-0.30)
    others = [
        pool(3, signal=Signal("limited", 5)), pool(4, signal=Signal("full", 0)), pool(5, signal=Signal("open", 0)),
        pool(6, signal=Signal()), pool(7),
    ]  # fmt: skip
    decision = decide(
        wants(), [far, *others, near], home=(51.52, 0.03), kept_for_earlier={others[-1].pool_id}
    )

    assert choices_of(decision) == [near, far]


def stable_assignments(market: Market) -> Iterator[dict[UUID, UUID]]:
    """By trying every assignment that there is."""
    people = list(market.choices)
    for chosen in product(*([None, *market.choices[one]] for one in people)):
        assigned = {one: at for one, at in zip(people, chosen, strict=True) if at is not None}
        if not market.faults(assigned):
            yield assigned


def rank(market: Market, one: UUID, assigned: Mapping[UUID, UUID]) -> int:
    """How far down their list somebody comes; behind all of it without a place."""
    at = assigned.get(one)
    return len(market.choices[one]) if at is None else market.choices[one].index(at)
