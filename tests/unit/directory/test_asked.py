"""What a search page is asked travels in its address and comes out of it the same; what does not exist is left out."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from services.directory.entrypoints.finding.asked import CHOICES, DISTANCES, OLDEST, Asked
from services.directory.search.query import MOST_PAGES
from shared.vocabulary import vocabulary

CODES = {
    "need": tuple(vocabulary.needs()),
    "group": tuple(vocabulary.groups()),
    "language": tuple(vocabulary.languages()),
    "access": tuple(vocabulary.access_terms()),
    "delivery": tuple(vocabulary.delivery_modes()),
    "when": ("now", "today", "evenings", "weekends"),
}
LINES = st.text(max_size=60).map(
    lambda text: " ".join("".join(each if each.isprintable() else " " for each in text).split())
)
SEARCHES = st.builds(
    Asked,
    words=LINES,
    near=st.sampled_from(["", "E01004460", "E09000031", "E17"]),
    km=st.sampled_from([None, *DISTANCES]),
    **{name: st.lists(st.sampled_from(codes), unique=True, max_size=3).map(tuple) for name, codes in CODES.items()},
    age=st.none() | st.integers(0, OLDEST),
    worker=st.sampled_from(["", "female", "male"]),
    space=st.booleans(),
    exactly=st.booleans(),
    sort=st.sampled_from(["best", "nearest", "name"]),
    page=st.integers(1, MOST_PAGES),
)  # fmt: skip


def asked_by(address: str) -> Asked:
    return Asked.of(QueryParams(parse_qsl(urlsplit(address).query, keep_blank_values=True)))


@given(SEARCHES)
def test_an_address_asks_what_it_was_made_of(asked: Asked) -> None:
    assert asked_by(asked.to()) == asked


def test_the_codes_tested_are_all_there_are() -> None:
    assert set(CODES) == set(CHOICES)


@given(st.lists(st.tuples(st.sampled_from(["search", "near", "km", "need", "age", "page", "sort", "when", "worker"]), st.text(max_size=30)), max_size=8))  # fmt: skip
def test_whatever_an_address_says_something_can_be_searched(params: list[tuple[str, str]]) -> None:
    asked = Asked.of(QueryParams(params))

    assert asked_by(asked.to()) == asked
    assert asked.query(speaks="en").page >= 1


@pytest.mark.parametrize("text", ["e17 4qh", "E17 4QH", "E174QH", "SW1A 1AA", "E17%204QH"])
def test_a_postcode_never_comes_back_into_an_address(text: str) -> None:
    asked = Asked.of(QueryParams([("near", text), ("where", text)]))

    assert text not in asked.to()


@pytest.mark.parametrize(("km", "read"), [("5", 5), ("6", None), ("", None), ("-5", None)])
def test_only_distances_that_are_offered_are_asked(km: str, read: int | None) -> None:
    assert Asked.of(QueryParams([("km", km)])).km == read


def test_taking_out_a_choice_starts_again_at_the_first_page() -> None:
    asked = Asked(need=("housing", "loneliness"), page=4)

    assert asked.without("need", "housing") == Asked(need=("loneliness",))


def test_equal_choices_count_once_and_unknown_ones_do_not() -> None:
    params = QueryParams([("need", "housing"), ("need", "housing"), ("need", "gold"), ("language", "so")])

    asked = Asked.of(params)

    assert (asked.need, asked.language) == (("housing",), ("so",))
