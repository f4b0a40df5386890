"""Where services meet and whom they take, as columns: distances and catchments for all services at once."""

import math
from collections.abc import Sequence

import numpy as np

from services.directory.domain.catchment import EARTH_METRES, Catchment, HomeArea
from services.directory.search.columns import CodeBits, Column, Flags, RealColumn, Reals
from services.directory.search.drawings import Drawings, Neighbourhoods
from services.directory.search.entry import Coordinates

EVERYWHERE, BOROUGH, WARD, UNKNOWN = "everywhere", "borough:", "ward:", "unknown"


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
    """Whom services take: by codes, and by what they drew."""

    def __init__(self, neighbourhoods: Neighbourhoods) -> None:
        self._size = 0
        self._codes = CodeBits()
        self._drawings = Drawings(neighbourhoods)

    def append(self, row: int, catchment: Catchment) -> None:
        self._size = row + 1
        codes = [BOROUGH + code for code in catchment.areas] + [WARD + code for code in catchment.wards]
        if catchment.everywhere:
            codes.append(EVERYWHERE)
        if not catchment.is_known:
            codes.append(UNKNOWN)
        self._codes.add(row, codes)
        for shape in (catchment.circle, catchment.outline):
            if shape is not None:
                self._drawings.append(row, shape)

    def take(self, homes: Sequence[HomeArea], *, unknown: bool = True) -> Flags:
        """Those who take people from one of these, and those of whom nobody knows."""
        wanted = {EVERYWHERE, UNKNOWN} if unknown else {EVERYWHERE}
        wanted |= {BOROUGH + home.borough for home in homes if home.borough}
        wanted |= {WARD + home.ward for home in homes if home.ward}
        found = self._codes.any_of(sorted(wanted), self._size)
        self._drawings.mark(found, [home.point for home in homes if home.point is not None])
        return found

    def drawn_around(self, point: Coordinates) -> Flags:
        """Those whose circle or outline holds the point."""
        found = np.zeros(self._size, np.bool_)
        self._drawings.mark(found, [point])
        return found
