"""What a provider was sent for one place opens nothing of the next, to whichever provider the person has gone on."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.use_cases.answer_offer import accept_offer
from services.referral.use_cases.ask_for_contact import MOST_A_DAY, ask_for_contact, show_contact
from shared.events import referral
from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import new_event
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, Holder, Purpose, mint
from tests.component.referral.golden_messages import AREA, held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

CLOSING, FORMER, NEXT = uuid4(), uuid4(), uuid4()
AS_BROWSER = {"accept": "text/html"}


def link(world: ReferralWorld, purpose: Purpose, subject: UUID, organisation_id: UUID = FORMER) -> str:
    until = world.clock() + timedelta(minutes=30)
    token = mint(world.settings.link_signing_key, purpose, subject, until, AREA, Holder(organisation_id))
    return PATHS[purpose].format(token=token)


async def place(world: ReferralWorld) -> referral.PlaceRequestedV1:
    """What was asked for last is held, offered, accepted and taken."""
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await accept_offer(connection, request.request_id, world.clock(), world.by)
    await world.hear_answers(taken(request))
    return request


@pytest.fixture
async def before(world: ReferralWorld) -> referral.PlaceRequestedV1:
    """The place that they had with the first provider, which has closed since: they have one with the next."""
    await world.service(("open", 1), service_id=CLOSING, organisation_id=FORMER)
    await world.refer()
    had = await place(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        for _ in range(MOST_A_DAY):
            await ask_for_contact(connection, had.leg_id, world.clock(), world.by)
        await show_contact(connection, world.vault, had.leg_id, world.clock(), world.by)
    await world.service(("open", 1), organisation_id=NEXT)
    closed = ServiceWithdrawnV1(service_id=CLOSING, version=2, closed=True)
    await world.hear_services(new_event(closed, area=AREA))
    await place(world)
    return had


@pytest.fixture
async def now(world: ReferralWorld, before: referral.PlaceRequestedV1) -> referral.PlaceRequestedV1:
    return await world.last(referral.PlaceRequestedV1, leg_id=before.leg_id)


def refused_kindly(page: httpx.Response) -> bool:
    return page.status_code == 410 and all(
        words in page.text
        for words in (
            "This person does not have a place with your group now",
            "You do not need to do anything",
        )
    )


@pytest.mark.parametrize("step", ["started", "finished"])
async def test_the_link_to_say_how_it_goes_says_nothing_of_the_next_place(
    client: httpx.AsyncClient, world: ReferralWorld, before: referral.PlaceRequestedV1, step: str
) -> None:
    progress = link(world, Purpose.PROGRESS, before.request_id)

    looked = await client.get(progress, headers=AS_BROWSER)
    said = await client.post(progress, data={"step": step}, headers=AS_BROWSER)

    assert refused_kindly(looked)
    assert refused_kindly(said)
    assert (await world.leg(before.leg_id)).state == "accepted"


async def test_they_cannot_ask_who_the_person_is(
    client: httpx.AsyncClient, world: ReferralWorld, before: referral.PlaceRequestedV1
) -> None:
    asked = await client.post(
        link(world, Purpose.PROGRESS, before.request_id) + "/contact",
        data={"contact": "send"},
        headers=AS_BROWSER,
    )

    assert refused_kindly(asked)
    assert len(await world.heard_of(referral.ReferralContactAskedV1)) == MOST_A_DAY


async def test_what_they_had_asked_for_shows_nobody_now(
    client: httpx.AsyncClient, world: ReferralWorld, before: referral.PlaceRequestedV1
) -> None:
    contact = link(world, Purpose.PERSON_CONTACT, before.request_id)

    looked = await client.get(contact, headers=AS_BROWSER)
    shown = await client.post(contact, headers=AS_BROWSER)

    assert refused_kindly(looked)
    assert refused_kindly(shown)
    assert "amina@example.org" not in shown.text


@pytest.mark.parametrize("answer", [{"answer": "accept"}, {"answer": "decline", "reason": "other"}])
async def test_their_offer_says_what_became_of_it_and_takes_no_answer(
    client: httpx.AsyncClient, world: ReferralWorld, before: referral.PlaceRequestedV1, answer: dict[str, str]
) -> None:
    offer = link(world, Purpose.OFFER, before.request_id)

    page = await client.get(offer)
    late = await client.post(offer, data=answer)

    assert "so we asked someone else to help. You do not need to do anything." in page.text
    assert late.status_code == 409
    assert (await world.leg(before.leg_id)).state == "accepted"


async def test_the_link_of_the_next_provider_works(
    client: httpx.AsyncClient, world: ReferralWorld, now: referral.PlaceRequestedV1
) -> None:
    said = await client.post(link(world, Purpose.PROGRESS, now.request_id, NEXT), data={"step": "started"})

    assert said.status_code == 303
    assert (await world.leg(now.leg_id)).state == "started"


async def test_a_link_of_the_release_before_works_for_whoever_has_the_place_now(
    client: httpx.AsyncClient, world: ReferralWorld, now: referral.PlaceRequestedV1
) -> None:
    """It named the leg."""
    former, current = (link(world, Purpose.PROGRESS, now.leg_id, each) for each in (FORMER, NEXT))

    refused = await client.get(former, headers=AS_BROWSER)
    works = await client.get(current, headers=AS_BROWSER)

    assert refused_kindly(refused)
    assert works.status_code == 200


async def test_new_links_are_sent_about_the_place_that_there_is(
    client: httpx.AsyncClient, world: ReferralWorld, now: referral.PlaceRequestedV1
) -> None:
    await client.post(
        link(world, Purpose.PROGRESS, now.request_id, NEXT) + "/contact", data={"contact": "send"}
    )

    asked = await world.last(referral.ReferralContactAskedV1)
    assert (asked.request_id, asked.organisation_id) == (now.request_id, NEXT)


async def test_what_the_former_provider_asked_and_saw_is_said_of_its_place_alone(
    client: httpx.AsyncClient, world: ReferralWorld, now: referral.PlaceRequestedV1
) -> None:
    theirs = await client.get(link(world, Purpose.PROGRESS, now.request_id, NEXT))
    mine = await client.get(world.my_link(now.referral_id))

    assert "You asked on" not in theirs.text
    assert "They know your name" not in mine.text
