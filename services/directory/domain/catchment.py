"""Where the people live whom a service takes, and whether somebody's home is there."""

import math
from dataclasses import dataclass
from itertools import pairwise

EARTH_METRES = 6_371_008.8  # mean radius
MOST_POINTS = 200  # of an outline
LARGEST_RADIUS = 100_000  # metres

Ring = tuple[tuple[float, float], ...]
"""A closed line of (longitude, latitude), as GeoJSON writes it: the last point is the first."""
Polygon = tuple[Ring, ...]
"""The line around, then the lines around its holes."""


@dataclass(frozen=True, slots=True)
class HomeArea:
    """Where somebody lives, as closely as it is known. `point` is (latitude, longitude)."""

    lsoa: str | None = None
    ward: str | None = None
    borough: str | None = None
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """All within so many metres of a point, under the name that its source gave it."""

    latitude: float
    longitude: float
    metres: int
    name: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.metres <= LARGEST_RADIUS:
            raise ValueError("a circle has a radius of up to 100 km")

    def holds(self, point: tuple[float, float]) -> bool:
        return metres_between((self.latitude, self.longitude), point) <= self.metres


@dataclass(frozen=True, slots=True)
class Outline:
    """A drawn area of one or more polygons."""

    polygons: tuple[Polygon, ...]
    name: str | None = None

    def __post_init__(self) -> None:
        rings = [ring for polygon in self.polygons for ring in polygon]
        if not rings or not all(self.polygons) or sum(len(ring) for ring in rings) > MOST_POINTS:
            raise ValueError(f"an outline has between one ring and {MOST_POINTS} points")
        if any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
            raise ValueError("a ring of an outline is closed and has four points or more")

    def holds(self, point: tuple[float, float]) -> bool:
        """A point within an odd number of a polygon's rings is in it, so holes are out."""
        return any(sum(_encloses(ring, point) for ring in polygon) % 2 == 1 for polygon in self.polygons)


@dataclass(frozen=True, slots=True)
class Catchment:
    """Everywhere, or any of: boroughs (`areas`), wards, a circle, a drawn outline.

    Routing reads everywhere and boroughs alone; a service of wards or outlines is listed and found, and passed by.
    """

    everywhere: bool = False
    areas: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    circle: Circle | None = None
    outline: Outline | None = None

    @property
    def is_known(self) -> bool:
        return self.everywhere or bool(self.areas or self.wards or self.circle or self.outline)

    @property
    def is_read_by_routing(self) -> bool:
        return self.everywhere or bool(self.areas)

    def holds(self, home: HomeArea) -> bool:
        """Whether somebody who lives there is taken. What is not known of the home holds nothing."""
        if self.everywhere or home.borough in self.areas or home.ward in self.wards:
            return True
        if home.point is None:
            return False
        drawn = (self.circle, self.outline)
        return any(shape is not None and shape.holds(home.point) for shape in drawn)


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """As the crow flies, between two points of (latitude, longitude)."""
    north, other_north = math.radians(one[0]), math.radians(other[0])
    up, along = other_north - north, math.radians(other[1] - one[1])
    half = math.sin(up / 2) ** 2 + math.cos(north) * math.cos(other_north) * math.sin(along / 2) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(half)))


def _encloses(ring: Ring, point: tuple[float, float]) -> bool:
    """Whether a line from the point eastwards crosses the ring an odd number of times."""
    latitude, longitude = point
    inside = False
    for (east, north), (next_east, next_north) in pairwise(ring):
        if (north > latitude) != (next_north > latitude):
            crossing = east + (latitude - north) / (next_north - north) * (next_east - east)
            inside ^= longitude < crossing
    return inside
