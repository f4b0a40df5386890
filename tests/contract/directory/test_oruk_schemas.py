"""Everything that comes in with the project and all that the directory writes is valid Open Referral UK 3.0."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.domain.space import Signal, SignalStatus
from services.directory.entrypoints.front_page import API_DETAILS
from services.directory.oruk.feed import parse_page, read_feed
from services.directory.oruk.write_capacity import capacity_records
from services.directory.oruk.write_locations import location_list_record, location_record
from services.directory.oruk.write_organisations import full_organisation_record, organisation_record
from services.directory.oruk.write_service import service_list_record, service_record
from services.directory.oruk.write_taxonomies import our_taxonomy_records, our_term_records
from tests.contract.directory.official_data import capacity_errors, official_data, schema_errors
from tests.unit.directory.domain_strategies import organisations, services

PACK = Path(__file__).parents[3] / "deploy" / "london" / "pack.json"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
STATUSES: st.SearchStrategy[SignalStatus] = st.sampled_from(["open", "limited", "full", "paused", "unknown"])


def test_the_checker_finds_faults_so_that_finding_none_means_something() -> None:
    assert schema_errors("service", {"id": "not-a-uuid", "status": "closed"}) != []


def test_every_record_of_the_london_pack_is_valid() -> None:
    records = json.loads(PACK.read_text())["contents"]

    assert [error for record in records for error in schema_errors("service", record)] == []


@pytest.mark.parametrize("feed_file", ["pack", "service_full.json", "service_list.json"])
def test_what_is_read_and_written_again_is_valid(feed_file: str) -> None:
    source = PACK if feed_file == "pack" else official_data() / "oruk" / "example-feed" / feed_file
    feed = read_feed([parse_page(source.read_bytes())])
    assert feed.refused == []

    for service in feed.services.values():
        organisation = feed.organisations[service.organisation_id]
        assert schema_errors("service", service_record(service, organisation, NOW)) == []
        assert schema_errors("service_list", service_list_record(service, organisation, NOW)) == []


@settings(max_examples=40, deadline=None)
@given(services(), organisations())
def test_whatever_the_directory_can_hold_is_written_valid(
    service: Service, organisation: Organisation
) -> None:
    assert schema_errors("service", service_record(service, organisation, NOW)) == []
    assert schema_errors("service_list", service_list_record(service, organisation, NOW)) == []


@settings(max_examples=40, deadline=None)
@given(services(), organisations(), st.data())
def test_how_much_space_there_is_goes_out_as_the_next_version_of_the_standard_writes_it(
    service: Service, organisation: Organisation, data: st.DataObject
) -> None:
    signals = [
        Signal(pool.id, data.draw(STATUSES), data.draw(st.none() | st.integers(0, 1000)), NOW, LATER, LATER)
        for pool in service.pools
    ]
    capacities = capacity_records(service, signals, NOW)
    record = service_record(service, organisation, NOW, capacities)

    assert schema_errors("service", record) == []
    assert [error for each in capacities for error in capacity_errors(each)] == []
    assert record.get("capacities", []) == capacities


@settings(max_examples=40, deadline=None)
@given(services(), organisations())
def test_a_service_at_a_location_is_written_valid(service: Service, organisation: Organisation) -> None:
    brief = service_list_record(service, organisation, NOW)
    full = service_record(service, organisation, NOW)

    for place in service.places:
        listed = location_list_record(place, brief, service.id)
        assert schema_errors("service_at_location_list", listed) == []
        assert schema_errors("service_at_location", location_record(place, full, service.id)) == []


@settings(max_examples=40, deadline=None)
@given(organisations())
def test_an_organisation_is_written_valid_and_its_private_address_stays(organisation: Organisation) -> None:
    private = replace(organisation, referrals_email="referrals@private.example.org")

    assert schema_errors("organization", organisation_record(private)) == []
    assert schema_errors("organization", full_organisation_record(private)) == []
    assert "referrals@" not in json.dumps(full_organisation_record(private))


def test_our_taxonomies_and_their_terms_are_valid_and_each_id_is_one() -> None:
    assert [
        error for each in our_taxonomy_records().values() for error in schema_errors("taxonomy", each)
    ] == []
    terms = our_term_records()
    assert [error for each in terms.values() for error in schema_errors("taxonomy_term", each)] == []
    assert len(terms) > 100
    assert {str(each["taxonomy_id"]) for each in terms.values()} == {
        str(key) for key in our_taxonomy_records()
    }


def test_the_front_page_names_version_profile_and_openapi() -> None:
    assert set(API_DETAILS) == {"version", "profile", "openapi_url"}
