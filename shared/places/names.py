"""Areas by the names that people use: whole words first, then the beginning of any word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from shared.places.place import NamedArea

MOST_FOUND = 20
LONGEST_NAME = 80
APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
_ORDER = ("borough", "locality", "district", "ward", "icb")


def plain_name(text: str) -> str:
    """Small letters without accents; `&` is `and`; any other sign parts words, but the apostrophe does not."""
    text = unicodedata.normalize("NFKD", text[:LONGEST_NAME].replace("&", " and ")).casefold()
    letters = "".join(each for each in text if not unicodedata.combining(each) and each not in APOSTROPHES)
    return " ".join(re.findall(r"\w+", letters))


class Names:
    def __init__(self, areas: Iterable[NamedArea]) -> None:
        self._plain = [(plain_name(area.name), area) for area in areas]
        self._of_code = {area.code: area for _, area in self._plain if area.kind != "locality"}

    def of_code(self, code: str) -> NamedArea | None:
        return self._of_code.get(code)

    def wards_of(self, borough: str) -> Sequence[NamedArea]:
        """In order of name."""
        wards = (area for _, area in self._plain if area.kind == "ward" and area.within == borough)
        return sorted(wards, key=lambda ward: (ward.name, ward.code))

    def find(self, text: str) -> Sequence[NamedArea]:
        """The best twenty: the name itself, names that begin so, names with a word that begins so."""
        asked = plain_name(text)
        if not asked:
            return ()
        found = []
        for name, area in self._plain:
            if name == asked:
                found.append((0, area))
            elif name.startswith(asked):
                found.append((1, area))
            elif f" {asked}" in name:
                found.append((2, area))
        found.sort(key=lambda each: (each[0], _ORDER.index(each[1].kind), each[1].name, each[1].code))
        return tuple(area for _, area in found[:MOST_FOUND])
