"""No service adds a route that shows or changes a person's record and leaves no word of it for the audit trail.

What a route may touch is read from the access that it declares. Those that can touch a record are driven by a test
that looks for the record, or are named in `unaudited_routes` with the reason.
"""

import re
from pathlib import Path

import pytest

from shared.access.table import SCOPES
from shared.access.vocabulary import CASE_DATA, Thing
from shared.security.declared_access import access_by_route
from shared.security.signed_links import Purpose
from tests.component.outcomes.test_every_route_is_told import DRIVES as OUTCOMES
from tests.component.referral.test_every_route_is_audited import DRIVES as REFERRAL
from tests.support.built_services import SERVICES, routers_of
from tests.support.unaudited_routes import WITHOUT_A_RECORD, without_a_record

ROOT = Path(__file__).parents[2]
RECORD = CASE_DATA | {Thing.AUDIT_TRAIL}
DRIVEN = {"referral": set(REFERRAL), "outcomes": set(OUTCOMES)}
HOLDS_NO_PEOPLE = {"directory"}
"""Organisations, services, members and systems: nobody who was referred."""
THING_OF_LINK = {
    Purpose.CAPACITY_SIGNAL: Thing.SIGNAL,
    Purpose.OFFER: Thing.OFFER,
    Purpose.PROGRESS: Thing.REFERRAL,
    Purpose.MEASURE: Thing.MEASURE,
    Purpose.MY_REFERRAL: Thing.REFERRAL,
    Purpose.PERSON_CONTACT: Thing.PERSON,
    Purpose.PRESCRIPTION: Thing.PRESCRIPTION,
    Purpose.ENTRY: Thing.SERVICE,
    Purpose.DIGEST: Thing.SERVICE,  # what is on in an area
}
THING_OF_SCOPE = {scope.name: scope.thing for scope in SCOPES}


def thing_of(access: str) -> Thing | None:
    """What a declared access is about; None where its words do not say, or where it is the machinery."""
    if found := re.fullmatch(r"signed link (.+)", access):
        return THING_OF_LINK[Purpose(found[1])]
    if found := re.fullmatch(r"scope (.+)", access):
        thing = THING_OF_SCOPE[found[1]]
        return None if thing is Thing.PLUMBING else thing
    if found := re.match(r"staff who may [a-z]+ ([a-z-]+)", access):
        return Thing(found[1])
    return None


def may_touch_a_record(service: str, access: str) -> bool:
    """What does not say what it is about might be about anything that its service holds."""
    thing = thing_of(access)
    return service not in HOLDS_NO_PEOPLE if thing is None else thing in RECORD


def touching(service: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    declared = access_by_route(routers_of(service, monkeypatch))
    return {
        route
        for route, accesses in declared.items()
        if any(may_touch_a_record(service, access) for access in accesses)
    }


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.asvs("V16.2.1")
async def test_every_route_that_may_touch_a_record_is_audited_or_named(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = touching(service, monkeypatch)

    assert found - DRIVEN.get(service, set()) == without_a_record(service)


def test_what_is_named_is_not_driven_and_has_a_reason() -> None:
    assert not [route for service, route in WITHOUT_A_RECORD if route in DRIVEN.get(service, set())]
    assert all(WITHOUT_A_RECORD.values())


@pytest.mark.parametrize("service", HOLDS_NO_PEOPLE)
def test_what_holds_no_people_has_no_column_for_one(service: str) -> None:
    migrations = ROOT / "services" / service / "storage/migrations"
    columns = "\n".join(file.read_text() for file in migrations.glob("*.sql"))

    assert columns
    assert not re.findall(r"(person|referral|leg|follow_up)_id", columns)


def test_what_an_access_is_about_is_read_from_its_words() -> None:
    assert may_touch_a_record("outcomes", "signed link measure")
    assert may_touch_a_record("capacity", "public")
    assert not may_touch_a_record("capacity", "signed link capacity-signal")
    assert not may_touch_a_record("outcomes", "scope summary:read")
