"""Where services meet and whom they take, as columns: distances and catchments for all services at once."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.directory.domain.catchment import EARTH_METRES, Catchment, Circle, HomeArea, Outline
from services.directory.search.columns import CodeBits, Column, Flags, RealColumn, Reals
from services.directory.search.entry import Coordinates

EVERYWHERE, BOROUGH, WARD, UNKNOWN = "everywhere", "borough:", "ward:", "unknown"
DEGREE_METRES = 111_000.0  # a degree of latitude, a little short: boxes come out a little wide
NO_CIRCLE = (0.0, 0.0, -1.0)

Box = tuple[float, float, float, float]
"""South, north, west and east of what is drawn."""


class PlaceColumns:
    """Every known point of every service, on a ball of radius one: that spares a search the sines."""

    def __init__(self) -> None:
        self._size = 0
        self._rows = Column()
        self._ball = tuple(RealColumn() for _ in range(3))

    def append(self, row: int, points: Sequence[Coordinates]) -> None:
        self._size = row + 1
        for point in points:
            self._rows.append(row)
            for column, value in zip(self._ball, _on_ball(point), strict=True):
                column.append(value)

    def kilometres_from(self, home: Coordinates | None) -> Reals:
        """To the nearest point of each service; infinity where none is known."""
        nearest = np.full(self._size, np.inf)
        if home is None or not len(self._ball[0]):
            return nearest
        chords: Reals = np.zeros(len(self._ball[0]))
        for column, value in zip(self._ball, _on_ball(home), strict=True):
            chords += np.square(column.numbers() - value)
        found = 2 * EARTH_METRES / 1000 * np.arcsin(np.minimum(1.0, np.sqrt(chords) / 2))
        np.minimum.at(nearest, self._rows.numbers(), found)
        return nearest


def _on_ball(point: Coordinates) -> tuple[float, float, float]:
    north, east = map(math.radians, point)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


class AreaColumns:
    """Whom services take. A drawn catchment is looked at closely only where the home lies in its box."""

    def __init__(self) -> None:
        self._size = 0
        self._codes = CodeBits()
        self._drawn: list[tuple[int, Outline | None]] = []
        self._boxes = tuple(RealColumn() for _ in range(4))
        self._circles = tuple(RealColumn() for _ in range(3))

    def append(self, row: int, catchment: Catchment) -> None:
        self._size = row + 1
        codes = [BOROUGH + code for code in catchment.areas] + [WARD + code for code in catchment.wards]
        if catchment.everywhere:
            codes.append(EVERYWHERE)
        if not catchment.is_known:
            codes.append(UNKNOWN)
        self._codes.add(row, codes)
        if catchment.circle is not None:
            circle = catchment.circle
            self._draw(row, _around(circle), (circle.latitude, circle.longitude, circle.metres), None)
        if catchment.outline is not None:
            self._draw(row, _about(catchment.outline), NO_CIRCLE, catchment.outline)

    def take(self, homes: Sequence[HomeArea], *, unknown: bool = True) -> Flags:
        """Those who take people from one of these, and those of whom nobody knows."""
        wanted = {EVERYWHERE, UNKNOWN} if unknown else {EVERYWHERE}
        wanted |= {BOROUGH + home.borough for home in homes if home.borough}
        wanted |= {WARD + home.ward for home in homes if home.ward}
        found = self._codes.any_of(sorted(wanted), self._size)
        points = [home.point for home in homes if home.point is not None]
        if points and self._drawn:
            self._take_by_drawing(found, points)
        return found

    def drawn_around(self, point: Coordinates) -> Flags:
        """Those whose circle or outline holds the point."""
        found = np.zeros(self._size, np.bool_)
        if self._drawn:
            self._take_by_drawing(found, [point])
        return found

    def _take_by_drawing(self, found: Flags, points: Sequence[Coordinates]) -> None:
        """Marks those whose circle or outline holds one of the points. Who is found already is not looked at again."""
        south, north, west, east = (column.numbers() for column in self._boxes)
        up, along = (np.array(each)[:, np.newaxis] for each in zip(*points, strict=True))
        inside = (south <= up) & (up <= north) & (west <= along) & (along <= east)
        near, boxes = np.nonzero(inside)
        in_circle = self._in_circle(boxes, up[near, 0], along[near, 0])
        for point, box in zip(near[~in_circle], boxes[~in_circle], strict=True):
            row, outline = self._drawn[box]
            if outline is not None and not found[row]:
                found[row] = outline.holds(points[point])
        found[[self._drawn[box][0] for box in np.unique(boxes[in_circle])]] = True

    def _in_circle(self, boxes: npt.NDArray[np.intp], north: Reals, east: Reals) -> Flags:
        """Whether each point is in the circle whose box it is in; in none where an outline was drawn."""
        latitude, longitude, metres = (column.numbers()[boxes] for column in self._circles)
        up, along = np.radians(north - latitude), np.radians(east - longitude)
        half = (
            np.sin(up / 2) ** 2
            + np.cos(np.radians(latitude)) * np.cos(np.radians(north)) * np.sin(along / 2) ** 2
        )
        inside: Flags = 2 * EARTH_METRES * np.arcsin(np.minimum(1.0, np.sqrt(half))) <= metres
        return inside

    def _draw(self, row: int, box: Box, circle: tuple[float, float, float], outline: Outline | None) -> None:
        self._drawn.append((row, outline))
        for column, edge in zip(self._boxes, box, strict=True):
            column.append(edge)
        for column, number in zip(self._circles, circle, strict=True):
            column.append(number)


def _around(circle: Circle) -> Box:
    up = circle.metres / DEGREE_METRES
    along = up / max(0.01, math.cos(math.radians(circle.latitude)) * 0.98)
    return circle.latitude - up, circle.latitude + up, circle.longitude - along, circle.longitude + along


def _about(outline: Outline) -> Box:
    points = [point for polygon in outline.polygons for ring in polygon for point in ring]
    east, north = zip(*points, strict=True)
    return min(north), max(north), min(east), max(east)
