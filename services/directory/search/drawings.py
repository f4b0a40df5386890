"""Drawn catchments: which circles and outlines hold a home, whatever somebody drew.

Of every neighbourhood's middle that is worked out once, when a drawing comes in, and kept as a bit: a search of many
neighbourhoods costs the same for a drawing of two hundred zigzags that covers all of them as for a small triangle.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from services.directory.domain.catchment import EARTH_METRES, Circle, Outline, Polygon
from services.directory.search.columns import Column, Flags, RealColumn, Reals
from services.directory.search.entry import Coordinates

DEGREE_METRES = 111_000.0  # a degree of latitude, a little short: bands come out a little wide
SMALLEST = 64  # bytes of bits for each neighbourhood


class Neighbourhoods:
    """The middles of all neighbourhoods that are known, from the south to the north."""

    def __init__(self, middles: Iterable[Coordinates] = ()) -> None:
        ordered = sorted(set(middles))
        self.numbers = {middle: number for number, middle in enumerate(ordered)}
        self._north = np.array([north for north, _ in ordered], np.float64)
        self._east = np.array([east for _, east in ordered], np.float64)

    def __len__(self) -> int:
        return len(self.numbers)

    def held_by(self, shape: Circle | Outline) -> npt.NDArray[np.intp]:
        """Their numbers."""
        if isinstance(shape, Circle):
            return self._in_circle(shape)
        held = np.zeros(len(self), np.bool_)
        for polygon in shape.polygons:
            held |= self._in_polygon(polygon)
        return np.nonzero(held)[0]

    def _in_circle(self, circle: Circle) -> npt.NDArray[np.intp]:
        up = circle.metres / DEGREE_METRES
        first, last = np.searchsorted(self._north, [circle.latitude - up, circle.latitude + up])
        metres = _metres(circle.latitude, circle.longitude, self._north[first:last], self._east[first:last])
        held: npt.NDArray[np.intp] = np.nonzero(metres <= circle.metres)[0] + first
        return held

    def _in_polygon(self, polygon: Polygon) -> Flags:
        """Each side turns over those to the west of it, of the neighbourhoods as far north as it is."""
        inside = np.zeros(len(self), np.bool_)
        for east, north, next_east, next_north in _sides(polygon):
            first, last = np.searchsorted(self._north, sorted((north, next_north)))
            if first < last:
                slope = (self._north[first:last] - north) / (next_north - north)
                inside[first:last] ^= self._east[first:last] < east + slope * (next_east - east)
        return inside


class Drawings:
    """All that services drew. Homes that are no neighbourhood's middle are looked at when asked for, one by one."""

    def __init__(self, neighbourhoods: Neighbourhoods) -> None:
        self._neighbourhoods = neighbourhoods
        self._rows = Column()
        self._bits = np.zeros((len(neighbourhoods), SMALLEST), np.uint8)
        self._circles, self._circle_rows = tuple(RealColumn() for _ in range(3)), Column()
        self._sides, self._side_polygons = tuple(RealColumn() for _ in range(4)), Column()
        self._polygon_rows = Column()
        self._polygons = 0

    def append(self, row: int, shape: Circle | Outline) -> None:
        self._note_neighbourhoods(len(self._rows), shape)
        self._rows.append(row)
        if isinstance(shape, Circle):
            self._circle_rows.append(row)
            _extend(self._circles, [(shape.latitude, shape.longitude, float(shape.metres))])
            return
        for polygon in shape.polygons:
            sides = list(_sides(polygon))
            _extend(self._sides, sides)
            self._side_polygons.extend([self._polygons] * len(sides))
            self._polygon_rows.append(row)
            self._polygons += 1

    def mark(self, found: Flags, homes: Sequence[Coordinates]) -> None:
        """Marks the rows that hold one of these."""
        numbers = [self._neighbourhoods.numbers.get(home) for home in homes]
        known = [number for number in numbers if number is not None]
        if known and len(self._rows):
            bits = np.bitwise_or.reduce(self._bits[known], axis=0)
            held = np.unpackbits(bits, bitorder="little")[: len(self._rows)].astype(np.bool_)
            found[self._rows.numbers()[held]] = True
        for home, number in zip(homes, numbers, strict=True):
            if number is None:
                self._mark_by_circles(found, home)
                self._mark_by_outlines(found, home)

    def _note_neighbourhoods(self, drawing: int, shape: Circle | Outline) -> None:
        if drawing >> 3 >= self._bits.shape[1]:
            self._bits = np.hstack([self._bits, np.zeros_like(self._bits)])
        self._bits[self._neighbourhoods.held_by(shape), drawing >> 3] |= 1 << (drawing & 7)

    def _mark_by_circles(self, found: Flags, home: Coordinates) -> None:
        north, east, radius = (column.numbers() for column in self._circles)
        inside = _metres(*home, north, east) <= radius
        found[self._circle_rows.numbers()[inside]] = True

    def _mark_by_outlines(self, found: Flags, home: Coordinates) -> None:
        """A home within an odd number of a polygon's rings is in it."""
        latitude, longitude = home
        east, north, next_east, next_north = (column.numbers() for column in self._sides)
        beside = np.nonzero((north > latitude) != (next_north > latitude))[0]
        slope = (latitude - north[beside]) / (next_north[beside] - north[beside])
        crossed = beside[longitude < east[beside] + slope * (next_east[beside] - east[beside])]
        times = np.bincount(self._side_polygons.numbers()[crossed], minlength=self._polygons)
        found[self._polygon_rows.numbers()[times % 2 == 1]] = True


def _sides(polygon: Polygon) -> list[tuple[float, float, float, float]]:
    return [(*one, *other) for ring in polygon for one, other in pairwise(ring)]


def _extend(columns: Sequence[RealColumn], rows: Iterable[Sequence[float]]) -> None:
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            column.append(value)


def _metres(north: float | Reals, east: float | Reals, other_north: Reals, other_east: Reals) -> Reals:
    """As the crow flies."""
    up, along = np.radians(other_north - north), np.radians(other_east - east)
    half = (
        np.sin(up / 2) ** 2
        + np.cos(np.radians(north)) * np.cos(np.radians(other_north)) * np.sin(along / 2) ** 2
    )
    found: Reals = 2 * EARTH_METRES * np.arcsin(np.minimum(1.0, np.sqrt(half)))
    return found
