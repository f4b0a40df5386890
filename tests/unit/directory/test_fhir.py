"""Services in FHIR: what an independent model of R4 says of them, and what they say of space."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.healthcareservice import HealthcareService
from fhir.resources.R4B.operationoutcome import OperationOutcome
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.datastructures import QueryParams

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.domain.space import BEST_FIRST, NOT_KNOWN, Space
from services.directory.entrypoints.open_referral.fhir_search import BadSearch, page_links, search_of
from services.directory.fhir.answers import capability_statement, operation_outcome, search_bundle
from services.directory.fhir.codes import CAPACITY, CAPACITY_CODES
from services.directory.fhir.healthcare_service import code_system, healthcare_service
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.feed import parse_page, read_feed
from tests.unit.directory.domain_strategies import organisations, services

PACK = Path(__file__).parents[3] / "deploy" / "london" / "pack.json"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
URL = "https://kith.example"
BASE = f"{URL}/fhir"

spaces = st.builds(
    Space,
    band=st.sampled_from(BEST_FIRST),
    said_at=st.none() | st.just(NOW),
    closed_until=st.none() | st.just(NOW + timedelta(days=3)),
    wait_days=st.none() | st.integers(0, 1000),
)


@pytest.fixture(scope="module")
def pack() -> list[tuple[Service, Organisation]]:
    feed = read_feed([parse_page(PACK.read_bytes())])
    return [(each, feed.organisations[each.organisation_id]) for each in feed.services.values()]


def written(service: Service, organisation: Organisation, space: Space = NOT_KNOWN) -> dict[str, Any]:
    """As it goes over the wire."""
    resource = healthcare_service(service, organisation, space, NOW, URL)
    read: dict[str, Any] = json.loads(json.dumps(resource))
    return read


def status_of(resource: dict[str, Any]) -> tuple[str | None, str | None]:
    """The code and the notes of the extension; none where there is no extension."""
    found = [each for each in resource.get("extension", ()) if each["url"] == CAPACITY]
    if not found:
        return None, None
    parts = {part["url"]: part for part in found[0]["extension"]}
    coding = parts["capacityStatus"]["valueCodeableConcept"]["coding"][0]
    assert coding["system"] == CAPACITY_CODES
    return coding["code"], parts.get("capacityNotes", {}).get("valueString")


def test_the_checker_finds_faults_so_that_finding_none_means_something() -> None:
    with pytest.raises(ValidationError):
        HealthcareService.model_validate({"resourceType": "HealthcareService", "active": "sometimes"})


def test_every_service_of_the_pack_is_valid_fhir(pack: list[tuple[Service, Organisation]]) -> None:
    for service, organisation in pack:
        read = HealthcareService.model_validate(written(service, organisation, Space("space", NOW)))
        assert read.id == str(service.id)


@settings(max_examples=60, deadline=None)
@given(services(), organisations(), spaces)
def test_whatever_the_directory_can_hold_is_valid_fhir(
    service: Service, organisation: Organisation, space: Space
) -> None:
    HealthcareService.model_validate(written(service, organisation, space))


@settings(max_examples=60, deadline=None)
@given(services(), organisations(), spaces)
@pytest.mark.asvs("V15.3.1")
def test_no_place_of_a_sensitive_service_and_no_private_address_goes_out(
    service: Service, organisation: Organisation, space: Space
) -> None:
    private = replace(organisation, referrals_email="referrals@private.example.org")
    resource = written(service, private, space)

    assert "referrals@private.example.org" not in json.dumps(resource)
    if service.sensitive:
        assert not {"contained", "location"} & resource.keys()


@pytest.mark.parametrize(
    ("space", "code", "words"),
    [
        (Space("space", NOW), "capacity", "Said on 22 November 2026."),
        (Space("a-few", NOW), "capacity", "A few places. Said on 22 November 2026."),
        (Space("full", NOW), "no-capacity", "Said on 22 November 2026."),
        (
            Space("full", NOW, wait_days=28),
            "waitlist",
            "The wait is about 28 days. Said on 22 November 2026.",
        ),
        (
            Space("closed-until", NOW, closed_until=NOW + timedelta(days=9)),
            "no-capacity",
            "Closed until 1 December 2026. Said on 22 November 2026.",
        ),
        (NOT_KNOWN, None, None),
    ],
)
def test_space_is_said_by_the_codes_of_the_guide(
    pack: list[tuple[Service, Organisation]], space: Space, code: str | None, words: str | None
) -> None:
    assert status_of(written(*pack[0], space)) == (code, words)


def test_what_a_server_answers_besides_is_valid_fhir(pack: list[tuple[Service, Organisation]]) -> None:
    resources = [written(*each) for each in pack[:3]]
    links = page_links(search_of(QueryParams("name=a&_count=3&page=2")), 9, BASE)
    bundle = Bundle.model_validate(search_bundle(resources, total=9, base=BASE, links=links))

    assert bundle.total == 9
    assert bundle.link is not None
    assert [each.relation for each in bundle.link] == ["self", "previous", "next"]
    assert bundle.link[2].url == f"{BASE}/HealthcareService?name=a&_count=3&page=3"
    Bundle.model_validate(search_bundle([], total=0, base=BASE, links={"self": BASE}))
    OperationOutcome.model_validate(operation_outcome("invalid", "words"))
    CapabilityStatement.model_validate(capability_statement(BASE))


def test_a_search_is_what_its_parameters_say() -> None:
    need = f"{code_system(ours.NEEDS)}|loneliness"
    query = QueryParams({"name": "Lunch", "service-category": need, "_count": "500", "page": "3"})
    found = search_of(query)

    assert found.services.name_begins == "Lunch"
    assert found.services.taxonomy_term_id == ours.term_id(ours.NEEDS, "loneliness")
    assert (found.count, found.page) == (100, 3)


@pytest.mark.parametrize(
    "query",
    [
        "near=51.5|-0.1",
        "name=",
        "name=a&name=b",
        "name=a%00",
        "_count=0",
        "_count=many",
        "page=-1",
        "page=%C2%B2",
        "service-category=unheard-of",
        "service-category=http://snomed.info/sct|loneliness",
        "_format=xml",
        "_id=" + ",".join(["1"] * 101),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_passed_over(query: str) -> None:
    with pytest.raises(BadSearch):
        search_of(QueryParams(query))
