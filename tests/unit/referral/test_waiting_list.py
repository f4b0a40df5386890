"""Places go to who comes first for them: never to more than there are, never past somebody whom they suit."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.borough_shares import BoroughShares
from services.referral.domain.borough_turns import BoroughTurns
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.suitability import suits
from services.referral.domain.waiting_list import first_in_line, fronts, give_places
from services.referral.domain.waiting_policy import WaitingPolicy
from tests.unit.referral.examples import EALING, NEWHAM, NOON, in_line, pool, wants

LINES = st.lists(
    st.tuples(st.sampled_from(["loneliness", "creative"]), st.sampled_from(["en", "so"]), st.integers(0, 5)),
    max_size=8,
).map(
    lambda each: [in_line(seconds, wants=wants(need=need, language=spoken)) for need, spoken, seconds in each]
)
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
HOMELESS = frozenset({"homeless-people"})
OF_NEWHAM: dict[str, Any] = {"everywhere": False, "areas": frozenset({NEWHAM})}


def nowhere(_: str) -> None:
    return None


def asked(line: list[InLine], pools: list[ListedPool], **how: object) -> list[InLine]:
    return [each.leg for each in give_places(line, pools, nowhere, **how).places]  # type: ignore[arg-type]


@given(line=LINES, pools=POOLS, order=st.randoms(use_true_random=False))
def test_of_people_with_equal_points_the_first_to_come_gets_what_suits(
    line: list[InLine], pools: list[ListedPool], order: object
) -> None:
    shuffled = list(line)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    places = give_places(shuffled, pools, nowhere).places

    left = {each.pool_id: each.signal.free or 0 for each in pools}
    chosen = {each.leg.leg_id: each.decision.chosen for each in places}
    for one in sorted(line, key=lambda each: each.place_in_line):
        could = {each.pool_id for each in pools if left[each.pool_id] > 0 and suits(each, one.wants)}
        got = chosen.get(one.leg_id)
        assert (got.pool_id in could) if got else not could
        if got:
            left[got.pool_id] -= 1
    assert min(left.values(), default=0) >= 0


def test_who_tried_a_pool_lets_the_next_have_it() -> None:
    only = pool()
    tried, next_one = in_line(0, tried=frozenset({only.pool_id})), in_line(1)

    given_places = give_places([tried, next_one], [only], nowhere)

    assert [each.leg for each in given_places.places] == [next_one]
    assert not given_places.passed


def test_a_pool_without_limit_takes_the_whole_line() -> None:
    line = [in_line(n) for n in range(5)]

    assert asked(line, [pool(signal=Signal("open", None))]) == line


def test_a_point_is_a_start_of_a_week() -> None:
    three_points = in_line(0, wants=wants(groups=HOMELESS))
    earlier = in_line(-round(timedelta(weeks=3).total_seconds()) + 1)
    earliest = in_line(-round(timedelta(weeks=3).total_seconds()) - 1)
    line = [earlier, three_points, earliest]

    assert asked(line, [pool(signal=Signal("open", None))]) == [earliest, three_points, earlier]


def test_who_was_passed_is_counted_and_only_by_what_suits_them() -> None:
    passed = in_line(0)
    in_somali = in_line(1, wants=wants(language="so"))
    later = [in_line(2 + n, wants=wants(groups=HOMELESS)) for n in range(2)]

    found = give_places([passed, in_somali, *later], [pool(signal=Signal("open", 2))], nowhere)

    assert [each.leg for each in found.places] == later
    assert found.passed == {passed.leg_id: 2}


def test_who_was_passed_too_often_stands_before_everybody_by_arrival() -> None:
    line = [in_line(n, overtaken=3) for n in range(2)] + [in_line(9, wants=wants(groups=HOMELESS))]

    assert asked(line[::-1], [pool()], policy=WaitingPolicy(most_overtaken=3)) == line[:1]


def test_nobody_is_passed_too_often_within_one_turn_of_the_line() -> None:
    passed = in_line(0)
    later = [in_line(1 + n, wants=wants(groups=HOMELESS)) for n in range(5)]
    three = pool(signal=Signal("open", 3))

    assert asked([passed, *later], [three], policy=WaitingPolicy(most_overtaken=2)) == [*later[:2], passed]


def test_a_place_waits_for_who_was_passed_too_often_while_others_have_them_in_hand() -> None:
    often, next_one = in_line(0, overtaken=3), in_line(1)
    policy = WaitingPolicy(most_overtaken=3)

    assert not asked([often, next_one], [pool()], policy=policy, in_other_hands={often.leg_id})
    assert asked([in_line(0), next_one], [pool()], policy=policy, in_other_hands={often.leg_id})


def test_boroughs_take_turns_where_a_pool_serves_several() -> None:
    newham = [in_line(n) for n in range(4)]
    ealing = [in_line(10 + n, wants=wants(area=EALING)) for n in range(4)]
    turns = BoroughTurns(BoroughShares({NEWHAM: 1, EALING: 1}))

    given_now = give_places([*newham, *ealing], [pool(signal=Signal("open", 3))], nowhere, turns=turns)
    later = give_places([*newham[2:], *ealing[1:]], [pool()], nowhere, turns=given_now.turns)

    # Of boroughs with as much to their credit the lesser code has the turn.
    assert [each.leg for each in given_now.places] == [ealing[0], newham[0], ealing[1]]
    assert [each.leg for each in later.places] == [newham[2]]


def test_a_pool_of_one_borough_knows_no_turns() -> None:
    line = [in_line(n) for n in range(2)]

    found = give_places(line, [pool(**OF_NEWHAM)], nowhere)

    assert not found.turns.balances


def test_who_was_passed_too_often_comes_before_the_turn_and_their_borough_pays_for_it() -> None:
    often = in_line(5, overtaken=3)
    others = [in_line(n, wants=wants(area=EALING)) for n in range(3)]
    policy = WaitingPolicy(most_overtaken=3)

    found = give_places([often, *others], [pool()], nowhere, policy=policy)

    assert [each.leg for each in found.places] == [often]
    assert found.turns.balances[UUID(int=1)] == {NEWHAM: -1, EALING: 1}


def test_where_the_last_of_a_borough_was_given_a_place_elsewhere_it_gains_nothing() -> None:
    ealing, newham = in_line(-1_000_000, wants=wants(area=EALING)), in_line(1)
    credit = {UUID(int=1): {EALING: 5}, UUID(int=2): {NEWHAM: 5}}

    found = give_places([ealing, newham], [pool(1), pool(2)], nowhere, turns=BoroughTurns(balances=credit))

    assert [each.leg for each in found.places] == [ealing, newham]
    assert found.turns.balances[UUID(int=2)] == {NEWHAM: 5}


@given(line=LINES, pools=POOLS)
def test_the_first_in_line_is_the_oldest_whom_the_pool_suits(
    line: list[InLine], pools: list[ListedPool]
) -> None:
    in_order = sorted(line, key=lambda each: each.place_in_line)

    firsts = first_in_line(in_order, pools)

    for each in pools:
        suited = [one.place_in_line for one in line if suits(each, one.wants)]
        assert firsts.get(each.pool_id) == min(suited, default=None)


def test_only_who_stands_before_everybody_in_line_may_ask_at_once() -> None:
    waiting = [in_line(0, wants=wants(groups=HOMELESS)), in_line(100)]
    front = fronts(waiting, [pool()])[UUID(int=1)]
    somebody = UUID(int=7)
    three_weeks = timedelta(weeks=3)

    assert front.lets(
        (NOON - timedelta(seconds=1), somebody), NOON - three_weeks - timedelta(weeks=2, seconds=1)
    )
    assert not front.lets((NOON - timedelta(seconds=1), somebody), NOON - timedelta(seconds=1))
    assert not front.lets((NOON + timedelta(seconds=1), somebody), NOON - timedelta(weeks=30))


def test_nobody_asks_at_once_where_somebody_was_passed_too_often() -> None:
    front = fronts([in_line(0, overtaken=10)], [pool()])[UUID(int=1)]

    assert not front.lets((NOON - timedelta(days=300), UUID(int=7)), NOON - timedelta(days=300))


def test_a_pool_that_suits_nobody_in_line_has_no_front() -> None:
    assert not fronts([in_line(0, wants=wants(language="so"))], [pool()])
