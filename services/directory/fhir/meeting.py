"""Where and when people meet, in FHIR's words: contained locations and weekly hours."""

from services.directory.domain.opening import Opening
from services.directory.domain.place import Address, Place
from services.directory.domain.service import Service
from services.directory.fhir.capacity_status import JsonObject
from services.directory.oruk.write_details import without_empty

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def contained_places(service: Service) -> list[JsonObject]:
    """Only where people meet: a postal address is none."""
    return [
        _location(number, place) for number, place in enumerate(service.places) if place.kind == "physical"
    ]


def available_times(service: Service) -> list[JsonObject]:
    """Every week on the same days. FHIR has no word for other rhythms."""
    return [
        without_empty(
            {
                "daysOfWeek": [DAYS[day - 1] for day in opening.weekdays],
                "allDay": True if opening.opens_at is None else None,
                "availableStartTime": opening.opens_at and opening.opens_at.isoformat(),
                "availableEndTime": opening.opens_at and opening.closes_at and opening.closes_at.isoformat(),
            }
        )
        for opening in service.opening
        if _is_weekly(opening)
    ]


def not_available_times(service: Service) -> list[JsonObject]:
    days = sorted({day for opening in service.opening for day in opening.not_on})
    return [
        {"description": "Closed", "during": {"start": day.isoformat(), "end": day.isoformat()}}
        for day in days
    ]


def _is_weekly(opening: Opening) -> bool:
    every_week = opening.frequency in {None, "WEEKLY"} and opening.interval in {None, 1}
    return every_week and bool(opening.weekdays) and not opening.month_days


def _location(number: int, place: Place) -> JsonObject:
    address = next((each for each in place.addresses if each.kind == "physical"), None)
    latitude, longitude = place.coordinates or (None, None)
    return {"resourceType": "Location"} | without_empty(
        {
            "id": f"place-{number}",
            "name": place.name,
            "description": place.description,
            "address": _address(address) if address else None,
            "position": without_empty({"longitude": longitude, "latitude": latitude}),
        }
    )


def _address(address: Address) -> JsonObject:
    return without_empty(
        {
            "line": [address.address_1] if address.address_1 else [],
            "city": address.city,
            "district": address.county,
            "state": address.region,
            "postalCode": address.postal_code,
            "country": address.country,
        }
    )
