"""The points of the line: as the policy says them, from facts that can be checked."""

from datetime import timedelta

from services.referral.domain.waiting_policy import (
    DEPRIVATION_OF_BOROUGH,
    POINTS_OF_GROUP,
    StartingPoints,
    stands_since,
    starting_points,
    weeks_waited,
)
from shared.places.places import LONDON, Places
from shared.vocabulary.vocabulary import boroughs, groups
from tests.unit.referral.examples import NEWHAM, NOON, wants


def test_the_deprivation_of_a_borough_is_that_of_its_neighbourhoods_by_residents() -> None:
    places = Places(LONDON)
    found = {}
    for borough in boroughs():
        areas = [area for lsoa in places.within(borough) if (area := places.area(lsoa))]
        weighed = sum(area.imd_decile * area.residents for area in areas)
        found[borough] = round(weighed / sum(area.residents for area in areas))

    assert found == DEPRIVATION_OF_BOROUGH


def test_points_are_for_groups_that_there_are() -> None:
    assert POINTS_OF_GROUP.keys() <= groups().keys()


def test_of_several_groups_the_one_with_the_most_points_counts() -> None:
    both = wants(area="E09000027", groups=frozenset({"carers", "homeless-people", "men"}))

    assert starting_points(both) == StartingPoints("homeless-people", 3, 0)
    assert starting_points(wants(area=NEWHAM)) == StartingPoints(None, 0, 2)


def test_an_area_that_is_unknown_gives_no_points() -> None:
    assert starting_points(wants(area="E06000001")).total == 0


def test_points_stand_for_weeks_and_whole_weeks_are_read_out() -> None:
    assert stands_since(wants(groups=frozenset({"carers"})), NOON) == NOON - timedelta(weeks=4)
    assert weeks_waited(NOON, NOON + timedelta(days=13)) == 1
    assert weeks_waited(NOON, NOON) == 0
