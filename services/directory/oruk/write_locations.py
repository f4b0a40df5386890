"""A service at one of its locations → Open Referral UK record."""

from uuid import UUID

from services.directory.domain.place import Place
from services.directory.oruk.write_details import JsonObject, place_record

OF_A_LIST = (
    "id",
    "location_type",
    "name",
    "description",
    "latitude",
    "longitude",
    "external_identifier",
    "external_identifier_type",
)


def location_list_record(place: Place, service: JsonObject, service_id: UUID) -> JsonObject:
    """As a list shows it: of the location only what there is one of. `service` is the service's own list record."""
    full = location_record(place, service, service_id)
    location = full["location"]
    assert isinstance(location, dict)  # noqa: S101 - as it was written
    return full | {"location": {name: location[name] for name in OF_A_LIST if name in location}}


def location_record(place: Place, service: JsonObject, service_id: UUID) -> JsonObject:
    """In full. The service does not name its locations again: this is one of them."""
    besides = {name: value for name, value in service.items() if name != "service_at_locations"}
    return {
        **place_record(place),
        "service_id": str(service_id),
        "location_id": str(place.id),
        "service": besides,
    }
