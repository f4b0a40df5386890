"""Where a service can be met, and how to get in."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

LocationKind = Literal["physical", "postal", "virtual"]


@dataclass(frozen=True, slots=True)
class Address:
    id: UUID
    kind: LocationKind
    address_1: str
    city: str
    county: str
    postal_code: str
    country: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class AccessNote:
    id: UUID
    description: str | None = None
    details: str | None = None
    url: str | None = None
    accessibility: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A location of a service. `link_id` names the pair of service and location."""

    link_id: UUID
    id: UUID
    kind: LocationKind
    name: str | None = None
    description: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    external_identifier: str | None = None
    external_identifier_type: str | None = None
    addresses: tuple[Address, ...] = ()
    access_notes: tuple[AccessNote, ...] = ()

    @property
    def coordinates(self) -> tuple[float, float] | None:
        if self.kind != "physical" or self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude
