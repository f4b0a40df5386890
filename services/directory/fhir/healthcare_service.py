"""A service of the menu as a FHIR R4 HealthcareService."""

from datetime import datetime

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.domain.space import Space
from services.directory.fhir.capacity_status import JsonObject, capacity_extensions
from services.directory.fhir.codes import LANGUAGES, STATISTICAL_AREAS
from services.directory.fhir.meeting import available_times, contained_places, not_available_times
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.language_tags import language_name
from services.directory.oruk.write_details import timestamp, without_empty
from shared.vocabulary import vocabulary

RESOURCE = "HealthcareService"


def healthcare_service(
    service: Service, organisation: Organisation, space: Space, changed_at: datetime, public_url: str
) -> JsonObject:
    """No place of a sensitive service, and no more of any than the open feed shows."""
    places = [] if service.sensitive else contained_places(service)
    return {"resourceType": RESOURCE} | without_empty(
        {
            "id": str(service.id),
            "meta": {"lastUpdated": timestamp(changed_at)},
            "contained": places,
            "extension": capacity_extensions(space),
            "active": service.takes_people,
            "providedBy": _provided_by(organisation, public_url),
            "category": [_concept(ours.NEEDS, code) for code in service.suitability.needs],
            "characteristic": [_concept(ours.ACCESS, code) for code in service.suitability.access]
            + [_concept(ours.DELIVERY, code) for code in service.suitability.delivery],
            "location": [{"reference": f"#{place['id']}"} for place in places],
            "name": service.name,
            "comment": service.description,
            "extraDetails": service.alert,
            "telecom": _telecom(service),
            "coverageArea": _coverage(service),
            "eligibility": _eligibility(service),
            "communication": [_language(code) for code in service.suitability.languages],
            "appointmentRequired": _is_booked(service),
            "availableTime": available_times(service),
            "notAvailable": not_available_times(service),
            "availabilityExceptions": _other_times(service),
        }
    )


def code_system(taxonomy: str) -> str:
    """The name of one of our taxonomies as a code system: its id, which stays the same wherever it is served."""
    return f"urn:uuid:{ours.taxonomy_id(taxonomy)}"


def _provided_by(organisation: Organisation, public_url: str) -> JsonObject:
    """Named by its number and not by an address: organisations are not served in FHIR."""
    return {
        "type": "Organization",
        "identifier": {"system": f"{public_url}/organizations", "value": str(organisation.id)},
        "display": organisation.name,
    }


def _concept(taxonomy: str, code: str) -> JsonObject:
    term = ours.our_term(taxonomy, code)
    return {"coding": [{"system": code_system(taxonomy), "code": code, "display": term.name}]}


def _language(code: str) -> JsonObject:
    return {"coding": [{"system": LANGUAGES, "code": code, "display": language_name(code)}]}


def _telecom(service: Service) -> list[JsonObject]:
    phones: list[JsonObject] = [
        {
            "system": "phone",
            "value": f"{phone.number} ext. {phone.extension}" if phone.extension else phone.number,
        }
        for phone in service.phones
    ]
    email: list[JsonObject] = [{"system": "email", "value": service.email}] if service.email else []
    url: list[JsonObject] = [{"system": "url", "value": service.url}] if service.url else []
    return phones + email + url


def _coverage(service: Service) -> list[JsonObject]:
    """Boroughs and wards by code. What is drawn or in words has no place here."""
    catchment = service.catchment
    if catchment.everywhere:
        return [{"type": "Location", "display": "All of London"}]
    boroughs = vocabulary.boroughs()
    return [
        {
            "type": "Location",
            "identifier": {"system": STATISTICAL_AREAS, "value": code},
            "display": boroughs[code].name if code in boroughs else code,
        }
        for code in (*catchment.areas, *catchment.wards)
    ]


def _eligibility(service: Service) -> list[JsonObject]:
    """Whom it is for, whom it is not for, and in its own words."""
    suitability = service.suitability
    suits: list[JsonObject] = [{"code": _concept(ours.GROUPS, code)} for code in suitability.suits]
    not_for: list[JsonObject] = [
        {"code": _concept(ours.DOES_NOT_SUIT, code)} for code in suitability.does_not_suit
    ]
    words = [service.eligibility] if service.eligibility else []
    least, most = suitability.minimum_age, suitability.maximum_age
    if least is not None or most is not None:
        words.append(f"Ages {least or 0} to {most}." if most is not None else f"Ages {least} and over.")
    said: list[JsonObject] = [{"comment": " ".join(words)}] if words else []
    return suits + not_for + said


def _is_booked(service: Service) -> bool | None:
    ways = service.how_to_join.ways if service.how_to_join else ()
    if "just-come" in ways:
        return False
    return True if ways else None


def _other_times(service: Service) -> str | None:
    """What FHIR's weekly hours cannot say, in the service's own words."""
    return " ".join(opening.description for opening in service.opening if opening.description) or None
