"""The forms about an entry: what is shown reads as what is there, and what is typed wrongly is told at its field."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given

from services.directory.domain.differences import differences
from services.directory.domain.joining import Phone
from services.directory.domain.service import Service
from services.directory.entrypoints.entries.entry_draft import Draft, drafted
from services.directory.entrypoints.entries.entry_fields import Typed
from services.directory.entrypoints.entries.entry_sections import sections
from services.directory.entrypoints.entries.entry_whereabouts import Spot
from services.directory.entrypoints.entries.entry_words import EntryWords
from services.directory.oruk.read_service import read_service_record
from services.directory.storage.entry_rows import Entry
from services.directory.storage.own_fields import overlaid
from services.directory.storage.service_rows import KeptService
from services.directory.storage.stored_documents import service_document
from tests.unit.directory.domain_strategies import services
from tests.unit.directory.records import a_record

POINT = (51.5, -0.1)
HACKNEY, ISLINGTON, OTHER_WARD = "E09000012", "E09000019", "E05999999"
WARDS = {
    HACKNEY: [("E05009367", "Brownswood"), ("E05009368", "Cazenove")],
    ISLINGTON: [("E05013697", "Arsenal")],
}


class SomePlaces:
    def spot_of(self, postcode: str) -> Spot | None:
        return Spot(POINT, "Dalston, Hackney") if postcode.startswith("E") else None

    def wards_of(self, borough: str) -> Sequence[tuple[str, str]]:
        return WARDS.get(borough, ())

    def borough_of(self, ward: str) -> str | None:
        return next((code for code, wards in WARDS.items() if ward in dict(wards)), None)

    def name_of(self, code: str) -> str:
        return next((dict(wards)[code] for wards in WARDS.values() if code in dict(wards)), code)


SECTIONS = sections(SomePlaces())
WORDS = EntryWords(SECTIONS, SomePlaces())
SERVICE = read_service_record(a_record()).service


def an_entry(service: Service) -> Entry:
    kept = KeptService(1, service.status, "", "", {}, None, routable=True, listed=True, confirmed_on=None)
    return _Entry(service, "Walkers", kept)


class _Entry(Entry):
    @property
    def fed(self) -> dict[str, object]:
        return service_document(self.service)


def as_shown(service: Service, section: str) -> dict[str, list[str]]:
    """What a browser sends when nobody touched the form. It ends lines in a way of its own."""
    document = service_document(service)
    values: dict[str, list[str]] = {}
    for field in SECTIONS[section].fields:
        for key, found in field.shown(document).items():
            values[key] = [text.replace("\r\n", "\n").replace("\n", "\r\n") for text in found]
    return values


def typed(section: str, service: Service = SERVICE, **changes: list[str]) -> Draft:
    values = as_shown(service, section) | {key.replace("__", "."): value for key, value in changes.items()}
    return drafted(an_entry(service), SECTIONS[section], Typed(values))


@given(services())
def test_a_form_that_nobody_touched_changes_nothing(service: Service) -> None:
    for section in SECTIONS:
        draft = typed(section, service)
        assert (section, draft.changes, draft.said) == (section, (), {})


def test_two_phones_of_one_number_stay_two() -> None:
    phones = tuple(Phone(UUID(int=number), "020 7946 0000", str(number)) for number in (1, 2))
    draft = typed("join", replace(SERVICE, phones=phones), url=["https://walk.example.org"])
    assert (draft.wrong, draft.said) == ({}, {"url": "https://walk.example.org"})


def test_only_what_was_changed_becomes_the_entrys_own_word() -> None:
    draft = typed("what", name=["  Canal stroll "], fees=["Free"], suitability__needs=["housing"])
    assert draft.wrong == {}
    assert draft.said == {"name": "Canal stroll", "fees": "Free", "suitability.needs": ["housing"]}
    assert {each.field: each.after for each in draft.changes} == draft.said


def test_openings_are_changed_taken_away_and_added() -> None:
    said = typed(
        "when",
        opening_0_days=["MO", "WE"],
        opening_0_closes=["20.30"],
        opening_0_not=["25/12/2026 2026-12-26"],
        opening_1_days=["SU"],
        opening_1_opens=["9:00"],
    ).said
    after = overlaid(service_document(SERVICE), said)
    first, second = after.opening
    assert (first.id, first.days) == (SERVICE.opening[0].id, ("MO", "WE"))
    assert (str(first.opens_at), str(first.closes_at)) == ("18:00:00", "20:30:00")
    assert [str(day) for day in first.not_on] == ["2026-12-25", "2026-12-26"]
    assert (second.days, second.frequency, str(second.opens_at)) == (("SU",), "WEEKLY", "09:00:00")

    assert typed("when", opening_0_remove=["yes"]).said == {"opening": []}


def test_an_opening_with_a_rule_of_its_own_keeps_its_days() -> None:
    monthly = replace(SERVICE.opening[0], days=("2TU",), frequency="MONTHLY")
    draft = typed(
        "when", replace(SERVICE, opening=(monthly,)), opening_0_days=["MO"], opening_0_opens=["10:00"]
    )
    assert draft.changes[0].field == "opening"
    after = overlaid(service_document(SERVICE), draft.said)
    assert (after.opening[0].days, str(after.opening[0].opens_at)) == (("2TU",), "10:00:00")


def test_a_place_that_moves_is_where_its_postcode_is() -> None:
    said = typed("where", place_0_postcode=["E17 4PP"]).said
    place = overlaid(service_document(SERVICE), said).places[0]
    assert (place.coordinates, place.addresses[0].postal_code) == (POINT, "E17 4PP")
    assert place.addresses[0].address_1 == "Clinton Road"

    named = typed("where", place_0_name=["The hall"]).said
    assert overlaid(service_document(SERVICE), named).places[0].coordinates == SERVICE.places[0].coordinates


def test_a_sensitive_service_gets_no_place_whatever_a_form_says() -> None:
    hidden = replace(SERVICE, sensitive=True, places=())
    draft = typed("where", hidden, place_rows=["1"], place_0_address=["1 Road"], place_0_postcode=["E1 1AA"])
    assert (draft.changes, draft.said) == ((), {})


def test_a_form_without_its_rows_takes_nothing_away() -> None:
    for section in ("when", "where"):
        values = {
            key: value for key, value in as_shown(SERVICE, section).items() if not key.endswith("_rows")
        }
        draft = drafted(an_entry(SERVICE), SECTIONS[section], Typed(values))
        assert (draft.changes, draft.wrong) == ((), {})


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("what", "name", ""),
        ("what", "name", "x" * 301),
        ("what", "status", "sold"),
        ("who", "suitability.minimum_age", "old"),
        ("who", "suitability.minimum_age", "-1"),
        ("who", "suitability.minimum_age", "999999"),
        ("who", "suitability.minimum_age", "00121"),
        ("who", "suitability.maximum_age", "0012" + "9" * 5000),
        ("who", "suitability.maximum_age", "17"),
        ("when", "opening_0_opens", "half past"),
        ("when", "opening_0_opens", "25:00"),
        ("when", "opening_0_opens", ""),
        ("when", "opening_0_not", "Christmas"),
        ("when", "opening_1_closes", "10:00"),
        ("where", "place_0_postcode", "ZZ1 1ZZ"),
        ("where", "place_0_address", ""),
        ("area", "areas", "E99999999"),
        ("join", "url", "javascript:alert(1)"),
        ("join", "url", "https://"),
        ("join", "url", "//elsewhere.example.org"),
        ("join", "email", "somebody"),
        ("join", "phones", "call me"),
    ],
)
def test_what_is_typed_wrongly_is_told_at_its_field(section: str, key: str, value: str) -> None:
    values = as_shown(SERVICE, section) | {key: [value]}
    draft = drafted(an_entry(SERVICE), SECTIONS[section], Typed(values))
    expected = "opening_1_opens" if key == "opening_1_closes" else key
    assert list(draft.wrong) == [expected]
    assert draft.said == {}


@given(services(), services())
def test_every_change_has_words(before: Service, after: Service) -> None:
    for each in differences(service_document(before), service_document(after)):
        told = WORDS.told(each.field, each.before, each.after)
        assert told.label
        assert all(isinstance(line, str) for line in [*told.before, *told.after])
        assert told.before or told.after
