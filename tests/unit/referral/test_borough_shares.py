"""Turns between boroughs: each has its share while it waits, and none can save up turns or be kept out."""

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.borough_shares import BoroughShares, next_turn

BOROUGHS = [f"E0900000{number}" for number in range(1, 8)]
SHARES = st.dictionaries(st.sampled_from(BOROUGHS), st.integers(1, 9)).map(BoroughShares)
WAITING = st.frozensets(st.sampled_from(BOROUGHS), min_size=1)


def turns(waiting: list[frozenset[str]], shares: BoroughShares) -> tuple[list[str], Mapping[str, int]]:
    balances: Mapping[str, int] = {}
    taken = []
    for each in waiting:
        turn = next_turn(balances, each, shares)
        assert turn is not None
        taken.append(turn.borough)
        balances = turn.balances
    return taken, balances


def test_where_nobody_waits_nobody_has_a_turn() -> None:
    assert next_turn({"E09000001": 3}, [], BoroughShares()) is None


def test_equal_shares_take_turns_however_many_people_each_sends() -> None:
    taken, _ = turns([frozenset(BOROUGHS[:3])] * 6, BoroughShares())

    assert taken == BOROUGHS[:3] * 2


def test_a_borough_with_twice_the_share_gets_twice_the_places() -> None:
    taken, _ = turns([frozenset(BOROUGHS[:2])] * 9, BoroughShares({BOROUGHS[1]: 2}))

    assert Counter(taken) == {BOROUGHS[0]: 3, BOROUGHS[1]: 6}


@given(shares=SHARES, waiting=WAITING, number=st.integers(1, 200))
def test_nobody_who_waits_is_two_places_from_their_share(
    shares: BoroughShares, waiting: frozenset[str], number: int
) -> None:
    taken, _ = turns([waiting] * number, shares)

    whole = sum(map(shares.of, waiting))
    for borough in waiting:
        assert abs(taken.count(borough) * whole - number * shares.of(borough)) < 2 * whole


@given(shares=SHARES, rounds=st.lists(WAITING, max_size=60))
def test_who_waits_throughout_has_a_turn_however_the_others_come_and_go(
    shares: BoroughShares, rounds: list[frozenset[str]]
) -> None:
    """With shares up to 9 and seven boroughs: within three times the whole."""
    patient = BOROUGHS[0]
    _, balances = turns(rounds, shares)
    most = 3 * sum(map(shares.of, BOROUGHS))

    for _ in range(most):
        turn = next_turn(balances, [*BOROUGHS], shares)
        assert turn is not None
        balances = turn.balances
        if turn.borough == patient:
            return
    pytest.fail("it never had its turn")


@given(shares=SHARES, rounds=st.lists(WAITING, min_size=1, max_size=60))
def test_a_turn_goes_to_a_borough_where_somebody_waits_and_credit_is_not_saved_up(
    shares: BoroughShares, rounds: list[frozenset[str]]
) -> None:
    taken, balances = turns(rounds, shares)

    assert all(borough in waiting for borough, waiting in zip(taken, rounds, strict=True))
    assert all(owed < 0 for borough, owed in balances.items() if borough not in rounds[-1])


@pytest.mark.parametrize("share", [0, -1])
def test_a_share_is_at_least_one(share: int) -> None:
    with pytest.raises(ValueError, match="whole number"):
        BoroughShares({BOROUGHS[0]: share})
