"""Who comes is drawn from who lives there: as many, of the same groups, and the same for a seed."""

from collections import Counter

import pytest

from simulator.people import arrivals, expected_a_year
from tests.unit.simulator.small_world import homes, scenario


def test_as_many_come_as_the_rate_and_the_residents_say() -> None:
    year = scenario(scale=0.2, days=365, warm_up_days=0, arrivals={"second_need": 0})
    residents = sum(sum(area.groups.values()) for area in homes())

    expected = expected_a_year(homes(), year)
    came = len(list(arrivals(homes(), year, seed=1)))

    assert expected == pytest.approx(residents * 23 / 1000 / 5)
    assert came == pytest.approx(expected, abs=4 * expected**0.5)


def test_groups_come_as_they_live_there_and_as_the_multipliers_say() -> None:
    year = scenario(
        scale=0.3, days=365, warm_up_days=0, arrivals={"by_ethnic_group": {"asian": 2.0}, "second_need": 0}
    )
    lives = Counter[str]()
    for area in homes():
        lives.update(area.groups)

    came = Counter(each.ethnic_group for each in arrivals(homes(), year, seed=2))

    shares = {group: count * (2 if group == "asian" else 1) for group, count in lives.items()}
    for group, share in shares.items():
        assert came[group] / came.total() == pytest.approx(share / sum(shares.values()), abs=0.03)


def test_deciles_of_homes_are_those_of_the_neighbourhoods_and_may_come_more_often() -> None:
    plain = scenario(scale=0.3, days=365, warm_up_days=0)
    poorer = scenario(scale=0.3, days=365, warm_up_days=0, arrivals={"by_decile": {2: 3.0}})

    once, more = (
        Counter(each.decile for each in arrivals(homes(), each, seed=3)) for each in (plain, poorer)
    )

    assert set(once) == {area.imd_decile for area in homes()}
    assert more[2] / once[2] == pytest.approx(3, rel=0.15)
    assert more[4] / once[4] == pytest.approx(1, rel=0.25)


def test_the_same_seed_brings_the_same_people_whatever_there_is_for_them() -> None:
    one, other = scenario(), scenario(providers={"places_for_demand": 3.0})

    assert list(arrivals(homes(), one, seed=4)) == list(arrivals(homes(), other, seed=4))
    assert list(arrivals(homes(), one, seed=4)) != list(arrivals(homes(), one, seed=5))


def test_who_has_two_needs_comes_once_with_both() -> None:
    came = list(arrivals(homes(), scenario(arrivals={"second_need": 1.0}), seed=6))

    moments = Counter(each.at for each in came)
    assert set(moments.values()) == {1, 2}
    assert len({each.leg_id for each in came}) == len(came)
