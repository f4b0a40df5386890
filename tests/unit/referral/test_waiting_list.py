"""Places go to those who came first: never to more than there are, never past somebody whom they suit."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.leg import Leg
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.suitability import suits
from services.referral.domain.waiting_list import first_in_line, give_places
from tests.unit.referral.examples import leg, pool, wants

LEGS = st.lists(
    st.tuples(st.sampled_from(["loneliness", "creative"]), st.sampled_from(["en", "so"]), st.integers(0, 5)),
    max_size=8,
).map(lambda each: [leg(seconds, wants=wants(need=need, language=spoken)) for need, spoken, seconds in each])
POOLS = st.lists(
    st.tuples(
        st.frozensets(st.sampled_from(["loneliness", "creative"]), min_size=1),
        st.frozensets(st.sampled_from(["en", "so"]), min_size=1),
        st.integers(0, 3),
    ),
    max_size=4,
).map(
    lambda fields: [
        pool(number, needs=needs, languages=languages, signal=Signal("open", free))
        for number, (needs, languages, free) in enumerate(fields, 1)
    ]
)


def nowhere(_: str) -> None:
    return None


@given(line=LEGS, pools=POOLS, order=st.randoms(use_true_random=False))
def test_nobody_is_passed_over_and_no_place_is_given_twice(
    line: list[Leg], pools: list[ListedPool], order: Any
) -> None:
    shuffled = list(line)
    order.shuffle(shuffled)

    given_places = give_places(shuffled, pools, nowhere)

    left = {each.pool_id: each.signal.free or 0 for each in pools}
    chosen = {each.leg.leg_id: each.decision.chosen for each in given_places}
    for one in sorted(line, key=lambda each: each.place_in_line):
        could = {each.pool_id for each in pools if left[each.pool_id] > 0 and suits(each, one.wants)}
        got = chosen.get(one.leg_id)
        assert (got.pool_id in could) if got else not could
        if got:
            left[got.pool_id] -= 1
    assert min(left.values(), default=0) >= 0


@given(line=LEGS, pools=POOLS)
def test_the_first_in_line_is_the_oldest_whom_the_pool_suits(
    line: list[Leg], pools: list[ListedPool]
) -> None:
    in_order = sorted(line, key=lambda each: each.place_in_line)

    firsts = first_in_line(in_order, pools)

    for each in pools:
        suited = [one.place_in_line for one in line if suits(each, one.wants)]
        assert firsts.get(each.pool_id) == min(suited, default=None)


def test_who_tried_a_pool_lets_the_next_have_it() -> None:
    only = pool()
    tried, next_one = replace(leg(0), tried=frozenset({only.pool_id})), leg(1)

    assert [each.leg for each in give_places([tried, next_one], [only], nowhere)] == [next_one]


def test_a_pool_without_limit_takes_the_whole_line() -> None:
    line = [leg(n) for n in range(5)]

    given_places = give_places(line, [pool(signal=Signal("open", None))], nowhere)

    assert Counter(each.leg.leg_id for each in given_places) == Counter(each.leg_id for each in line)
