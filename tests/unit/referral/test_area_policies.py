"""Policies are data: read strictly, one for each place, and a decision names the one that it was made by."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.referral.domain.area_policies import (
    FILES,
    PoliciesDisagree,
    may_cross,
    policy_of,
    read_policies,
    shares_between_boroughs,
)
from services.referral.domain.listed_pool import Signal
from services.referral.domain.pool_index import PoolIndex
from services.referral.domain.router import decide
from services.referral.domain.suitability import Barrier
from tests.unit.referral.examples import EALING, NEWHAM, pool, wants

HILLINGDON, NORTH_EAST_LONDON = "E09000017", "E54000029"
ELSEWHERE = "E06000001"
WRITTEN = json.loads((FILES / "nearest-that-fits.json").read_text(encoding="utf-8"))


def written(**changes: Any) -> str:
    return json.dumps(WRITTEN | changes)


def test_the_policy_of_an_area_is_that_of_the_nearest_above_it() -> None:
    assert policy_of(HILLINGDON).name == "specialists-first"
    assert (
        policy_of(NEWHAM).name == policy_of(EALING).name == policy_of(ELSEWHERE).name == "nearest-that-fits"
    )


def test_a_board_s_policy_holds_in_its_boroughs_and_a_borough_s_own_before_it() -> None:
    found = read_policies(
        [
            written(),
            written(name="of-the-board", areas=[NORTH_EAST_LONDON]),
            written(name="of-newham", areas=[NEWHAM]),
        ]
    )

    assert {area: policy.name for area, policy in found.items()} == {
        None: "nearest-that-fits", NORTH_EAST_LONDON: "of-the-board", NEWHAM: "of-newham",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"for_each_kilometre": 2},
        {"for_each_kilometre": "-2"},
        {"for_each_group_that_fits": 10.0},
        {"mode": "as-you-like"},
        {"hours_to_choose": 0},
        {"areas": ["E09"]},
        {"specialist_cohorts": ["everybody"]},
        {"borough_shares": {NEWHAM: 0}},
        {"areas": [NEWHAM], "borough_shares": {NEWHAM: 2}},
        {"for_a_smile": 3},
    ],
)
def test_a_policy_that_is_not_meant_so_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read_policies([written(**changes)])


def test_a_field_that_is_left_out_is_refused() -> None:
    for name in WRITTEN:
        with pytest.raises(ValidationError):
            read_policies([json.dumps({each: WRITTEN[each] for each in WRITTEN if each != name})])


@pytest.mark.parametrize(
    "texts",
    [
        [written(), written(name="another")],
        [written(), written(areas=[NEWHAM])],
        [written(areas=[NEWHAM])],
        [written(), written(name="one", areas=[NEWHAM]), written(name="two", areas=[NEWHAM])],
    ],
)
def test_policies_that_leave_it_open_which_holds_are_refused(texts: list[str]) -> None:
    with pytest.raises(PoliciesDisagree):
        read_policies(texts)


def test_shares_are_those_of_the_policy_that_holds_for_all() -> None:
    assert shares_between_boroughs().of(NEWHAM) == shares_between_boroughs().of(HILLINGDON) == 1


def test_specialists_come_first_for_their_cohort_where_the_policy_says_so() -> None:
    """HLP-28, the rule: nearer, open and with more in common, a service for everybody stands behind one for them."""
    specialist = pool(2, suits=frozenset({"severe-mental-illness"}), signal=Signal("limited", 1))
    nearer = pool(1, suits=frozenset({"women", "carers"}))
    groups = frozenset({"severe-mental-illness", "women", "carers"})

    there = decide(wants(area=HILLINGDON, groups=groups), [specialist, nearer])
    elsewhere = decide(wants(area=NEWHAM, groups=groups), [specialist, nearer])
    others = decide(wants(area=HILLINGDON, groups=frozenset({"women"})), [specialist, nearer])

    assert (there.chosen, elsewhere.chosen, others.chosen) == (specialist, nearer, nearer)
    assert (there.policy, elsewhere.policy) == ("specialists-first-2", "nearest-that-fits-3")
    assert [each.is_specialist for each in there.candidates] == [True, False]


def test_a_full_specialist_is_passed_by() -> None:
    full = pool(2, suits=frozenset({"severe-mental-illness"}), signal=Signal("full", 0))
    open_to_all = pool(1)
    who = wants(area=HILLINGDON, groups=frozenset({"severe-mental-illness"}))

    assert decide(who, [full, open_to_all]).chosen == open_to_all
    assert PoolIndex([full, open_to_all]).match(who).chosen == open_to_all


def test_a_border_is_crossed_where_the_catchment_and_the_own_side_allow_it() -> None:
    """LEW-6, the rule: outside what the policy crosses into a service stands behind a border, unless it is for all."""
    neighbour = pool(1, home_area=EALING, everywhere=False, areas=frozenset({NEWHAM}))
    outside = pool(2, home_area=ELSEWHERE, everywhere=False, areas=frozenset({NEWHAM}))
    national = pool(3, home_area=ELSEWHERE, everywhere=True, signal=Signal("full", 0))

    decision = decide(wants(), [neighbour, outside, national])

    assert [each.pool for each in decision.candidates] == [neighbour, national]
    assert [each.barriers for each in decision.exclusions] == [(Barrier.BORDER,)]
    assert may_cross(NEWHAM, EALING)
    assert not may_cross(NEWHAM, ELSEWHERE)


def test_a_shorter_wait_is_worth_points() -> None:
    weeks, days = (
        pool(n, signal=Signal("open", 1, expected_wait_days=wait)) for n, wait in ((1, 21), (2, 6))
    )

    assert decide(wants(), [weeks, days]).chosen == days


def test_people_choose_for_as_long_as_their_policy_says_or_not_at_all() -> None:
    asks = read_policies([written(mode="propose-three", hours_to_choose=48)])[None].as_policy()

    assert asks.time_to_choose == timedelta(hours=48)
    assert read_policies([written()])[None].as_policy().time_to_choose is None
