"""When support falls short: more services never make a gap wider, and more need never makes it narrower."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.communities import COMMUNITIES, Census, members
from services.directory.domain.cover import (
    WORST_FIRST,
    Cover,
    Gap,
    Lack,
    Pressure,
    gap_of,
    lacks,
    pressure_of,
    typical,
)
from services.directory.domain.gap_table import Known, Ward, gap_rows
from shared.vocabulary import vocabulary

NEWHAM, CAMDEN = "E09000025", "E09000007"
numbers = st.integers(0, 200)
typicals = st.floats(0, 200, allow_nan=False)
pressures = st.builds(Pressure, st.booleans(), st.booleans(), st.booleans())
PRESSED, CALM = Pressure(deprived=True), Pressure()


def width(gap: Gap) -> int:
    return len(WORST_FIRST) - WORST_FIRST.index(gap)


@given(numbers, numbers, typicals, pressures)
def test_more_services_never_make_a_gap_wider(one: int, more: int, middle: float, pressure: Pressure) -> None:
    assert width(gap_of(one + more, middle, pressure)) <= width(gap_of(one, middle, pressure))


@given(numbers, typicals, pressures)
def test_more_need_never_makes_it_narrower(services: int, middle: float, pressure: Pressure) -> None:
    more = replace(pressure, deprived=True)

    assert width(gap_of(services, middle, more)) >= width(gap_of(services, middle, pressure))


@given(numbers, typicals, typicals, pressures)
def test_more_elsewhere_never_makes_it_narrower(
    services: int, middle: float, more: float, pressure: Pressure
) -> None:
    assert width(gap_of(services, middle + more, pressure)) >= width(gap_of(services, middle, pressure))


@pytest.mark.parametrize(
    ("services", "pressure", "gap"),
    [
        (0, CALM, "no-service"),
        (4, CALM, "some"),
        (4, PRESSED, "wide"),
        (5, CALM, "none"),
        (5, PRESSED, "some"),
        (9, PRESSED, "some"),
        (10, PRESSED, "none"),
    ],
)
def test_where_the_middle_ward_has_ten(services: int, pressure: Pressure, gap: Gap) -> None:
    assert gap_of(services, 10, pressure) == gap


@given(st.integers(1, 10), st.floats(0, 1), st.floats(0, 1))
def test_what_is_hidden_or_not_counted_presses_nowhere(decile: int, share: float, rate: float) -> None:
    """So that nobody reads a hidden number out of the gap."""
    told = pressure_of(decile=decile, share=None, typical_share=share, rate=None, typical_rate=rate)

    assert told == Pressure(deprived=decile <= 3)


@given(numbers, numbers, numbers)
def test_no_evening_or_weekend_cover_is_neither(services: int, evenings: int, weekends: int) -> None:
    cover = Cover(max(services, evenings, weekends), evenings, weekends)
    both = all(lacks(cover, "none", lack) for lack in ("no-evening", "no-weekend"))

    assert lacks(cover, "none", "no-evening-or-weekend") == both


@given(pressures, typicals)
def test_where_there_is_no_service_all_is_missing(pressure: Pressure, middle: float) -> None:
    every: tuple[Lack, ...] = (
        "no-service", "no-evening-or-weekend", "no-evening", "no-weekend", "no-space", "gap",
    )  # fmt: skip

    assert all(lacks(Cover(), gap_of(0, middle, pressure), lack) for lack in every)


def test_more_can_not_be_open_than_there_are() -> None:
    with pytest.raises(ValueError, match="no more"):
        Cover(1, 2)


def test_communities_are_groups_of_the_vocabulary() -> None:
    assert set(COMMUNITIES) <= set(vocabulary.groups())


def test_members_are_counted_in_the_ward_where_the_census_says_so_and_else_in_the_borough() -> None:
    census = Census(1000, 510, 490, {"indian": 30, "pakistani": 20, "white-irish": 7})

    black = members("black-communities", {"black": 12}, 100, census)
    asian = members("south-asian-communities", {"black": 12}, 100, census)
    women = members("women", {}, 100, census)
    assert black
    assert asian
    assert women
    assert (black.number, black.of, black.in_borough) == (12, 100, False)
    assert (asian.number, asian.of, asian.in_borough) == (50, 1000, True)
    assert women.share == 0.51
    assert members("carers", {}, 100, census) is None
    assert members(None, {}, 100, census) is None


def ward(number: int, borough: str = NEWHAM, decile: int = 5) -> Ward:
    return Ward(f"E050000{number:02}", f"Ward {number}", borough, 1000, decile, {"black": number}, ())


def test_a_ward_is_held_against_all_wards_and_shown_where_it_was_asked_for() -> None:
    wards = [ward(1), ward(2, decile=2), ward(3, CAMDEN), ward(4, CAMDEN), ward(5, CAMDEN)]
    covers = {each.code: {"carers": Cover(10)} for each in wards[2:]} | {
        each.code: {"carers": Cover(4)} for each in wards[:2]
    }
    referrals: dict[tuple[str, str], int | None] = {(NEWHAM, "carers"): None, (CAMDEN, "carers"): 40}

    rows = list(gap_rows(Known(wards, covers, {}, referrals), {NEWHAM}, ["carers", "housing"]))

    assert [(row.ward.name, row.need, row.gap) for row in rows] == [
        ("Ward 1", "carers", "some"),
        ("Ward 1", "housing", "no-service"),
        ("Ward 2", "carers", "wide"),
        ("Ward 2", "housing", "no-service"),
    ]
    assert [row.referrals for row in rows] == [None, 0, None, 0]


def test_the_borough_that_asks_for_more_has_the_wider_gap() -> None:
    wards = [ward(1), ward(2, CAMDEN), *(ward(number, "E09000030") for number in (3, 4, 5))]
    covers = {each.code: {"carers": Cover(4 if each in wards[:2] else 10)} for each in wards}
    referrals = {(NEWHAM, "carers"): 100, (CAMDEN, "carers"): 5, ("E09000030", "carers"): 30}

    rows = gap_rows(Known(wards, covers, {}, referrals), {NEWHAM, CAMDEN}, ["carers"])

    assert [(row.pressure.asked_for_more, row.gap) for row in rows] == [(True, "wide"), (False, "some")]


def test_the_middle_of_none_is_nought() -> None:
    assert (typical([]), typical([3, 1, 2])) == (0.0, 2)
