"""A link lets one person do one thing, until a moment."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, Depends
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from pydantic import SecretStr

from shared.security.signed_links import (
    LONGEST_TOKEN,
    SALT,
    Holder,
    LinkExpired,
    LinkNotValid,
    Purpose,
    link_url,
    mint,
    read,
    read_link,
    signed_link,
)
from shared.service_defaults.redaction import redact_text
from tests.support.service_apps import LINK_KEY, app_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
A_TOKEN = mint(LINK_KEY, Purpose.OFFER, UUID(int=1), TOMORROW)


@given(st.uuids(), st.sampled_from(Purpose))
def test_minted_link_names_its_subject_again(subject: UUID, purpose: Purpose) -> None:
    assert read(LINK_KEY, purpose, mint(LINK_KEY, purpose, subject, TOMORROW), NOW) == subject


@given(st.uuids(), st.uuids(), st.sampled_from([None, "E09000025"]))
def test_an_organisations_link_says_whose_it_is(subject: UUID, organisation: UUID, area: str | None) -> None:
    token = mint(LINK_KEY, Purpose.OFFER, subject, TOMORROW, area, Holder(organisation))

    link = read_link(LINK_KEY, Purpose.OFFER, token, NOW)

    assert (link.subject, link.area, link.holder_id) == (subject, area, organisation)
    assert len(token) < LONGEST_TOKEN


def test_a_link_is_never_older_than_the_moment_from_which_its_holders_links_count() -> None:
    in_a_while = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=30)
    token = mint(LINK_KEY, Purpose.OFFER, uuid4(), TOMORROW, holder=Holder(uuid4(), in_a_while))

    assert read_link(LINK_KEY, Purpose.OFFER, token, NOW).issued_at == in_a_while


@pytest.mark.asvs("V9.2.2")
def test_link_of_one_purpose_is_worth_nothing_for_another() -> None:
    token = mint(LINK_KEY, Purpose.OFFER, uuid4(), TOMORROW)

    with pytest.raises(LinkNotValid):
        read(LINK_KEY, Purpose.MY_REFERRAL, token, NOW)


def test_link_signed_with_another_key_is_not_valid() -> None:
    token = mint(SecretStr("another key of some length"), Purpose.OFFER, uuid4(), TOMORROW)

    with pytest.raises(LinkNotValid):
        read(LINK_KEY, Purpose.OFFER, token, NOW)


@pytest.mark.asvs("V9.2.1")
def test_link_works_until_its_moment_and_not_at_it() -> None:
    token = mint(LINK_KEY, Purpose.OFFER, uuid4(), TOMORROW)

    read(LINK_KEY, Purpose.OFFER, token, TOMORROW - timedelta(seconds=1))
    with pytest.raises(LinkExpired):
        read(LINK_KEY, Purpose.OFFER, token, TOMORROW)


@given(st.text(max_size=400))
def test_anything_else_is_not_a_link(token: str) -> None:
    with pytest.raises(LinkNotValid):
        read(LINK_KEY, Purpose.OFFER, token, NOW)


@given(st.integers(0, len(A_TOKEN) - 1), st.sampled_from("abcXYZ019_-."))
@pytest.mark.asvs("V9.1.1")
def test_changed_link_is_not_valid(place: int, letter: str) -> None:
    changed = A_TOKEN[:place] + letter + A_TOKEN[place + 1 :]

    try:
        subject = read(LINK_KEY, Purpose.OFFER, changed, NOW)
    except LinkNotValid:
        return
    assert subject == UUID(int=1)  # the same letter, or bits of the last one that base64 leaves unused


def test_token_is_taken_out_of_logs_and_holds_no_more_than_an_id() -> None:
    token = mint(LINK_KEY, Purpose.OFFER, uuid4(), TOMORROW)

    assert redact_text(f"sent {token}") == "sent [link-token]"
    assert len(token) < 200


def test_link_leads_to_the_page_of_its_purpose() -> None:
    assert (
        link_url("http://kith.example/", Purpose.CAPACITY_SIGNAL, "t")
        == "http://kith.example/capacity/space/t"
    )


@pytest.mark.parametrize("moment", [2**62, 10**30, -(2**62), "soon", None])
def test_a_moment_that_is_none_is_a_broken_link(moment: object) -> None:
    signer = URLSafeSerializer(
        LINK_KEY.get_secret_value(),
        salt=SALT + Purpose.OFFER,
        signer_kwargs={"digest_method": hashlib.sha256},
    )

    with pytest.raises(LinkNotValid):
        read_link(LINK_KEY, Purpose.OFFER, signer.dumps([UUID(int=1).hex, moment]), NOW)


def test_link_sent_before_links_had_ids_still_works_and_has_an_id_that_stays() -> None:
    signer = URLSafeSerializer(
        LINK_KEY.get_secret_value(),
        salt=SALT + Purpose.OFFER,
        signer_kwargs={"digest_method": hashlib.sha256},
    )
    token = signer.dumps([UUID(int=1).hex, int(TOMORROW.timestamp())])

    first, again = (read_link(LINK_KEY, Purpose.OFFER, token, NOW) for _ in range(2))

    assert first == again
    assert first.subject == UUID(int=1)


async def test_page_opens_only_with_a_good_link() -> None:
    router = APIRouter()

    @router.get("/example/offer/{token}")
    async def offer(subject: Annotated[UUID, Depends(signed_link(Purpose.OFFER))]) -> str:
        return str(subject)

    app = app_of(router, clock=lambda: NOW)
    subject = uuid4()
    good, old = (
        mint(LINK_KEY, Purpose.OFFER, subject, until) for until in (TOMORROW, NOW - timedelta(days=1))
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://example") as client:
        answers = [await client.get(f"/example/offer/{token}") for token in (good, old, "nonsense")]
        page = await client.get(f"/example/offer/{old}", headers={"accept": "text/html"})

    assert [answer.status_code for answer in answers] == [200, 410, 404]
    assert answers[0].json() == str(subject)
    assert answers[1].json()["type"] == "/problems/link-expired"
    assert "This link is too old" in page.text


@pytest.mark.asvs("V6.3.1")
async def test_whoever_guesses_is_stopped_and_whoever_holds_a_link_elsewhere_is_not() -> None:
    router = APIRouter()

    @router.get("/example/offer/{token}")
    async def offer(subject: Annotated[UUID, Depends(signed_link(Purpose.OFFER))]) -> str:
        return str(subject)

    app = app_of(router, clock=lambda: NOW)
    guesser, holder = ({"x-forwarded-for": address} for address in ("203.0.113.7", "203.0.113.8"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://example") as client:
        guesses = [await client.get(f"/example/offer/guess{n}", headers=guesser) for n in range(32)]
        good = await client.get(f"/example/offer/{A_TOKEN}", headers=holder)
        metrics = (await client.get("/metrics")).text

    assert [each.status_code for each in guesses] == [404] * 30 + [429] * 2
    assert guesses[30].headers["retry-after"] == "60"
    assert good.status_code == 200
    assert 'kith_access_refused_total{reason="link-not-valid"} 30.0' in metrics
    assert 'kith_access_refused_total{reason="too-often"} 2.0' in metrics


@pytest.mark.asvs("V6.3.1")
async def test_whoever_holds_a_genuine_link_is_let_in_however_often_others_at_the_same_address_guess() -> (
    None
):
    router = APIRouter()

    @router.get("/example/offer/{token}")
    async def offer(subject: Annotated[UUID, Depends(signed_link(Purpose.OFFER))]) -> str:
        return str(subject)

    app = app_of(router, clock=lambda: NOW)
    shared = {"x-forwarded-for": "203.0.113.7"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://example") as client:
        guesses = [await client.get(f"/example/offer/guess{n}", headers=shared) for n in range(31)]
        good = await client.get(f"/example/offer/{A_TOKEN}", headers=shared)

    assert guesses[30].status_code == 429
    assert good.status_code == 200
