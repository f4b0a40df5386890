"""What somebody wrote leads to an area's code; a postcode goes no further."""

import pytest

from services.directory.entrypoints.finding.whereabouts import Whereabouts
from shared.places.places import open_places

WALTHAM_FOREST, CHAPEL_END = "E09000031", "E05013884"


@pytest.fixture(scope="module")
def whereabouts() -> Whereabouts:
    return Whereabouts(open_places())


def test_a_postcode_leads_to_its_neighbourhood_and_borough(whereabouts: Whereabouts) -> None:
    code = whereabouts.of_words("e17 4pp")
    assert code is not None
    where = whereabouts.of_code(code)

    assert where is not None
    assert where.code.startswith("E01")
    assert (where.home.lsoa, where.home.borough) == (code, WALTHAM_FOREST)
    assert where.home.ward is not None
    assert where.home.point is not None
    assert where.name.endswith(", Waltham Forest")


def test_a_borough_is_known_by_its_name_and_has_no_single_ward(whereabouts: Whereabouts) -> None:
    where = whereabouts.of_code(whereabouts.of_words("waltham forest") or "")

    assert where is not None
    assert (where.name, where.home.borough, where.home.ward) == ("Waltham Forest", WALTHAM_FOREST, None)


def test_a_postcode_district_is_in_the_borough_that_has_most_of_it(whereabouts: Whereabouts) -> None:
    where = whereabouts.of_code("E17")

    assert where is not None
    assert where.home.borough == WALTHAM_FOREST


@pytest.mark.parametrize("code", ["E174PP", "E17 4PP", "", "NOWHERE", "E54000029", "E12000007", "0"])
def test_a_whole_postcode_nothing_and_what_is_too_large_are_no_places_to_look_in(
    whereabouts: Whereabouts, code: str
) -> None:
    assert whereabouts.of_code(code) is None


def test_nonsense_leads_nowhere(whereabouts: Whereabouts) -> None:
    assert whereabouts.of_words("zzzzzz") is None
    assert whereabouts.of_words("") is None


@pytest.mark.parametrize("code", ["e17", "E 17", "E17!", "  E17", "E174PP", "E17 4PP", ""])
def test_a_code_is_read_as_it_is_written_alone_so_that_nobody_fills_the_memory(code: str) -> None:
    whereabouts = Whereabouts(open_places())

    assert whereabouts.of_code(code) is None
    assert not whereabouts._known
