from math import acos, cos, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.places.distance import EARTH_RADIUS_KM, kilometres
from shared.places.place import Point
from shared.places.travel import Pace, StraightLine, TravelTime

POINTS = st.tuples(st.floats(49.8, 60.9), st.floats(-8.7, 1.8))
WALTHAMSTOW, BRIXTON = (51.5838, -0.0198), (51.4627, -0.1145)


def test_a_degree_of_latitude_and_half_the_way_round() -> None:
    assert kilometres((51.0, 0.0), (52.0, 0.0)) == pytest.approx(EARTH_RADIUS_KM * pi / 180)
    assert kilometres((0.0, 0.0), (0.0, 180.0)) == pytest.approx(EARTH_RADIUS_KM * pi)
    assert kilometres((90.0, 0.0), (-90.0, 0.0)) == pytest.approx(EARTH_RADIUS_KM * pi)


@given(POINTS, POINTS)
def test_it_agrees_with_the_law_of_cosines_and_both_ways(one: Point, other: Point) -> None:
    (a, b), (c, d) = (map(radians, point) for point in (one, other))
    angle = acos(min(1.0, max(-1.0, sin(a) * sin(c) + cos(a) * cos(c) * cos(d - b))))

    assert kilometres(one, other) == pytest.approx(angle * EARTH_RADIUS_KM, rel=1e-5, abs=0.2)
    assert kilometres(one, other) == pytest.approx(kilometres(other, one))
    assert kilometres(one, one) == 0


def test_a_way_takes_longer_on_foot_than_by_bus_and_no_way_is_only_the_wait() -> None:
    travel: TravelTime = StraightLine()
    on_foot = travel.minutes(WALTHAMSTOW, BRIXTON, "walking")
    by_bus = travel.minutes(WALTHAMSTOW, BRIXTON, "public-transport")

    assert on_foot is not None
    assert by_bus is not None
    assert on_foot > by_bus > 10
    assert travel.minutes(BRIXTON, BRIXTON, "walking") == 0
    assert travel.minutes(BRIXTON, BRIXTON, "public-transport") == 10


def test_minutes_are_those_of_the_longer_way_at_the_pace_rounded_up() -> None:
    travel = StraightLine(detour=2, paces={"walking": Pace(1, 6)})
    north = (51.0 + 180 / (pi * EARTH_RADIUS_KM) * 0.99, 0.0)  # 990 m: 1.98 km of way, 19.8 minutes

    assert travel.minutes((51.0, 0.0), north, "walking") == 21
    assert travel.minutes((51.0, 0.0), north, "driving") is None


def test_another_answer_takes_its_place() -> None:
    class Timetable:
        def minutes(self, start: Point, end: Point, mode: str) -> int | None:
            return 35 if (start, end, mode) == (WALTHAMSTOW, BRIXTON, "public-transport") else None

    plugged: TravelTime = Timetable()

    assert plugged.minutes(WALTHAMSTOW, BRIXTON, "public-transport") == 35
