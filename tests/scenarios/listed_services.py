"""Services as boroughs list them in Open Referral UK: invented, and each different enough to be no duplicate of another."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.unit.directory.records import attribute

Record = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """Where people meet."""

    name: str
    street: str
    postcode: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Group:
    """Whose service it is, and where we write to them."""

    name: str
    mailbox: str
    id: str = field(default_factory=lambda: str(uuid4()))

    def as_record(self) -> Record:
        return {"id": self.id, "name": self.name, "description": f"{self.name} is a group of neighbours."}


def listed(
    name: str,
    group: Group,
    *areas: Record,
    need: str,
    home: str = "",
    spot: Spot | None = None,
    hours: tuple[str, str, str] | None = None,
    hidden: bool = False,
    **more: Any,
) -> Record:
    """One service of one need; `hours` are days, from, until."""
    attributes = [attribute("kith-needs", need)]
    attributes += [attribute("kith-home-area", home)] if home else []
    attributes += [attribute("kith-safety", "hidden-address")] if hidden else []
    return {
        "id": str(uuid4()),
        "name": name,
        "status": "active",
        "organization": group.as_record(),
        "contacts": [{"id": str(uuid4()), "email": group.mailbox, "visibility": "private"}],
        "service_areas": list(areas),
        "attributes": [{**each, "id": str(uuid4())} for each in attributes],
        "schedules": _schedules(hours),
        "service_at_locations": [_at(spot)] if spot else [],
        **more,
    }


def gss(code: str) -> Record:
    """A borough, a ward or everywhere."""
    return {"id": str(uuid4()), "extent_type": "gss", "extent": code}


def within(metres: int, spot: Spot) -> Record:
    circle: Mapping[str, Any] = {
        "type": "Point",
        "coordinates": [spot.longitude, spot.latitude],
        "radius": metres,
    }
    return {"id": str(uuid4()), "extent_type": "geojson", "extent": json.dumps(circle)}


def _schedules(hours: tuple[str, str, str] | None) -> list[Record]:
    if hours is None:
        return []
    days, opens, closes = hours
    return [
        {"id": str(uuid4()), "freq": "WEEKLY", "byday": days, "opens_at": opens, "closes_at": closes},
    ]


def _at(spot: Spot) -> Record:
    address = {
        "id": str(uuid4()),
        "address_1": spot.street,
        "city": "London",
        "state_province": "Greater London",
        "postal_code": spot.postcode,
        "country": "GB",
        "address_type": "physical",
    }
    location = {
        "id": str(uuid4()),
        "location_type": "physical",
        "name": spot.name,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "addresses": [address],
    }
    return {"id": str(uuid4()), "location": location}
