"""Whatever is drawn stands within the frame, in its true directions, and no dot hides another."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.entrypoints.finding.map_drawing import (
    APART,
    HEIGHT,
    MARGIN,
    RADIUS,
    WIDTH,
    Drawing,
    Frame,
    Pin,
    draw,
)
from shared.places.distance import kilometres
from shared.places.place import Outline

POINTS = st.tuples(st.floats(51.25, 51.72), st.floats(-0.55, 0.35))
SQUARE = Outline(
    "E09000031", "Waltham Forest", (((-0.1, 51.5), (0.0, 51.5), (0.0, 51.6), (-0.1, 51.6), (-0.1, 51.5)),)
)


def pin(number: int, point: tuple[float, float]) -> Pin:
    return Pin(number, f"Service {number}", f"#service-{number}", point)


def drawn(points: list[tuple[float, float]], home: tuple[float, float] | None = None) -> Drawing:
    return draw([pin(number, point) for number, point in enumerate(points, 1)], [SQUARE], home)


@given(st.lists(POINTS, min_size=1, max_size=20), st.none() | POINTS)
def test_every_dot_is_wholly_within_the_frame(
    points: list[tuple[float, float]], home: tuple[float, float] | None
) -> None:
    drawing = drawn(points, home)

    assert len(drawing.dots) == len(points)
    for dot in drawing.dots:
        assert RADIUS <= dot.x <= WIDTH - RADIUS
        assert RADIUS <= dot.y <= HEIGHT - RADIUS
        assert MARGIN - 0.1 <= dot.true_x <= WIDTH - MARGIN + 0.1
        assert MARGIN - 0.1 <= dot.true_y <= HEIGHT - MARGIN + 0.1


@given(POINTS, st.integers(2, 20))
def test_services_at_one_address_all_have_a_dot_of_their_own(point: tuple[float, float], number: int) -> None:
    dots = drawn([point] * number).dots

    assert {(dot.true_x, dot.true_y) for dot in dots} == {(dots[0].true_x, dots[0].true_y)}
    for first in dots:
        for other in dots:
            if first is not other:
                assert math.dist((first.x, first.y), (other.x, other.y)) >= APART - 1
    assert [dot.is_aside for dot in dots] == [False] + [True] * (number - 1)


@given(st.lists(POINTS, min_size=2, max_size=6))
def test_north_is_up_east_is_right_and_distances_keep_their_measure(
    points: list[tuple[float, float]],
) -> None:
    frame = Frame.around(points)
    (x, y), (other_x, other_y) = frame.at(points[0]), frame.at(points[1])

    if points[0][0] > points[1][0] + 0.001:
        assert y <= other_y
    if points[0][1] > points[1][1] + 0.001:
        assert x >= other_x
    apart = kilometres(points[0], points[1])
    if apart > 5:
        on_paper = math.dist((x, y), (other_x, other_y)) / frame.scale * 111.19
        assert on_paper == pytest.approx(apart, rel=0.02)


def test_without_anything_to_show_the_outlines_fill_the_frame() -> None:
    drawing = drawn([])

    assert drawing.dots == ()
    assert drawing.home is None
    assert [label.text for label in drawing.labels] == ["Waltham Forest"]
    assert drawing.lands[0].rings.startswith("51.5,-0.1 51.5,0.0 ")
    assert drawing.lands[0].path.startswith("M")
    assert drawing.lands[0].path.endswith("Z")


def test_the_home_is_in_the_frame_though_all_services_are_elsewhere() -> None:
    home = drawn([(51.6, 0.0)], home=(51.4, -0.3)).home

    assert home is not None
    assert MARGIN <= home[0] <= WIDTH - MARGIN
    assert MARGIN <= home[1] <= HEIGHT - MARGIN


def test_the_middle_is_that_of_the_largest_part() -> None:
    sliver = ((0.2, 51.5), (0.21, 51.5), (0.2, 51.501), (0.2, 51.5))
    [land] = draw((), [Outline("E09000031", "Two parts", (sliver, *SQUARE.rings))]).lands
    drawing = Frame.around([(51.5, -0.1), (51.6, 0.21)])

    x, y = drawing.at((51.55, -0.05))
    assert math.dist(land.middle, (x, y)) < 0.3
