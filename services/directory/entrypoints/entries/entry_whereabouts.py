"""What the forms about an entry ask the map: where a postcode is, and which wards a borough has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.places.places import Places

Point = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a postcode is, and what the neighbourhood around it is called. The postcode itself is not kept."""

    point: Point
    name: str


class EntryPlaces(Protocol):
    def spot_of(self, postcode: str) -> Spot | None: ...

    def wards_of(self, borough: str) -> Sequence[tuple[str, str]]:
        """Code and name, by name."""

    def borough_of(self, ward: str) -> str | None: ...

    def name_of(self, code: str) -> str:
        """The code itself where nobody knows its name."""


@dataclass(frozen=True, slots=True)
class KnownPlaces:
    """By a pack of places, opened when it is first asked."""

    places: Callable[[], Places]

    def spot_of(self, postcode: str) -> Spot | None:
        found = self.places().of_postcode(postcode)
        if found is None:
            return None
        return Spot(found.point, ", ".join(map(self.name_of, (found.area.ward, found.area.borough))))

    def wards_of(self, borough: str) -> Sequence[tuple[str, str]]:
        return [(each.code, each.name) for each in self.places().wards_of(borough)]

    def borough_of(self, ward: str) -> str | None:
        return self.places().borough_of(ward)

    def name_of(self, code: str) -> str:
        return self.places().name_of(code) or code
