"""The index finds what search means, in its order and with its numbers, whatever changed before."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random

from services.directory.domain.catchment import Catchment, Circle, HomeArea, Outline
from services.directory.search.entry import SearchEntry
from services.directory.search.index import MenuIndex
from services.directory.search.query import Query
from tests.support.generated_menu import NOW, generated_menu
from tests.unit.directory.search.any_query import any_query
from tests.unit.directory.search.plain_search import plain_search

SEED = 5


@cache
def some_entries(number: int = 150) -> tuple[SearchEntry, ...]:
    return tuple(made.entry() for made in generated_menu(number, SEED))


def test_any_search_finds_what_a_plain_look_at_every_service_finds() -> None:
    entries = some_entries()
    index = MenuIndex(entries)
    random = Random(SEED)  # noqa: S311 - made-up searches
    found_something = 0
    for _ in range(240):
        query = any_query(random)
        now = NOW + timedelta(minutes=random.randrange(7 * 24 * 60))

        found, plain = index.search(query, now), plain_search(entries, query, now)

        assert [each.id for each in found.results] == plain.ids, query
        assert [each.points for each in found.results] == plain.points, query
        assert found.facets == plain.facets, query
        assert found.has_all_words is plain.has_all_words, query
        assert found.outside_catchment == plain.outside_catchment, query
        found_something += bool(found.results)
    assert found_something > 60


def test_points_are_the_sum_of_their_reasons() -> None:
    index = MenuIndex(some_entries())
    random = Random(SEED)  # noqa: S311 - made-up searches
    for _ in range(200):
        for result in index.search(any_query(random), NOW).results:
            assert result.points == sum(why.points for why in result.why)
            assert all(why.points for why in result.why)


def test_an_index_that_was_changed_answers_like_one_built_anew() -> None:
    random = Random(SEED)  # noqa: S311 - made-up changes
    there = {each.id: each for each in some_entries()}
    spare = [made.entry() for made in generated_menu(120, SEED + 1)]
    index = MenuIndex(there.values())
    for _ in range(25):
        changed = [
            replace(random.choice(spare), id=each)
            for each in random.sample(sorted(there), random.randrange(4))
        ]
        added = random.sample(spare, random.randrange(3))
        gone = random.sample(sorted(there), random.randrange(3))
        index.put([*changed, *added])
        index.remove(gone)
        there |= {each.id: each for each in (*changed, *added)}
        for each in gone:
            there.pop(each, None)
        anew = MenuIndex(there.values())
        for _ in range(8):
            query = any_query(random)
            assert index.search(query, NOW) == anew.search(query, NOW)
    assert len(index) == len(there)
    assert index.dead_share > 0.15


def test_pages_follow_each_other_without_a_gap() -> None:
    index = MenuIndex(some_entries())
    whole = index.search(Query(words="lonely", per_page=150), NOW)

    pages = [index.search(Query(words="lonely", per_page=7, page=page), NOW) for page in range(1, 30)]

    assert [each.id for page in pages for each in page.results] == [each.id for each in whole.results]
    assert whole.total == len(whole.results) > 7


def test_an_empty_index_finds_nothing() -> None:
    found = MenuIndex().search(Query(words="lonely", has_space=True), NOW)

    assert (found.total, found.results) == (0, ())


def test_what_is_drawn_around_a_home_is_found_as_each_drawing_says() -> None:
    random = Random(SEED)  # noqa: S311 - made-up drawings and homes
    entries = [replace(each, catchment=_any_catchment(random)) for each in some_entries()]
    index = MenuIndex(entries)
    index.remove([entries[0].id])
    for _ in range(60):
        home = HomeArea(borough="E09000001", point=_any_point(random))
        drawn = {each.id for each in entries[1:] if each.catchment.holds(replace(home, borough=None))}

        assert set(index.drawn_around(home)) == drawn
    assert index.drawn_around(HomeArea(borough="E09000001")) == ()


def _any_catchment(random: Random) -> Catchment:
    """Of a borough, a circle, or a triangle."""
    kind = random.randrange(3)
    if kind == 0:
        return Catchment(areas=("E09000001",))
    if kind == 1:
        return Catchment(circle=Circle(*_any_point(random), metres=random.randrange(500, 15_000)))
    corners = [_any_point(random)[::-1] for _ in range(3)]
    return Catchment(outline=Outline((((*corners, corners[0]),),)))


def _any_point(random: Random) -> tuple[float, float]:
    return 51.3 + random.random() * 0.4, -0.5 + random.random() * 0.8
