"""The areas of a pack: kept as lines, read when asked for, so that all of England costs little memory."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType

from shared.places.ethnic_groups import FIVE_GROUPS
from shared.places.place import Area
from shared.places.postcodes import PackDamaged

COLUMNS = (
    "lsoa", "ward", "borough", "icb", "name", "latitude", "longitude", "imd_rank", "imd_decile",
    "residents", "disabled", *FIVE_GROUPS,
)  # fmt: skip
_REMEMBERED = 4096


class AreaTable:
    """The number of an area is its line: the postcodes mean it by that."""

    def __init__(self, text: str) -> None:
        heading, *lines = text.splitlines()
        if heading != ",".join(COLUMNS):
            raise PackDamaged("the file of areas has other columns")
        self._lines = lines
        self._numbers = {line[: line.index(",")]: number for number, line in enumerate(lines)}
        self.at = lru_cache(maxsize=_REMEMBERED)(self._read)

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, lsoa: str) -> bool:
        return lsoa in self._numbers

    def codes(self) -> Iterable[str]:
        return self._numbers

    def find(self, lsoa: str) -> Area | None:
        number = self._numbers.get(lsoa)
        return None if number is None else self.at(number)

    @cached_property
    def middles(self) -> tuple[tuple[float, float], ...]:
        """Where each area is."""
        latitude, longitude = COLUMNS.index("latitude"), COLUMNS.index("longitude")
        return tuple((float(row[latitude]), float(row[longitude])) for row in csv.reader(self._lines))

    def _read(self, number: int) -> Area:
        row = next(csv.reader((self._lines[number],)))
        lsoa, ward, borough, icb, name = row[:5]
        rank, decile, residents, disabled, *groups = map(int, row[7:])
        return Area(
            lsoa=lsoa,
            name=name,
            ward=ward,
            borough=borough,
            icb=icb,
            point=(float(row[5]), float(row[6])),
            imd_rank=rank,
            imd_decile=decile,
            residents=residents,
            disabled=disabled,
            groups=MappingProxyType(dict(zip(FIVE_GROUPS, groups, strict=True))),
        )

    @cached_property
    def members(self) -> Mapping[str, frozenset[str]]:
        """The areas of each ward, borough and board, by its code."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for line in self._lines:
            lsoa, *wider = line.split(",", 4)[:4]
            for code in wider:
                found[code].add(lsoa)
        return {code: frozenset(areas) for code, areas in found.items()}
