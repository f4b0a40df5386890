"""The internal contract: where a message goes, and whose link is minted."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.settings import ReferralSettings
from services.referral.storage.people import PersonDetails, SafeContact
from services.referral.storage.referrals import ReferrerDetails
from tests.component.referral.golden_messages import AREA
from tests.component.referral.referral_world import ReferralWorld

INTERNAL = {"authorization": "Bearer internal-key-for-tests"}


def asked(kind: str, who: UUID, subject: UUID | None = None) -> dict[str, Any]:
    link = {"purpose": "my-referral", "subject": str(subject)} if subject else None
    return {"recipient": {"kind": kind, "id": str(who)}, "area": AREA, "link": link}


@pytest.fixture
async def person_and_referral(world: ReferralWorld) -> tuple[UUID, UUID]:
    surgery = ReferrerDetails("F84001", "The Surgery", "surgery@example.nhs.uk")
    referred = await world.refer(referrer=surgery)
    return referred.legs[0].person_id, referred.referral_id


async def test_a_person_is_found_with_a_link_that_works(
    client: httpx.AsyncClient, settings: ReferralSettings, person_and_referral: tuple[UUID, UUID]
) -> None:
    person, referral_id = person_and_referral

    answer = await client.post(
        "/internal/recipients", json=asked("person", person, referral_id), headers=INTERNAL
    )

    assert (answer.json()["address"], answer.json()["name"]) == ("amina@example.org", "Amina")
    page = await client.get(answer.json()["link"].removeprefix(settings.public_url))
    assert "Your referral" in page.text


async def test_the_referrer_is_found(
    client: httpx.AsyncClient, world: ReferralWorld, person_and_referral: tuple[UUID, UUID]
) -> None:
    referrer = await world.pool.fetchval("SELECT referrer_id FROM referrals")

    answer = await client.post("/internal/recipients", json=asked("referrer", referrer), headers=INTERNAL)

    assert answer.json()["address"] == "surgery@example.nhs.uk"


async def test_no_link_to_the_referral_of_another_is_minted(
    client: httpx.AsyncClient, world: ReferralWorld, person_and_referral: tuple[UUID, UUID]
) -> None:
    other = await world.refer()

    answer = await client.post(
        "/internal/recipients",
        json=asked("person", person_and_referral[0], other.referral_id),
        headers=INTERNAL,
    )

    assert answer.status_code == 404


async def test_somebody_unknown_and_somebody_without_an_address_are_told_apart(
    client: httpx.AsyncClient, world: ReferralWorld, person_and_referral: tuple[UUID, UUID]
) -> None:
    by_phone = PersonDetails("Noor", "Example", date(1950, 5, 17), phone="020 7946 0000")
    nowhere = await world.refer(person=by_phone)
    not_by_email = replace(by_phone, email="n@example.org", safe_contact=SafeContact(("email",)))
    not_safe = await world.refer(person=not_by_email)

    unknown = await client.post("/internal/recipients", json=asked("person", uuid4()), headers=INTERNAL)
    silent = [
        await client.post(
            "/internal/recipients", json=asked("person", referred.legs[0].person_id), headers=INTERNAL
        )
        for referred in (nowhere, not_safe)
    ]

    assert (unknown.status_code, *(each.status_code for each in silent)) == (404, 409, 409)


async def test_a_client_key_is_no_internal_key(
    client: httpx.AsyncClient, person_and_referral: tuple[UUID, UUID]
) -> None:
    answer = await client.post("/internal/recipients", json=asked("person", person_and_referral[0]))

    assert answer.status_code == 401


async def test_a_person_of_another_area_is_not_known_there(
    client: httpx.AsyncClient, person_and_referral: tuple[UUID, UUID]
) -> None:
    there = asked("person", *person_and_referral) | {"area": "E09000001"}

    assert (await client.post("/internal/recipients", json=there, headers=INTERNAL)).status_code == 404


@pytest.mark.asvs("V8.2.3")
async def test_a_referrer_is_told_the_reference_of_their_own_referral_only(
    client: httpx.AsyncClient, world: ReferralWorld, person_and_referral: tuple[UUID, UUID]
) -> None:
    row = await world.pool.fetchrow("SELECT referrer_id, reference FROM referrals")
    assert row is not None
    referrer, reference = row
    other = await world.refer()
    bodies = [
        asked("referrer", referrer) | {"about": str(about)}
        for about in (person_and_referral[1], other.referral_id, uuid4())
    ]

    answers = [await client.post("/internal/recipients", json=body, headers=INTERNAL) for body in bodies]

    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert answers[0].json()["reference"] == reference
    assert answers[0].json()["link"] is None
