"""Many move at once by the rules of the line: whoever is passed is counted, nobody too often, and each borough pays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.borough_turns import BoroughTurns
from services.referral.domain.bulk_move import Moved, move_together
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.router import Decision, decide
from services.referral.domain.waiting_list import fronts
from services.referral.domain.waiting_policy import WaitingPolicy
from tests.unit.referral.examples import EALING, NEWHAM, in_line, pool, wants

HOMELESS = frozenset({"homeless-people"})
MOST = WaitingPolicy(most_overtaken=2)


def places(number: int) -> Signal:
    return Signal("open", number, 1, 1)


def move(
    moving: Sequence[InLine],
    pools: Sequence[ListedPool],
    line: Sequence[InLine] = (),
    turns: BoroughTurns | None = None,
) -> Moved:
    """As the use case does, by the plain rule of the router."""
    in_front = fronts(line, pools, MOST)

    def decide_alone(leg: InLine, stands: datetime) -> Decision:
        kept = {each for each, front in in_front.items() if not front.lets(leg.place_in_line, stands)}
        return decide(leg.wants, pools, tried=leg.tried, kept_for_earlier=kept)

    return move_together(moving, line, decide_alone, turns or BoroughTurns(), MOST)


def test_who_came_first_and_has_fewer_points_is_passed_and_it_counts() -> None:
    first, later = in_line(0), in_line(1, wants=wants(groups=HOMELESS))

    moved = move([later, first], [pool(1)])

    assert moved.places == {later.leg_id: UUID(int=1)}
    assert moved.passed == {first.leg_id: 1}


def test_who_would_be_passed_once_too_often_comes_before_everybody() -> None:
    first = in_line(0, overtaken=1)
    later = [in_line(number, wants=wants(groups=HOMELESS)) for number in (1, 2)]

    moved = move([first, *later], [pool(1, signal=places(2))])

    assert set(moved.places) == {first.leg_id, later[0].leg_id}
    assert moved.passed == {}


def test_who_was_passed_too_often_already_goes_first() -> None:
    often, later = in_line(0, overtaken=2), in_line(1, wants=wants(groups=HOMELESS))

    assert set(move([later, often], [pool(1)]).places) == {often.leg_id}


def test_whom_the_place_does_not_suit_is_not_passed() -> None:
    elsewhere = in_line(0, tried=frozenset({UUID(int=1)}))
    later = in_line(1)

    moved = move([elsewhere, later], [pool(1), pool(2, signal=places(0))])

    assert (set(moved.places), moved.passed) == ({later.leg_id}, {})


def test_what_somebody_in_the_line_comes_first_for_stays_theirs() -> None:
    waits, mover = in_line(0), in_line(1)

    moved = move([mover], [pool(1)], line=[waits])

    assert (moved.places, moved.passed) == ({}, {})


def test_boroughs_take_turns_and_pay() -> None:
    """Newham sends more people, and first; of two places each borough has one."""
    newham = [in_line(number) for number in range(3)]
    ealing = in_line(9, wants=wants(area=EALING))
    shared = pool(1, everywhere=True, signal=places(2))

    moved = move([*newham, ealing], [shared])

    assert set(moved.places) == {newham[0].leg_id, ealing.leg_id}
    assert moved.turns.balances.keys() == {shared.pool_id}


def test_a_borough_that_was_given_more_than_its_turn_owes_it() -> None:
    """Somebody of another borough waits in the line, behind them, for the same places."""
    newham = [in_line(number) for number in range(2)]
    waits = in_line(9, wants=wants(area=EALING))
    shared = pool(1, everywhere=True, signal=places(2))

    moved = move(newham, [shared], line=[waits])

    assert moved.turns.balances[shared.pool_id][NEWHAM] < 0 < moved.turns.balances[shared.pool_id][EALING]
    assert moved.turns.next(shared, [NEWHAM, EALING]) == EALING


def test_a_pool_of_one_borough_knows_no_turns() -> None:
    assert move([in_line(0)], [pool(1, everywhere=False, areas=frozenset({NEWHAM}))]).turns.balances == {}


@st.composite
def moves(draw: st.DrawFn) -> tuple[list[InLine], list[ListedPool]]:
    numbers = st.integers(0, 3)
    moving = [
        in_line(
            second, leg_id=UUID(int=second + 1), overtaken=draw(st.integers(0, 2)),
            wants=wants(area=draw(st.sampled_from([NEWHAM, EALING])), groups=draw(st.sampled_from([frozenset(), HOMELESS]))),
            tried=frozenset(draw(st.sets(st.sampled_from([UUID(int=1), UUID(int=2)]), max_size=1))),
        )
        for second in range(draw(st.integers(0, 8)))
    ]  # fmt: skip
    pools = [pool(number, everywhere=True, signal=places(draw(numbers))) for number in (1, 2, 3)]
    return moving, pools


@given(drawn=moves(), order=st.randoms(use_true_random=False))
def test_nobody_is_passed_more_often_than_the_bound_and_the_order_of_naming_changes_nothing(
    drawn: tuple[list[InLine], list[ListedPool]], order: Random
) -> None:
    moving, pools = drawn
    moved = move(moving, pools)

    for leg in moving:
        by = passed_by(leg, moving, pools, moved.places)
        assert moved.passed.get(leg.leg_id, 0) == by
        assert by == 0 or leg.overtaken + by <= MOST.most_overtaken
    order.shuffle(moving)
    again = move(moving, pools)
    assert (again.places, again.passed, again.turns) == (moved.places, moved.passed, moved.turns)


def passed_by(
    leg: InLine, moving: Sequence[InLine], pools: Sequence[ListedPool], given_to: Mapping[UUID, UUID]
) -> int:
    """By the words of the rule."""
    if leg.leg_id in given_to:
        return 0
    suiting = {each.pool_id for each in pools} - leg.tried
    return sum(
        given_to.get(other.leg_id) in suiting for other in moving if other.received_at > leg.received_at
    )


@pytest.mark.parametrize("number", [0, 1])
def test_who_moves_alone_moves_as_the_router_says(number: int) -> None:
    moved = move([in_line(0)], [pool(1, signal=places(number))])

    assert len(moved.places) == number
