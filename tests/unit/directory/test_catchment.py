"""A home is in a catchment by its borough, its ward, its distance or an outline, and never by what is not known of it."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.catchment import Catchment, Circle, HomeArea, Outline, metres_between
from services.directory.oruk.read_outline import read_shape

TOWER_HAMLETS, HACKNEY = "E09000030", "E09000012"
SQUARE = ((0.0, 51.0), (0.0, 52.0), (1.0, 52.0), (1.0, 51.0), (0.0, 51.0))
HOLE = ((0.4, 51.4), (0.4, 51.6), (0.6, 51.6), (0.6, 51.4), (0.4, 51.4))
FAR = ((5.0, 51.0), (5.0, 52.0), (6.0, 51.0), (5.0, 51.0))
IN_SQUARE, IN_HOLE, IN_FAR, NOWHERE = (51.2, 0.2), (51.5, 0.5), (51.2, 5.2), (51.9, 5.9)


def test_boroughs_and_wards_hold_by_their_codes() -> None:
    catchment = Catchment(areas=(HACKNEY,), wards=("E05009321",))

    assert catchment.holds(HomeArea(borough=HACKNEY))
    assert catchment.holds(HomeArea(borough=TOWER_HAMLETS, ward="E05009321"))
    assert not catchment.holds(HomeArea(borough=TOWER_HAMLETS, ward="E05009322"))
    assert Catchment(everywhere=True).holds(HomeArea())


def test_what_is_not_known_holds_nobody() -> None:
    assert not Catchment().holds(HomeArea(lsoa="E01004198", borough=HACKNEY, point=IN_SQUARE))
    assert not Catchment(areas=(HACKNEY,), wards=("E05009321",)).holds(HomeArea())
    assert not Catchment(circle=Circle(51.2, 0.2, 100)).holds(HomeArea(borough=HACKNEY))


def test_an_outline_holds_what_is_in_one_of_its_polygons_and_in_no_hole() -> None:
    outline = Outline(((SQUARE, HOLE), (FAR,)))

    assert [outline.holds(point) for point in (IN_SQUARE, IN_FAR)] == [True, True]
    assert [outline.holds(point) for point in (IN_HOLE, NOWHERE)] == [False, False]


def test_polygons_that_overlap_do_not_cancel_each_other() -> None:
    assert Outline(((SQUARE,), (HOLE,))).holds(IN_HOLE)


@given(st.floats(-89, 89), st.floats(-179, 179), st.floats(0, 359), st.integers(2, 50_000))
def test_a_circle_ends_at_its_radius(latitude: float, longitude: float, bearing: float, metres: int) -> None:
    circle = Circle(latitude, longitude, metres)

    assert circle.holds(_away(latitude, longitude, bearing, metres * 0.99))
    assert not circle.holds(_away(latitude, longitude, bearing, metres * 1.01 + 1))


def test_a_known_distance() -> None:
    """Charing Cross to Greenwich Observatory, measured on a map: 9.2 km."""
    assert metres_between((51.5074, -0.1278), (51.4769, -0.0005)) == pytest.approx(9_440, rel=0.01)


def test_geojson_is_read_in_the_forms_in_which_it_comes() -> None:
    square = [list(position) for position in SQUARE]
    polygon = {"type": "Polygon", "coordinates": [square]}
    expected = Outline(((SQUARE,),), "Near us")

    assert read_shape(json.dumps(polygon), "Near us") == expected
    assert read_shape(json.dumps({"type": "MultiPolygon", "coordinates": [[square]]}), "Near us") == expected
    feature = {"type": "Feature", "geometry": polygon, "properties": {}}
    assert read_shape(json.dumps(feature), "Near us") == expected
    point = {"type": "Point", "coordinates": [0.2, 51.2], "radius": 1500}
    assert read_shape(json.dumps(point), None) == Circle(51.2, 0.2, 1500)


@pytest.mark.parametrize(
    "extent",
    [
        "extent",
        "[]",
        "null",
        '{"type": "Point", "coordinates": [0, 51]}',
        '{"type": "Point", "coordinates": [0, 51], "radius": 1e308}',
        '{"type": "Point", "coordinates": [0, 51], "radius": NaN}',
        '{"type": "Point", "coordinates": ["0", 51], "radius": 10}',
        '{"type": "Point", "coordinates": [0, 151], "radius": 10}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[0, 51], [1, 51], [1, 52]]]}',
        '{"type": "MultiPolygon", "coordinates": [[]]}',
        '{"type": "LineString", "coordinates": [[0, 51], [1, 51]]}',
        '{"type": "Polygon", "coordinates": [' + "[" * 5_000,
        json.dumps({"type": "Polygon", "coordinates": [[[0, 51]] * 201]}),
    ],
)
def test_what_is_no_shape_is_nothing(extent: str) -> None:
    assert read_shape(extent, None) is None


def _away(latitude: float, longitude: float, bearing: float, metres: float) -> tuple[float, float]:
    """The point so far away in that direction."""
    angle, up, turn = metres / 6_371_008.8, math.radians(latitude), math.radians(bearing)
    north = math.asin(math.sin(up) * math.cos(angle) + math.cos(up) * math.sin(angle) * math.cos(turn))
    east = math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(up), math.cos(angle) - math.sin(up) * math.sin(north)
    )
    return math.degrees(north), longitude + math.degrees(east)
