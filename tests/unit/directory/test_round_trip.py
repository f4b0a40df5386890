"""What the directory writes in Open Referral UK form, it reads back as the same; and stores and reads likewise."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.oruk.feed import parse_page
from services.directory.oruk.read_service import read_service_record
from services.directory.oruk.write_service import service_list_record, service_record
from services.directory.published_events import service_published
from services.directory.storage.stored_documents import (
    digest,
    organisation_document,
    public_organisation_from,
    service_document,
    service_from,
)
from tests.unit.directory.domain_strategies import organisations, services

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@given(services(), organisations())
def test_a_service_survives_the_way_through_open_referral_uk(
    service: Service, organisation: Organisation
) -> None:
    service = replace(service, organisation_id=organisation.id)

    body = json.dumps(service_record(service, organisation, NOW)).encode()
    record = parse_page(body).records[0]
    assert isinstance(record, dict)
    read = read_service_record(record)

    assert read.service == service
    assert read.organisation == replace(organisation, referrals_email=None)


@given(services(), organisations())
def test_what_is_shown_has_no_empty_field_and_no_private_address(
    service: Service, organisation: Organisation
) -> None:
    for record in (service_record, service_list_record):
        shown = record(service, organisation, NOW)
        assert "secret-inbox" not in json.dumps(shown)
        assert not [value for value in _all_values(shown) if value is None or value in ("", [], {})]
        assert not service.sensitive or "service_at_locations" not in shown


@given(services(), organisations())
def test_a_service_survives_the_way_through_the_database_form(
    service: Service, organisation: Organisation
) -> None:
    stored = json.dumps(service_document(service))
    shown = json.dumps(organisation_document(organisation))

    assert service_from(stored) == service
    assert public_organisation_from(shown) == replace(organisation, referrals_email=None)
    assert "secret-inbox" not in shown
    assert digest(service_document(service)) == digest(service_document(service_from(stored)))


@given(services())
def test_every_service_can_be_told_as_an_event(service: Service) -> None:
    event = service_published(service, version=1)

    assert event.needs == service.suitability.needs
    assert not service.sensitive or event.latitude is None


def _all_values(value: object) -> list[object]:
    if isinstance(value, dict):
        return [value, *(found for each in value.values() for found in _all_values(each))]
    if isinstance(value, list):
        return [value, *(found for each in value for found in _all_values(each))]
    return [value]
