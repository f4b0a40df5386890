"""What calendars and feeds say of a service, in plain text. They are in English throughout."""

import re

from services.directory.domain.opening import Opening
from services.directory.domain.place import Address
from services.directory.domain.service import Service
from services.directory.whats_on.programme import Listing

# Signs that XML 1.0 has no way to write, and calendars no use for.
NOT_WRITTEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(text: str) -> str:
    return NOT_WRITTEN.sub("", text)


def page_of(service: Service, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/services/{service.id}"


def place_of(service: Service) -> str:
    """The first address where people meet; nothing for a service that comes to people or is far away."""
    for place in service.places:
        if place.kind == "physical":
            said = [place.name, *(part for each in place.addresses[:1] for part in _lines(each))]
            return written(", ".join(part for part in said if part))
    return ""


def description_of(listing: Listing, opening: Opening) -> str:
    service = listing.service
    parts = [
        listing.organisation.name,
        service.alert,
        service.description,
        opening.description,
        service.how_to_join.words if service.how_to_join else None,
        service.fees,
        ", ".join(phone.number for phone in service.phones),
    ]
    return written("\n\n".join(part for part in parts if part))


def _lines(address: Address) -> tuple[str, ...]:
    return address.address_1, address.city, address.postal_code
