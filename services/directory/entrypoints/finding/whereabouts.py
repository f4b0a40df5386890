"""Where somebody looks: an area's code from what they wrote, and what is known of the area by its code.

A whole postcode never travels in an address: it leads to its neighbourhood of about 1,500 residents.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.directory.domain.catchment import HomeArea
from services.directory.entrypoints.finding.asked import AREA_CODE
from shared.places.place import Area
from shared.places.places import Places


@dataclass(frozen=True, slots=True)
class Where:
    code: str
    name: str
    home: HomeArea


class Whereabouts:
    """Asks the places; keeps what it has learned of areas, of which there are only so many."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: dict[str, Where] = {}

    def of_words(self, text: str) -> str | None:
        """The code of a postcode's neighbourhood, or of an area by its name."""
        found = self._places.of_postcode(text)
        if found is not None:
            return found.area.lsoa
        return next((each.code for each in self._places.named(text)), None)

    def of_code(self, code: str) -> Where | None:
        """A neighbourhood, ward, borough, or postcode district, which is in the borough that has most of it.

        What is in many boroughs is too large to look in: who takes people from there cannot be said.
        """
        if AREA_CODE.fullmatch(code) is None:
            return None  # places read "e 17!" as a district too, and each way to write it would be remembered
        if code not in self._known:
            areas = [area for lsoa in self._places.within(code) if (area := self._places.area(lsoa))]
            borough = _of_most(area.borough for area in areas)
            if borough is None:
                return None
            self._known[code] = self._where(code, areas, borough)
        return self._known[code]

    def _where(self, code: str, areas: list[Area], borough: str) -> Where:
        home = HomeArea(
            lsoa=_only(area.lsoa for area in areas),
            ward=_only(area.ward for area in areas),
            borough=borough,
            point=(
                sum(area.point[0] for area in areas) / len(areas),
                sum(area.point[1] for area in areas) / len(areas),
            ),
        )
        return Where(code, self._name(code, home), home)

    def _name(self, code: str, home: HomeArea) -> str:
        """A neighbourhood's own name is a number: its ward's says more."""
        name = self._places.name_of(home.ward or code) or code
        borough = self._places.name_of(home.borough) if home.borough else None
        return f"{name}, {borough}" if borough and borough != name else name


def _of_most(codes: Iterable[str]) -> str | None:
    """What more than half of them are."""
    counted = Counter(codes)
    return next((code for code, number in counted.items() if number * 2 > counted.total()), None)


def _only(codes: Iterable[str]) -> str | None:
    found = set(codes)
    return found.pop() if len(found) == 1 else None
