"""Service and organisation → Open Referral UK 3.0 records. Empty fields are left out; what is private has no way in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.oruk.write_areas import service_area_records
from services.directory.oruk.write_details import (
    JsonObject,
    attribute_records,
    language_records,
    phone_records,
    place_record,
    timestamp,
    without_empty,
)
from services.directory.oruk.write_money import cost_option_records
from services.directory.oruk.write_organisations import full_organisation_record, organisation_record
from services.directory.oruk.write_schedules import schedule_records


def service_list_record(service: Service, organisation: Organisation, changed_at: datetime) -> JsonObject:
    """A service as the list shows it: only what there is one of."""
    return without_empty(
        {
            "id": str(service.id),
            "organization_id": str(organisation.id),
            "name": service.name,
            "description": service.description,
            "url": service.url,
            "email": service.email,
            "status": service.status,
            "fees": service.fees,
            "accreditations": service.accreditations,
            "minimum_age": service.suitability.minimum_age,
            "maximum_age": service.suitability.maximum_age,
            "assured_date": service.assurance.on.isoformat() if service.assurance else None,
            "alert": service.alert,
            "last_modified": timestamp(changed_at),
            "organization": organisation_record(organisation),
        }
    )


def service_record(
    service: Service,
    organisation: Organisation,
    changed_at: datetime,
    capacities: Sequence[JsonObject] = (),
) -> JsonObject:
    """A service with all that the directory shows of it."""
    record = dict(service_list_record(service, organisation, changed_at))
    record["organization"] = full_organisation_record(organisation)
    places = [] if service.sensitive else [place_record(place) for place in service.places]
    details: Mapping[str, object] = {
        "eligibility_description": service.eligibility,
        "application_process": service.how_to_join.words if service.how_to_join else None,
        "evidence_note": service.evidence_note,
        "phones": phone_records(service),
        "schedules": schedule_records(service),
        "service_areas": service_area_records(service),
        "service_at_locations": places,
        "languages": language_records(service),
        "funding": [
            without_empty({"id": str(funding.id), "source": funding.source}) for funding in service.funding
        ],
        "cost_options": cost_option_records(service),
        "attributes": attribute_records(service),
        "capacities": list(capacities),
    }
    return record | without_empty(details)
