"""A menu as large as London's could be: each record of it is valid, in Open Referral UK and in FHIR."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fhir.resources.R4B.healthcareservice import HealthcareService

from services.directory.domain.space import Signal, space_of
from services.directory.fhir.healthcare_service import healthcare_service
from services.directory.oruk.write_capacity import capacity_records
from services.directory.oruk.write_locations import location_list_record, location_record
from services.directory.oruk.write_service import service_list_record, service_record
from tests.contract.directory.official_data import capacity_errors, schema_errors
from tests.support.generated_menu import MadeService, generated_menu

# A campaign looks at all, a daily run at a sample.
WHOLE, SAMPLE = 20_000, 1_000
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.timeout(3_600)
def test_every_record_of_a_generated_menu_is_valid_wherever_it_is_written() -> None:
    number = WHOLE if os.environ.get("KITH_CAMPAIGN") else SAMPLE
    faults = [fault for made in generated_menu(number) for fault in _faults(made)]

    assert faults == []


def _faults(made: MadeService) -> Iterator[str]:
    service, organisation = made.service, made.organisation
    signals = [Signal(pool.id, "limited", 7, NOW, NOW + timedelta(days=7)) for pool in service.pools]
    capacities = capacity_records(service, signals, NOW)
    brief = service_list_record(service, organisation, NOW)
    full = service_record(service, organisation, NOW, capacities)
    yield from schema_errors("service_list", brief)
    yield from schema_errors("service", full)
    for each in capacities:
        yield from capacity_errors(each)
    for place in service.places:
        yield from schema_errors("service_at_location_list", location_list_record(place, brief, service.id))
        yield from schema_errors("service_at_location", location_record(place, full, service.id))
    space = space_of(service, signals, NOW)
    HealthcareService.model_validate(
        healthcare_service(service, organisation, space, NOW, "https://kith.example")
    )
