"""What is drawn holds the homes that it holds, and a hostile drawing costs a search next to nothing."""

import sys
from collections.abc import Callable
from dataclasses import replace
from math import cos, radians
from random import Random
from types import FrameType

from services.directory.domain.catchment import Catchment, Circle, HomeArea, Outline
from services.directory.search.drawings import Neighbourhoods
from services.directory.search.index import MenuIndex
from services.directory.search.query import Query
from shared.places.places import open_places
from tests.support.generated_menu import NOW, generated_menu

SEED = 7
PLACES = open_places()
MIDDLES = sorted(PLACES.middles)
SOUTH, NORTH, WEST, EAST = 51.2, 51.8, -0.6, 0.4


def test_homes_of_an_area_are_held_as_each_drawing_says() -> None:
    random = Random(SEED)  # noqa: S311 - made-up drawings and homes
    entries = [replace(made.entry(), catchment=_any_catchment(random)) for made in generated_menu(120, SEED)]
    index = MenuIndex(entries, Neighbourhoods(MIDDLES))
    index.remove([entries[0].id])
    held_by_some = 0
    for _ in range(60):
        homes = [HomeArea(point=point) for point in random.sample(MIDDLES, 5)]
        homes.append(HomeArea(point=_any_point(random)))  # no neighbourhood's middle
        drawn = {each.id for each in entries[1:] if any(each.catchment.holds(home) for home in homes)}

        found = index.search(Query(home=homes[0], also_from=tuple(homes[1:]), per_page=120), NOW)

        assert {each.id for each in found.results} == drawn
        held_by_some += len(drawn)
    assert held_by_some > 60


def test_a_home_on_a_line_or_in_a_hole_is_held_as_the_drawing_says() -> None:
    corners = ((0.0, 51.0), (0.5, 51.0), (0.5, 51.5), (0.0, 51.5), (0.0, 51.0))
    hole = ((0.1, 51.1), (0.4, 51.1), (0.4, 51.4), (0.1, 51.4), (0.1, 51.1))
    outline = Outline(((corners, hole), (hole,)))
    homes = [(51 + up / 20, along / 20) for up in range(-1, 12) for along in range(-1, 12)]
    [entry] = [replace(made.entry(), catchment=Catchment(outline=outline)) for made in generated_menu(1)]
    for index in (MenuIndex([entry]), MenuIndex([entry], Neighbourhoods(homes))):
        held = [home for home in homes if index.drawn_around(HomeArea(point=home))]

        assert held == [home for home in homes if outline.holds(home)]


def test_drawings_of_a_hostile_feed_are_not_looked_at_one_by_one_by_a_search() -> None:
    """Zigzags over all of London that hold next to nobody: every box holds every home, and no home is held."""
    random = Random(SEED)  # noqa: S311 - made-up drawings
    [made] = generated_menu(1, SEED)
    hostile = [
        replace(made.entry(), id=each.service.id, catchment=Catchment(outline=_zigzag(random)))
        for each in generated_menu(300, SEED)
    ]
    index = MenuIndex(hostile, Neighbourhoods(MIDDLES))
    homes = [HomeArea(point=point) for point in MIDDLES[::25]]

    calls = _calls_of(lambda: index.search(Query(home=homes[0], also_from=tuple(homes[1:])), NOW))

    assert calls < 10 * len(homes)  # pairs of a home and a drawing are 30 times as many


def test_all_neighbourhoods_of_the_pack_are_known() -> None:
    area = PLACES.area("E01000001")

    assert area is not None
    assert area.point in MIDDLES
    assert len(MIDDLES) == len(PLACES.within("E12000007") or MIDDLES) > 4_000


def _calls_of(act: Callable[[], object]) -> int:
    """How many Python functions it calls."""
    calls = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return calls


def _any_catchment(random: Random) -> Catchment:
    shapes = (
        lambda: Catchment(circle=Circle(*_any_point(random), metres=random.randrange(500, 15_000))),
        lambda: Catchment(outline=_zigzag(random)),
        lambda: Catchment(outline=Outline(tuple((_ring(random),) for _ in range(3)))),
        lambda: Catchment(outline=Outline(((_ring(random), _ring(random)),))),
        lambda: Catchment(areas=("E09000001",)),
    )
    return random.choice(shapes)()


def _zigzag(random: Random) -> Outline:
    """As many points as an outline may have, up and down across London and back on nearly the same way."""
    there = [
        (WEST + (EAST - WEST) * step / 98 + random.random() / 1e4, SOUTH if step % 2 else NORTH)
        for step in range(99)
    ]
    back = [(east + 1e-6, north) for east, north in reversed(there)]
    return Outline((((*there, *back, there[0]),),))


def _ring(random: Random) -> tuple[tuple[float, float], ...]:
    """A crooked one around a point, which may cross itself."""
    north, east = _any_point(random)
    corners = [
        (
            east + random.uniform(-0.15, 0.15) / cos(radians(north)),
            north + random.uniform(-0.15, 0.15),
        )
        for _ in range(random.randrange(3, 12))
    ]
    return (*corners, corners[0])


def _any_point(random: Random) -> tuple[float, float]:
    return random.uniform(SOUTH, NORTH), random.uniform(WEST, EAST)
