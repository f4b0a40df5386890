"""A map as a drawing: outlines of boroughs, numbered dots and somebody's area, fitted into one frame. No tiles, no third party."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.places.place import Outline, Point

WIDTH, HEIGHT = 360.0, 300.0
MARGIN = 26.0  # so that a whole dot stands within the frame
RADIUS = 12.0
LEAST_DEGREES = 0.02  # of latitude, some 2 km: nearer would show a street, which the outlines cannot
APART = 2.6 * RADIUS  # at 320 pixels this is the 24 that fingers need
RINGS = 4
MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Pin:
    """Something to be shown: its number in the list, its name, where it leads and where it is."""

    number: int
    name: str
    href: str
    point: Point


@dataclass(frozen=True, slots=True)
class Dot:
    """A pin in the frame. Where others stand on the same spot it moves aside, and a line leads back."""

    pin: Pin
    x: float
    y: float
    true_x: float
    true_y: float

    @property
    def is_aside(self) -> bool:
        return (self.x, self.y) != (self.true_x, self.true_y)


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Land:
    """An outline as it is drawn, and as latitudes and longitudes for a map that can be moved."""

    name: str
    path: str
    rings: str
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    lands: tuple[Land, ...]
    labels: tuple[Label, ...]
    dots: tuple[Dot, ...]
    home: tuple[float, float] | None
    width: int = int(WIDTH)
    height: int = int(HEIGHT)
    radius: int = int(RADIUS)


@dataclass(frozen=True, slots=True)
class Frame:
    """North is up. A degree of longitude is as much shorter as it is at the middle of what is shown."""

    middle: Point
    scale: float
    """Units of the drawing for a degree of latitude."""

    @classmethod
    def around(cls, points: Sequence[Point]) -> "Frame":
        north, east = [point[0] for point in points], [point[1] for point in points]
        middle = ((min(north) + max(north)) / 2, (min(east) + max(east)) / 2)
        high = max(max(north) - min(north), LEAST_DEGREES)
        wide = max((max(east) - min(east)) * _narrower(middle), LEAST_DEGREES)
        return cls(middle, min((HEIGHT - 2 * MARGIN) / high, (WIDTH - 2 * MARGIN) / wide))

    def at(self, point: Point) -> tuple[float, float]:
        up = point[0] - self.middle[0]
        along = (point[1] - self.middle[1]) * _narrower(self.middle)
        return round(WIDTH / 2 + along * self.scale, 1), round(HEIGHT / 2 - up * self.scale, 1)


def draw(pins: Sequence[Pin], outlines: Iterable[Outline], home: Point | None = None) -> Drawing:
    """All pins and the home are in the frame; without any it holds all outlines."""
    outlines = tuple(outlines)
    points = [pin.point for pin in pins] + ([home] if home else [])
    frame = Frame.around(points or [_turned(each) for outline in outlines for each in _ring_points(outline)])
    return Drawing(
        tuple(
            Land(outline.name, _path(outline, frame), _rings(outline), _middle(outline, frame))
            for outline in outlines
        ),
        tuple(_labels(outlines, frame)),
        tuple(_dots(pins, frame)),
        frame.at(home) if home else None,
    )


def _dots(pins: Sequence[Pin], frame: Frame) -> Iterator[Dot]:
    taken: list[tuple[float, float]] = []
    for pin in pins:
        true = frame.at(pin.point)
        x, y = next((spot for spot in _spots(true) if not _is_taken(spot, taken)), true)
        taken.append((x, y))
        yield Dot(pin, x, y, *true)


def _spots(true: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """The spot itself, then rings around it, within the frame."""
    yield true
    for ring in range(1, RINGS + 1):
        for step in range(6 * ring):
            turn, far = 2 * math.pi * step / (6 * ring), ring * APART
            x, y = true[0] + far * math.cos(turn), true[1] + far * math.sin(turn)
            if RADIUS <= x <= WIDTH - RADIUS and RADIUS <= y <= HEIGHT - RADIUS:
                yield round(x, 1), round(y, 1)


def _is_taken(spot: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    return any(math.dist(spot, other) < APART - 1 for other in taken)


def _path(outline: Outline, frame: Frame) -> str:
    rings = ([frame.at(_turned(point)) for point in ring] for ring in outline.rings)
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in rings)


def _rings(outline: Outline) -> str:
    return ";".join(" ".join(f"{north},{east}" for east, north in ring) for ring in outline.rings)


def _labels(outlines: Sequence[Outline], frame: Frame) -> Iterator[Label]:
    """The names of the areas whose middle is in the frame, unless there are too many to be read."""
    found = []
    for outline in outlines:
        x, y = _middle(outline, frame)
        if MARGIN <= x <= WIDTH - MARGIN and MARGIN <= y <= HEIGHT - MARGIN:
            found.append(Label(outline.name, x, y))
    yield from found if len(found) <= MOST_LABELS else ()


def _middle(outline: Outline, frame: Frame) -> tuple[float, float]:
    """Of its largest part, where its weight is."""
    points = max(
        ([_turned(point) for point in ring] for ring in outline.rings), key=lambda ring: abs(_turns(ring))
    )
    if not _turns(points):
        return frame.at(points[0])
    up = along = 0.0
    for one, next_one in pairwise(points):
        turn = _turns((points[0], one, next_one))
        up += turn * (points[0][0] + one[0] + next_one[0]) / 3
        along += turn * (points[0][1] + one[1] + next_one[1]) / 3
    return frame.at((up / _turns(points), along / _turns(points)))


def _turns(ring: Sequence[Point]) -> float:
    """Twice the area of a closed line, signed by the way it turns; a triangle need not come back to its beginning."""
    north, east = ring[0]
    return sum((a[0] - north) * (b[1] - east) - (b[0] - north) * (a[1] - east) for a, b in pairwise(ring))


def _ring_points(outline: Outline) -> Iterator[tuple[float, float]]:
    for ring in outline.rings:
        yield from ring


def _turned(point: tuple[float, float]) -> Point:
    """Outlines are written (longitude, latitude)."""
    return point[1], point[0]


def _narrower(middle: Point) -> float:
    return math.cos(math.radians(middle[0]))
