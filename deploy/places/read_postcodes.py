"""The ONS Postcode Directory, or the National Statistics Postcode Lookup: each unit's point, area and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.places.tables import is_number, read_table
from shared.places.place import Point
from shared.places.postcodes import Entry, postcode_key

NO_POINT = 90.0  # the directory writes 99.999999 where it knows no grid reference


@dataclass(frozen=True, slots=True)
class PostcodeRows:
    entries: Iterable[Entry]
    left_out: Counter[str]


def read_postcodes(path: Path, numbers: Mapping[str, int]) -> PostcodeRows:
    """`numbers`: of the areas, by code. Of a postcode said twice the one in use stays."""
    found: dict[int, Entry] = {}
    left_out: Counter[str] = Counter()
    for row in read_table(path, needed=("postcode", "latitude", "longitude", "lsoa"), also=("ended_on",)):
        values = row.values
        key, number = postcode_key(values["postcode"]), numbers.get(values["lsoa"])
        if key is None:
            left_out["not written as a postcode"] += 1
        elif (point := _point(values)) is None:
            left_out["no point"] += 1
        elif number is None:
            left_out["outside the areas"] += 1
        else:
            entry = Entry(key, number, point, ended=bool(values.get("ended_on")))
            if key in found:
                left_out["said twice"] += 1
            if key not in found or not entry.ended:
                found[key] = entry
    return PostcodeRows(found.values(), left_out)


def _point(values: Mapping[str, str]) -> Point | None:
    if not is_number(values["latitude"]) or not is_number(values["longitude"]):
        return None
    point = (float(values["latitude"]), float(values["longitude"]))
    return None if point[0] >= NO_POINT else point
