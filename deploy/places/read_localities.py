"""Names that people give to where they live and no office draws lines for: each with the area nearest its middle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import TypeAlias

from deploy.places.tables import Row, is_number, read_table
from shared.places.distance import kilometres
from shared.places.names import plain_name
from shared.places.place import Point

LOCALITY = "LOC"  # among the wards, parishes and counties of the Index of Place Names
FARTHEST_KM = 3.0
CELL_DEGREES = 0.05  # at least 3 km, up to the north of England


Cells: TypeAlias = Mapping[tuple[int, int], list[tuple[Point, str]]]


@dataclass(frozen=True, slots=True)
class Locality:
    name: str
    lsoa: str
    borough: str
    point: Point


@dataclass(frozen=True, slots=True)
class LocalityRows:
    found: Iterable[Locality]
    left_out: Counter[str]


def read_localities(path: Path | None, areas: Mapping[str, Mapping[str, str]]) -> LocalityRows:
    """A gazetteer may name a place twice, once for each district that it lies in: the first of a borough stays."""
    found: dict[tuple[str, str], Locality] = {}
    left_out: Counter[str] = Counter()
    if path is None:
        return LocalityRows((), left_out)
    cells = _by_cell(areas)
    boroughs = {(plain_name(row["borough_name"]), row["borough"]) for row in areas.values()}
    for row in read_table(path, needed=("locality", "latitude", "longitude"), also=("kind_of_place",)):
        placed = _placed(row, cells)
        if isinstance(placed, str):
            left_out[placed] += 1
            continue
        point, lsoa = placed
        name, borough = row.values["locality"], areas[lsoa]["borough"]
        key = (plain_name(name), borough)
        if key in boroughs:
            left_out["called as the borough is"] += 1
        elif key in found:
            left_out["said twice"] += 1
        else:
            found[key] = Locality(name, lsoa, borough, point)
    return LocalityRows(found.values(), left_out)


def _placed(row: Row, cells: Cells) -> tuple[Point, str] | str:
    """Its point and the area nearest to it, or why it has none."""
    if row.values.get("kind_of_place", LOCALITY) != LOCALITY:
        return "not a locality"
    if not (is_number(row.values["latitude"]) and is_number(row.values["longitude"])):
        return "no point"
    point = (float(row.values["latitude"]), float(row.values["longitude"]))
    lsoa = _nearest(point, cells)
    return "outside the areas" if lsoa is None else (point, lsoa)


def _cell(point: Point) -> tuple[int, int]:
    return floor(point[0] / CELL_DEGREES), floor(point[1] / CELL_DEGREES)


def _by_cell(areas: Mapping[str, Mapping[str, str]]) -> Cells:
    cells: defaultdict[tuple[int, int], list[tuple[Point, str]]] = defaultdict(list)
    for code, row in areas.items():
        point = (float(row["latitude"]), float(row["longitude"]))
        cells[_cell(point)].append((point, code))
    return cells


def _nearest(point: Point, cells: Cells) -> str | None:
    down, across = _cell(point)
    near = (
        (kilometres(point, middle), code)
        for one in (down - 1, down, down + 1)
        for other in (across - 1, across, across + 1)
        for middle, code in cells.get((one, other), ())
    )
    distance, code = min(near, default=(FARTHEST_KM, ""))
    return code if distance < FARTHEST_KM else None
