"""Everything that comes in with the project and all that the directory writes is valid Open Referral UK 3.0."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.entrypoints.front_page import API_DETAILS
from services.directory.oruk.feed import parse_page, read_feed
from services.directory.oruk.write_service import service_list_record, service_record
from tests.contract.directory.official_data import official_data, schema_errors
from tests.unit.directory.domain_strategies import organisations, services

PACK = Path(__file__).parents[3] / "deploy" / "london" / "pack.json"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


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


def test_the_front_page_names_version_profile_and_openapi() -> None:
    assert set(API_DETAILS) == {"version", "profile", "openapi_url"}
