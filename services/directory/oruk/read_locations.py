"""Open Referral UK service_at_locations → places."""

from decimal import Decimal

from services.directory.domain.place import AccessNote, Address, LocationKind, Place
from services.directory.oruk.field_reader import FieldReader

KINDS: tuple[LocationKind, ...] = ("physical", "postal", "virtual")


def read_places(record: FieldReader) -> tuple[Place, ...]:
    places = []
    for link in record.objects("service_at_locations"):
        location = link.optional_object("location")
        if location is None:
            link.remark("location", "missing")
        else:
            places.append(_place(link, location))
    return tuple(places)


def _place(link: FieldReader, location: FieldReader) -> Place:
    latitude = location.optional_number("latitude", Decimal(-90), Decimal(90))
    longitude = location.optional_number("longitude", Decimal(-180), Decimal(180))
    known = latitude is not None and longitude is not None
    return Place(
        link_id=link.uuid("id"),
        id=location.uuid("id"),
        kind=location.choice("location_type", KINDS),
        name=location.optional_text("name"),
        description=location.optional_text("description"),
        latitude=float(latitude) if known and latitude is not None else None,
        longitude=float(longitude) if known and longitude is not None else None,
        external_identifier=location.optional_text("external_identifier"),
        external_identifier_type=location.optional_text("external_identifier_type"),
        addresses=tuple(_address(address) for address in location.objects("addresses")),
        access_notes=tuple(_access_note(note) for note in location.objects("accessibility")),
    )


def _address(address: FieldReader) -> Address:
    return Address(
        id=address.uuid("id"),
        kind=address.choice("address_type", KINDS),
        address_1=address.text("address_1"),
        city=address.text("city"),
        county=address.text("state_province"),
        postal_code=address.text("postal_code"),
        country=address.text("country"),
        region=address.optional_text("region"),
    )


def _access_note(note: FieldReader) -> AccessNote:
    return AccessNote(
        id=note.uuid("id"),
        description=note.optional_text("description"),
        details=note.optional_text("details"),
        url=note.optional_url("url"),
        accessibility=note.optional_text("accessibility"),
    )
