"""LSOAs with ward, authority, board, deprivation and people, joined from as many tables as hold them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.places.tables import NotUsable, Row, is_number, read_table
from shared.places.area_table import COLUMNS

NEEDED = (*(each for each in COLUMNS if each != "imd_decile"), "ward_name", "borough_name", "icb_name")
COUNTS = ("imd_rank", "residents", "disabled", "white", "mixed", "asian", "black", "other")


@dataclass(frozen=True, slots=True)
class AreaRows:
    """By code, in the order of codes. `left_out` says why others are not here."""

    rows: Mapping[str, Mapping[str, str]]
    left_out: Counter[str]


def read_areas(files: Iterable[Path]) -> AreaRows:
    """Of two tables that say the same of an area, the first is believed."""
    joined: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path in files:
        for row in read_table(path, needed=("lsoa",), also=(*NEEDED, "imd_decile")):
            area = joined[row.values["lsoa"]]
            area |= _checked(path, row) | area
    left_out: Counter[str] = Counter()
    complete = {}
    for code, values in sorted(joined.items()):
        missing = next((field for field in NEEDED if not values.get(field)), None)
        if missing:
            left_out[f"no {missing}"] += 1
        else:
            complete[code] = values
    if not complete:
        raise NotUsable(f"no area is complete: {dict(left_out)}")
    _set_deciles(complete)
    return AreaRows(complete, left_out)


def _checked(path: Path, row: Row) -> dict[str, str]:
    said = {field: value for field, value in row.values.items() if value not in {"", "NA"}}
    for field, value in said.items():
        if field in COUNTS and not value.isdecimal():
            raise NotUsable(f"{path.name}, line {row.line}: {field} is {value!r}")
        if field in {"latitude", "longitude"} and not is_number(value):
            raise NotUsable(f"{path.name}, line {row.line}: {field} is {value!r}")
    return said


def _set_deciles(rows: Mapping[str, dict[str, str]]) -> None:
    """A tenth of the ranks each, the most deprived first; what the table says must be the same."""
    ranks = [int(values["imd_rank"]) for values in rows.values()]
    last = max(ranks)
    if sorted(ranks) != list(range(1, last + 1)):
        raise NotUsable(
            f"the ranks of deprivation are not 1 to {last} once each: tables of all England are needed"
        )
    for code, values in rows.items():
        decile = str(-(-int(values["imd_rank"]) * 10 // last))
        if values.setdefault("imd_decile", decile) != decile:
            raise NotUsable(f"{code}: decile {values['imd_decile']} is not that of its rank, {decile}")
