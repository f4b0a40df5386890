"""Lists that are arranged by their address."""

from typing import Any
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from shared.web.gallery_examples import AREAS, COLUMNS, GROUPS
from shared.web.listing import Filter, Listing, Plan, arrange
from tests.component.web.asking import asking

BY_AREA: Filter[Any] = Filter(
    "area", "Borough", [(area, area) for area in AREAS], lambda group, area: group.area == area
)


def listed(query: str, per_page: int = 100) -> Listing:
    return arrange(asking(query, path="/list"), GROUPS, Plan("Groups", COLUMNS, [BY_AREA], per_page=per_page))


def test_sorts_both_ways_and_says_so() -> None:
    up, down = listed("sort=places"), listed("sort=-places")

    assert [int(row[3].text) for row in up.rows] == sorted(each.places for each in GROUPS)
    assert [int(row[3].text) for row in down.rows] == sorted((each.places for each in GROUPS), reverse=True)
    assert {head.title: head.sort for head in down.heads}["Places"] == "descending"
    assert up.heads[3].href == "/list?sort=-places"


def test_searches_and_filters_together() -> None:
    found = listed("search=GROUP+0&area=Ealing")

    assert [row[0].text for row in found.rows] == ["Group 01", "Group 05", "Group 09"]


def test_pages_keep_what_was_asked() -> None:
    second = listed("sort=name&search=group&page=2", per_page=10)

    assert second.rows[0][0].text == "Group 11"
    assert second.earlier == "/list?search=group&sort=name&page=1"
    assert second.later == "/list?search=group&sort=name&page=3"


@given(st.sampled_from(["sort", "search", "area", "page"]), st.text(max_size=30))
def test_no_address_breaks_the_list(name: str, value: str) -> None:
    found = listed(urlencode({name: value}, errors="replace"))

    assert found.total <= len(GROUPS)


def test_rows_that_stand_last_do_so_in_any_order() -> None:
    plan = Plan("Groups", COLUMNS, kept=("from",))
    found = arrange(asking("sort=-name&from=2026-01-01", path="/list"), GROUPS[:3], plan, last=[GROUPS[9]])

    assert [row[0].text for row in found.rows] == ["Group 03", "Group 02", "Group 01", "Group 10"]
    assert found.heads[0].href == "/list?from=2026-01-01&sort=name"
