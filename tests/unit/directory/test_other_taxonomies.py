"""What others call a need of ours is read as it, and is said beside it when we write."""

import json
from datetime import UTC, datetime
from typing import Any

from services.directory.oruk.feed import parse_page
from services.directory.oruk.field_reader import Remark
from services.directory.oruk.read_service import read_service_record
from services.directory.oruk.write_service import service_record
from services.directory.use_cases.search_terms import terms_of
from tests.unit.directory.records import a_record, attribute

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def foreign(taxonomy: str, term: str, uri: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = attribute(taxonomy, term)
    if uri:
        found["taxonomy_term"]["term_uri"] = uri
    return found


def read(*attributes: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Remark, ...]]:
    found = read_service_record(a_record() | {"attributes": list(attributes)})
    return found.service.suitability.needs, found.service.suitability.suits, found.remarks


def test_a_known_term_of_others_adds_our_code_and_says_so() -> None:
    needs, suits, remarks = read(
        foreign("SDOHCC", "food-insecurity"),
        foreign("esdNeeds", "esdNeed:69"),
        foreign("anything", "anything", "https://snomed.info/id/32911000/"),
    )

    assert (needs, suits) == (("healthy-eating", "loneliness"), ("homeless-people",))
    assert Remark("attributes", "read-as-healthy-eating") in remarks


def test_a_term_that_we_do_not_know_means_nothing_and_is_kept() -> None:
    needs, _, _ = read(foreign("esdNeeds", "71"), foreign("SNOMED", "69"))

    assert needs == ()


def test_who_speaks_in_our_codes_is_taken_at_their_word() -> None:
    needs, _, remarks = read(attribute("kith-needs", "housing"), foreign("esdNeeds", "69"))

    assert (needs, remarks) == (("housing",), ())


def test_what_we_add_is_found_by_its_term_and_is_not_read_as_the_source_s() -> None:
    source = read_service_record(a_record())
    written = service_record(source.service, source.organisation, NOW)

    said = {
        (each["taxonomy_term"]["taxonomy"], each["taxonomy_term"]["term"])
        for each in written["attributes"]  # type: ignore[attr-defined]
    }
    again = parse_page(json.dumps(written).encode()).records[0]
    assert isinstance(again, dict)

    assert {("esdNeeds", "69"), ("SNOMED CT", "422650009"), ("SDOHCC", "social-connection")} <= said
    assert read_service_record(again).service == source.service
    assert {each.named.term for each in terms_of(source.service) if each.named} >= {"69", "422650009"}


def test_what_the_source_says_itself_is_not_said_twice() -> None:
    source = read_service_record(a_record(foreign("esdNeeds", "69")))
    written = service_record(source.service, source.organisation, NOW)

    terms = [each["taxonomy_term"]["term"] for each in written["attributes"]]  # type: ignore[attr-defined]
    assert terms.count("69") == 1
