"""Gaps on a map: boroughs shaded by how many of their wards have one, or the wards of one borough as numbered dots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.directory.domain.cover import Gap
from services.directory.domain.gap_table import GapRow
from services.directory.entrypoints.finding.map_drawing import Drawing, Pin, draw
from services.directory.entrypoints.gaps.gap_words import WORDS, Chosen, gaps_by_borough
from shared.places.place import Outline

HALF = 0.5


@dataclass(frozen=True, slots=True)
class Shade:
    """A borough: its outline, what it says, and where its number stands."""

    path: str
    kind: str
    told: str
    href: str
    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A ward: a dot of the drawing with its gap."""

    gap: Gap
    told: str


@dataclass(frozen=True, slots=True)
class GapMap:
    drawing: Drawing
    shades: tuple[Shade, ...] = ()
    spots: tuple[Spot, ...] = ()

    @property
    def key(self) -> Sequence[tuple[str, str]]:
        if self.shades:
            return SHADES
        return [(gap, words) for gap, (words, _) in WORDS.items() if any(s.gap == gap for s in self.spots)]


SHADES = (("none", "No ward has a gap"), ("some", "Some wards"), ("wide", "Half of the wards or more"))


def gap_map(rows: Sequence[GapRow], outlines: Mapping[str, Outline], chosen: Chosen) -> GapMap | None:
    """None where there is no outline to draw."""
    drawn = [outlines[code] for code in chosen.boroughs if code in outlines]
    if not drawn or not rows:
        return None
    return _wards(rows, drawn[0]) if len(chosen.boroughs) == 1 else _boroughs(rows, drawn, chosen)


def _boroughs(rows: Sequence[GapRow], outlines: Sequence[Outline], chosen: Chosen) -> GapMap:
    drawing, counts = draw((), outlines), gaps_by_borough(rows)
    shades = []
    for outline, land in zip(outlines, drawing.lands, strict=True):
        short, every = counts.get(outline.code, (0, 0))
        kind = "none" if not short else "wide" if short >= HALF * every else "some"
        told = f"{outline.name}: {short} of {every} wards have a gap"
        x, y = land.middle
        shades.append(Shade(land.path, kind, told, chosen.to(area=outline.code), short, x, y))
    return GapMap(drawing, shades=tuple(shades))


def _wards(rows: Sequence[GapRow], outline: Outline) -> GapMap:
    pins, spots = [], []
    for row in rows:
        points = [home.point for home in row.ward.homes if home.point]
        middle = (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))
        number = row.cover.services
        told = f"{row.ward.name}: {number} service{'' if number == 1 else 's'}, {WORDS[row.gap][0].lower()}"
        pins.append(Pin(number, told, f"/directory/menu/{row.ward.code}", middle))
        spots.append(Spot(row.gap, told))
    return GapMap(draw(pins, (outline,)), spots=tuple(spots))
