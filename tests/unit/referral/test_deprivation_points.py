"""Who lives in one of the most deprived neighbourhoods stands higher in the line where their area says so; nobody is passed too often."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from services.referral.domain import waiting_policy
from services.referral.domain.area_policies import policy_of
from services.referral.domain.line_story import points_told_to_worker
from services.referral.domain.listed_pool import Signal
from services.referral.domain.waiting_list import give_places, people_before
from services.referral.domain.waiting_policy import StartingPoints, WaitingPolicy, starting_points
from services.referral.entrypoints.where_they_live import deprivation_of
from services.referral.storage.legs import wants_as_json
from shared.places.places import LONDON, Places
from tests.unit.referral.examples import NEWHAM, in_line, pool, wants

WEIGHS = WaitingPolicy(for_most_deprived=4)
POOR, RICH = wants(deprivation=1), wants(deprivation=9)


@pytest.mark.parametrize(("decile", "points"), [(1, 4), (2, 4), (3, 0), (10, 0), (None, 0)])
def test_the_most_deprived_fifth_has_points_where_the_policy_weighs_it(
    decile: int | None, points: int
) -> None:
    assert starting_points(wants(deprivation=decile), WEIGHS).for_most_deprived == points


def test_it_is_off_by_itself_and_on_where_the_area_s_policy_says_so() -> None:
    assert policy_of(NEWHAM).for_most_deprived == starting_points(POOR).for_most_deprived == 0

    weighs = replace(policy_of(NEWHAM), for_most_deprived=3)
    with patch.object(waiting_policy, "policy_of", lambda _: weighs):
        assert starting_points(POOR).for_most_deprived == 3
        assert starting_points(RICH).for_most_deprived == 0


def test_points_bring_somebody_forward_in_the_line() -> None:
    first, later = in_line(0, wants=RICH), in_line(60, wants=POOR)
    line, place = [first, later], [pool(1, signal=Signal("open", 1))]

    assert people_before(later.leg_id, line, WEIGHS) == 0
    assert people_before(later.leg_id, line, WaitingPolicy(for_most_deprived=0)) == 1
    [given] = give_places(line, place, lambda _: None, policy=WEIGHS).places
    assert given.leg is later


def test_whoever_was_passed_by_ten_comes_first_whatever_the_points() -> None:
    passed = in_line(0, wants=RICH, overtaken=WEIGHS.most_overtaken)
    line = [passed, *(in_line(60 + n, wants=POOR) for n in range(12))]

    [given] = give_places(line, [pool(1, signal=Signal("open", 1))], lambda _: None, policy=WEIGHS).places
    assert given.leg is passed


def test_each_part_of_the_points_is_read_out() -> None:
    assert points_told_to_worker(StartingPoints("severe-mental-illness", 3, 2, 4)) == (
        "Joined the line with 9 points: 3 for being among severe mental illness, 2 for how deprived their borough is, "
        "4 for a neighbourhood in the most deprived fifth of England. One more comes with each week of waiting."
    )
    assert points_told_to_worker(StartingPoints(None, 0, 1)).startswith(
        "Joined the line with 1 point: 1 for how"
    )
    assert points_told_to_worker(StartingPoints(None, 0, 0)).startswith("Joined the line with no points")


def test_of_a_postcode_the_tenth_alone_is_kept() -> None:
    place = Places(LONDON).of_postcode("E15 4LZ")

    assert place is not None
    assert deprivation_of("e15 4lz") == place.area.imd_decile
    assert deprivation_of("M1 1AE") is deprivation_of(None) is None
    assert wants_as_json(wants(deprivation=2))["deprivation"] == 2
