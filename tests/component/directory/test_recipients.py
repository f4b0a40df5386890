"""The internal contract: where messages to an organisation go, for our own services only."""

import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import SecretStr

from services.directory.entrypoints.feeds.load_command import load
from services.directory.settings import DirectorySettings
from shared.security.signed_links import LinkExpired, Purpose, read
from shared.service_defaults.clock import utc_now
from tests.component.directory.conftest import INTERNAL_KEY
from tests.component.directory.test_load import feed_file
from tests.unit.directory.records import ORGANISATION_ID, POOL_ID, SERVICE_ID, a_record

OURS = {"authorization": f"Bearer {INTERNAL_KEY}"}
SOMEBODY = "00000000-0000-4000-8000-000000000000"


def wanted(recipient_id: object = ORGANISATION_ID, **link: object) -> dict[str, object]:
    recipient = {"kind": "organisation", "id": str(recipient_id)}
    return {"recipient": recipient, "link": {name: str(value) for name, value in link.items()} or None}


@pytest.fixture(autouse=True)
async def a_service_is_loaded(settings: DirectorySettings, tmp_path: Path) -> None:
    await load(feed_file(tmp_path, a_record()), settings)


async def test_the_private_address_is_told_to_our_own_services(client: httpx.AsyncClient) -> None:
    response = await client.post("/internal/recipients", json=wanted(), headers=OURS)

    assert response.json() == {
        "channel": "email",
        "address": "private@walkers.example.org",
        "name": "Walkers",
        "language": "en",
        "link": None,
        "reference": None,
        "subject": None,
        "text": None,
    }


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer guess"}, {"authorization": INTERNAL_KEY}])
async def test_nobody_else_is_told(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    response = await client.post("/internal/recipients", json=wanted(), headers=headers)

    assert response.status_code == 401
    assert "walkers" not in response.text


@pytest.mark.parametrize("subject", [POOL_ID, SERVICE_ID])
async def test_a_link_about_space_opens_what_the_organisation_runs(
    client: httpx.AsyncClient, settings: DirectorySettings, subject: object
) -> None:
    body = wanted(purpose="capacity-signal", subject=subject)

    link = (await client.post("/internal/recipients", json=body, headers=OURS)).json()["link"]

    assert link.startswith("http://localhost:8080/capacity/space/")
    token = urlsplit(link).path.rpartition("/")[2]
    key: SecretStr = settings.link_signing_key
    assert read(key, Purpose.CAPACITY_SIGNAL, token, utc_now()) == subject
    assert "walkers" not in link


async def test_a_link_to_who_somebody_is_works_for_half_an_hour(
    client: httpx.AsyncClient, settings: DirectorySettings
) -> None:
    body = wanted(purpose="person-contact", subject=SOMEBODY)

    link = (await client.post("/internal/recipients", json=body, headers=OURS)).json()["link"]

    token = urlsplit(link).path.removeprefix("/referral/contact/")
    read(settings.link_signing_key, Purpose.PERSON_CONTACT, token, utc_now() + timedelta(minutes=29))
    with pytest.raises(LinkExpired):
        read(settings.link_signing_key, Purpose.PERSON_CONTACT, token, utc_now() + timedelta(minutes=30))


async def test_no_link_is_made_about_somebody_elses_space(client: httpx.AsyncClient) -> None:
    body = wanted(purpose="capacity-signal", subject=SOMEBODY)

    response = await client.post("/internal/recipients", json=body, headers=OURS)

    assert response.status_code == 404


@pytest.mark.parametrize("purpose", ["my-referral", "measure"])
async def test_no_link_of_a_person_is_made_for_an_organisation(
    client: httpx.AsyncClient, purpose: str
) -> None:
    body = wanted(purpose=purpose, subject=SOMEBODY)

    assert (await client.post("/internal/recipients", json=body, headers=OURS)).status_code == 404


async def test_an_unknown_organisation_and_other_kinds_are_not_known_here(client: httpx.AsyncClient) -> None:
    person = {"recipient": {"kind": "person", "id": SOMEBODY}}
    for body in (wanted(SOMEBODY), person):
        response = await client.post("/internal/recipients", json=body, headers=OURS)
        assert response.status_code == 404
        assert response.json()["type"] == "/problems/recipient-not-known"


async def test_an_organisation_without_any_address_is_said_to_be_out_of_reach(
    client: httpx.AsyncClient, settings: DirectorySettings, tmp_path: Path
) -> None:
    silent = {"id": str(ORGANISATION_ID), "name": "Walkers", "description": "People who walk."}
    await load(feed_file(tmp_path, a_record(organization=silent, contacts=None)), settings)

    response = await client.post("/internal/recipients", json=wanted(), headers=OURS)

    assert response.status_code == 409


async def test_an_unreadable_request_never_comes_back_with_its_values(client: httpx.AsyncClient) -> None:
    body = {"recipient": {"kind": "organisation", "id": "jane.doe@example.org"}}

    response = await client.post("/internal/recipients", content=json.dumps(body), headers=OURS)

    assert response.status_code == 422
    assert "jane" not in response.text
