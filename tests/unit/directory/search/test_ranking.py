"""Each part of a rank is given for one thing alone, and is told."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.directory.domain.catchment import Catchment, HomeArea
from services.directory.search.entry import SearchEntry, minutes
from services.directory.search.index import MenuIndex
from services.directory.search.query import Query, Why
from services.directory.search.ranking_policy import POLICY
from tests.support.generated_menu import NOW

NO_CODES = dict.fromkeys(
    ("needs", "groups", "languages", "access", "delivery", "worker_sex", "when", "space"), frozenset[str]()
)
PLAIN = SearchEntry(
    UUID(int=1),
    "B plain service",
    {"plain": 8},
    NO_CODES,
    frozenset(),
    (0, 999),
    (),
    Catchment(everywhere=True),
    (),
    NOW.date() - timedelta(days=POLICY.days_lately + 1),
    "not-known",
    is_closed=False,
)
HOME = HomeArea(borough="E09000009", point=(51.5, -0.3))
FIVE_KM_AWAY = (51.5449, -0.3)
OPEN_NOW = ((minutes(NOW) - 5, minutes(NOW) + 5),)


def with_codes(**codes: str) -> SearchEntry:
    return replace(PLAIN, codes=NO_CODES | {facet: frozenset({code}) for facet, code in codes.items()})


@pytest.mark.parametrize(
    ("entry", "query", "why"),
    [
        (PLAIN, Query("plain"), Why("words", 8, ("plain",))),
        (
            with_codes(needs="loneliness"),
            Query("lonely"),
            Why("meant", POLICY.for_each_thing_meant, ("lonely", "needs", "loneliness")),
        ),
        (
            with_codes(needs="housing"),
            Query(needs=frozenset({"housing"})),
            Why("meant", POLICY.for_each_thing_meant, ("housing", "needs", "housing")),
        ),
        (
            with_codes(groups="men"),
            Query(groups=frozenset({"men"})),
            Why("group", POLICY.for_each_group_that_fits, ("men",)),
        ),
        (with_codes(languages="so"), Query(speaks="so"), Why("language", POLICY.for_own_language, ("so",))),
        (
            replace(PLAIN, hours=OPEN_NOW),
            Query(when=frozenset({"now"})),
            Why("open", POLICY.for_being_open_when_asked, ("now",)),
        ),
        (with_codes(space="yes"), Query(), Why("space", POLICY.for_space_now)),
        (replace(PLAIN, band="full"), Query(), Why("full", POLICY.for_being_full)),
        (
            replace(PLAIN, confirmed_on=NOW.date()),
            Query(),
            Why("confirmed-lately", POLICY.for_being_confirmed_lately),
        ),
        (replace(PLAIN, confirmed_on=None), Query(), Why("stale", POLICY.for_being_stale)),
        (
            replace(PLAIN, confirmed_on=NOW.date() - timedelta(days=400)),
            Query(),
            Why("old", POLICY.for_being_old),
        ),
        (
            replace(PLAIN, points=(FIVE_KM_AWAY,)),
            Query(home=HOME),
            Why("distance", 5 * POLICY.for_each_kilometre),
        ),
        (PLAIN, Query(home=HOME), Why("distance", 5 * POLICY.for_each_kilometre)),
    ],
)
def test_each_part_stands_alone(entry: SearchEntry, query: Query, why: Why) -> None:
    [result] = MenuIndex([entry]).search(query, NOW).results

    assert result.why == (why,)
    assert result.points == why.points


def test_a_service_that_comes_to_you_is_not_far() -> None:
    visiting = replace(with_codes(delivery="home-visit"), points=(FIVE_KM_AWAY,))

    [result] = MenuIndex([visiting]).search(Query(home=HOME, km=1), NOW).results

    assert result.why == ()
    assert result.km == 5.0


def test_what_is_closed_for_now_stands_last_and_full_is_shown() -> None:
    full = replace(PLAIN, id=UUID(int=2), band="full")
    closed = replace(PLAIN, id=UUID(int=3), is_closed=True, confirmed_on=NOW.date(), words={"plain": 8})

    found = MenuIndex([closed, full, PLAIN]).search(Query("plain"), NOW)

    assert [each.id.int for each in found.results] == [1, 2, 3]
    assert found.results[2].points > found.results[1].points


def test_equal_points_stand_by_name_and_then_by_id() -> None:
    names = [(3, "b"), (1, "B"), (2, "a")]
    entries = [replace(PLAIN, id=UUID(int=number), name=name) for number, name in names]

    found = MenuIndex(entries).search(Query(), NOW)

    assert [each.id.int for each in found.results] == [2, 1, 3]


def test_whom_a_service_does_not_suit_is_not_shown_it() -> None:
    mixed = replace(with_codes(groups="men"), does_not_suit=frozenset({"women"}))

    found = MenuIndex([mixed]).search(Query(groups=frozenset({"men", "women"})), NOW)

    assert found.total == 0


def test_who_takes_nobody_from_there_is_counted_and_not_shown() -> None:
    elsewhere = replace(PLAIN, catchment=Catchment(areas=("E09000001",)))

    found = MenuIndex([elsewhere]).search(Query(home=HOME), NOW)

    assert (found.total, found.outside_catchment) == (0, 1)
