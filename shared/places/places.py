"""Places, opened once: the area of a postcode, areas by name, populations, outlines. Asking reads no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from shared.places import pack
from shared.places.area_table import AreaTable
from shared.places.names import Names
from shared.places.place import Area, NamedArea, Outline, Point, Population, PostcodePlace
from shared.places.postcodes import (
    PackDamaged,
    PostcodeIndex,
    district_keys,
    parted_district_keys,
    plain,
    postcode_key,
)

LONDON = Path(__file__).parent / "london"


class Places:
    """One pack. Safe to share between threads; it is never written to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.manifest = pack.read_manifest(folder)
        areas = pack.read_file(folder, pack.AREAS)
        self._areas = AreaTable(areas.decode())
        image = pack.open_file(folder, pack.POSTCODES)
        self._postcodes = PostcodeIndex(image, areas_mark=pack.areas_mark(areas))
        self._names = Names(pack.named_areas(self._text(pack.NAMES)))
        self._populations = pack.populations(self._text(pack.POPULATIONS))

    def of_postcode(self, text: str) -> PostcodePlace | None:
        """Spaces, capitals and signs do not matter. None: not a postcode, or none of this pack."""
        key = postcode_key(text)
        entry = None if key is None else self._postcodes.find(key)
        if entry is None:
            return None
        return PostcodePlace(area=self._areas.at(entry.area), point=entry.point, ended=entry.ended)

    def area(self, lsoa: str) -> Area | None:
        return self._areas.find(lsoa)

    @property
    def middles(self) -> Iterable[Point]:
        """Of all neighbourhoods, in no order."""
        return self._areas.middles

    def named(self, text: str) -> Sequence[NamedArea]:
        """Boroughs, localities, wards and boards by name, or a postcode district; a whole postcode is none."""
        district = self._district(text)
        return (district,) if district else self._names.find(text)

    def name_of(self, code: str) -> str | None:
        """What an area is called: a neighbourhood, ward, borough or board by its code."""
        named = self._names.of_code(code)
        if named is not None:
            return named.name
        area = self._areas.find(code)
        return None if area is None else area.name

    def wards_of(self, borough: str) -> Sequence[NamedArea]:
        """The wards of a borough, in order of name."""
        return self._names.wards_of(borough)

    def borough_of(self, ward: str) -> str | None:
        found = self._names.of_code(ward)
        return None if found is None else found.within

    def within(self, code: str) -> frozenset[str]:
        """The LSOAs of a ward, borough, board or postcode district; of an LSOA, itself; else none."""
        if code in self._areas:
            return frozenset((code,))
        found = self._areas.members.get(code)
        if found is not None:
            return found
        return frozenset(self._areas.at(number).lsoa for number in self._postcodes.areas(self._rows(code)))

    def population(self, borough: str) -> Population | None:
        return self._populations.get(borough)

    @cached_property
    def outlines(self) -> Mapping[str, Outline]:
        """Of the boroughs, by code; empty where the pack has none."""
        return pack.outlines(self._text(pack.OUTLINES))

    @property
    def attribution(self) -> tuple[str, ...]:
        """To be shown wherever a map or a figure made of this data is."""
        return self.manifest.attribution

    def _rows(self, district: str) -> range:
        """Where the postcodes of a district are: those written so, or else those of its lettered parts."""
        for keys in (district_keys(district), parted_district_keys(district)):
            rows = self._postcodes.between(*keys) if keys else range(0)
            if rows:
                return rows
        return range(0)

    def _district(self, text: str) -> NamedArea | None:
        rows = self._rows(text)
        code = plain(text)
        if not rows or code is None:
            return None
        return NamedArea(code, code, "district", within=None, point=self._postcodes.middle(rows))

    def _text(self, name: str) -> str:
        return pack.read_file(self._folder, name).decode()


def open_places(folder: Path | None = None) -> Places:
    """The pack in this folder; without one, London's. `PackDamaged` says what is wrong with it."""
    return Places(folder or LONDON)


__all__ = ["LONDON", "PackDamaged", "Places", "open_places"]
