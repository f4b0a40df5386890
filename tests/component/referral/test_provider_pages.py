"""The provider's links: a GET changes nothing, an answer counts once, a used link says what was done."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from services.referral.settings import ReferralSettings
from services.referral.use_cases.lapse_offers import lapse_due_offers
from shared.events import referral
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, Purpose, mint
from tests.component.referral.golden_messages import held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

AS_BROWSER = {"accept": "text/html"}


def link(settings: ReferralSettings, world: ReferralWorld, purpose: Purpose, subject: UUID) -> str:
    token = mint(settings.link_signing_key, purpose, subject, world.clock() + timedelta(days=30))
    return PATHS[purpose].format(token=token)


@pytest.fixture
async def request_said(world: ReferralWorld) -> referral.PlaceRequestedV1:
    """A place is asked for and held: the provider has an offer."""
    await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request


@pytest.fixture
def offer(settings: ReferralSettings, world: ReferralWorld, request_said: referral.PlaceRequestedV1) -> str:
    return link(settings, world, Purpose.OFFER, request_said.request_id)


@pytest.mark.asvs("V3.5.3", "V8.2.3")
async def test_looking_at_an_offer_changes_nothing_and_names_nobody(
    client: httpx.AsyncClient, world: ReferralWorld, offer: str
) -> None:
    before = await world.outbox()

    page = await client.get(offer)

    assert page.status_code == 200
    assert "Feeling lonely" in page.text
    assert "75 or over" in page.text
    assert "Amina" not in page.text
    assert await world.outbox() == before


async def test_an_acceptance_is_confirmed_to_capacity_and_told_after_the_place_is_taken(
    client: httpx.AsyncClient, world: ReferralWorld, offer: str, request_said: referral.PlaceRequestedV1
) -> None:
    answered = await client.post(offer, data={"answer": "accept"})
    shown = await client.get(answered.headers["location"])

    assert answered.status_code == 303
    assert "You said yes" in shown.text
    assert "Monday 23 November 2026 at 7" in shown.text
    assert (await world.last(referral.PlaceConfirmedV1)).request_id == request_said.request_id
    assert not await world.heard_of(referral.ReferralAcceptedV1)
    await world.hear_answers(taken(request_said))
    assert (await world.last(referral.ReferralAcceptedV1)).request_id == request_said.request_id


async def test_tapping_twice_accepts_once(
    client: httpx.AsyncClient, world: ReferralWorld, offer: str
) -> None:
    await client.post(offer, data={"answer": "accept"})
    again = await client.post(offer, data={"answer": "accept"})

    assert again.status_code == 200
    assert "You said yes" in again.text
    assert len(await world.heard_of(referral.PlaceConfirmedV1)) == 1


async def test_a_no_needs_a_reason_and_keeps_it(
    client: httpx.AsyncClient, world: ReferralWorld, offer: str
) -> None:
    without = await client.post(offer, data={"answer": "decline"})
    answered = await client.post(offer, data={"answer": "decline", "reason": "wrong-area"})
    shown = await client.get(offer)

    assert without.status_code == 422
    assert "Choose why you cannot help" in without.text
    assert answered.status_code == 303
    assert "We do not cover this area" in shown.text
    assert (await world.last(referral.ReferralDeclinedV1)).reason == "wrong-area"


@pytest.mark.parametrize("answer", ["", "perhaps", "accept" * 20])
async def test_an_answer_that_is_neither_yes_nor_no_is_asked_for_again_in_plain_words(
    client: httpx.AsyncClient, offer: str, answer: str
) -> None:
    page = await client.post(offer, data={"answer": answer}, headers=AS_BROWSER)

    assert page.status_code == 422
    assert "Choose yes or no, so that we know if you can help" in page.text
    assert "must have" not in page.text


async def test_what_is_said_to_providers_is_yes_no_and_cannot_help(
    client: httpx.AsyncClient, offer: str
) -> None:
    pages = [(await client.get(offer)).text, (await client.post(offer, data={"answer": "decline"})).text]
    await client.post(offer, data={"answer": "decline", "reason": "other"})
    pages.append((await client.get(offer)).text)

    for page in pages:
        words = re.sub(r"<[^>]*>", " ", page)
        assert not re.search(r"(?i)declin|cannot accept|reject", words)
    assert "cannot help" in pages[0]
    assert "You said no on" in pages[2]


async def test_a_step_that_cannot_be_read_says_what_to_do(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    offer: str,
    request_said: referral.PlaceRequestedV1,
) -> None:
    await client.post(offer, data={"answer": "accept"})
    await world.hear_answers(taken(request_said))
    progress = link(settings, world, Purpose.PROGRESS, request_said.request_id)

    page = await client.post(progress, data={"step": "flown" * 20}, headers=AS_BROWSER)

    assert page.status_code == 422
    assert "Use the button on this page to tell us again" in page.text


async def test_a_yes_after_the_lapse_is_told_that_it_came_too_late(
    client: httpx.AsyncClient, world: ReferralWorld, offer: str
) -> None:
    world.clock.pass_time(timedelta(hours=73))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await lapse_due_offers(connection, world.clock(), world.by)

    answered = await client.post(offer, data={"answer": "accept"})

    assert answered.status_code == 409
    assert "came too late" in answered.text
    assert not await world.heard_of(referral.PlaceConfirmedV1)


async def test_a_provider_says_started_and_finished(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    offer: str,
    request_said: referral.PlaceRequestedV1,
) -> None:
    await client.post(offer, data={"answer": "accept"})
    await world.hear_answers(taken(request_said))
    progress = link(settings, world, Purpose.PROGRESS, request_said.request_id)

    too_soon = await client.post(progress, data={"step": "finished"})
    started = await client.post(progress, data={"step": "started"})
    finished = await client.post(progress, data={"step": "finished"})

    assert [each.status_code for each in (too_soon, started, finished)] == [409, 303, 303]
    assert "They have finished" in (await client.get(progress)).text
    assert await world.heard_of(referral.ReferralCompletedV1)
    assert (await world.last(referral.PlaceEndedV1)).request_id == request_said.request_id


async def test_a_provider_says_once_a_day_that_they_did_not_come(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    offer: str,
    request_said: referral.PlaceRequestedV1,
) -> None:
    progress = link(settings, world, Purpose.PROGRESS, request_said.request_id)
    too_soon = await client.post(progress, data={"step": "missed"})
    await client.post(offer, data={"answer": "accept"})
    await world.hear_answers(taken(request_said))
    before = await world.leg(request_said.leg_id)

    first = await client.post(progress, data={"step": "missed"})
    again = await client.post(progress, data={"step": "missed"})
    world.clock.pass_time(timedelta(days=1))
    next_day = await client.post(progress, data={"step": "missed"})

    assert [each.status_code for each in (too_soon, first, again, next_day)] == [409, 303, 200, 303]
    told = await world.heard_of(referral.ReferralNotAttendedV1)
    assert [each.request_id for each in told] == [request_said.request_id] * 2
    after = await world.leg(request_said.leg_id)
    assert (after.state, after.due_at) == (before.state, before.due_at)
    assert not await world.heard_of(referral.PlaceEndedV1)
    assert (
        "You told us on Tuesday 24 November 2026 that they did not come." in (await client.get(progress)).text
    )


async def test_a_link_of_another_purpose_opens_nothing(
    client: httpx.AsyncClient,
    settings: ReferralSettings,
    world: ReferralWorld,
    request_said: referral.PlaceRequestedV1,
) -> None:
    wrong = link(settings, world, Purpose.PROGRESS, request_said.request_id)

    page = await client.get(wrong.replace("/progress/", "/offer/"))

    assert page.status_code == 404
