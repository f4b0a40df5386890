"""A provider reads why it is asked: what it and the person have in common, and no more of them than it sees anyway."""

import re
from datetime import timedelta

import httpx

from services.referral.storage.routing_modes import keep_mode
from shared.events import referral
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, Purpose, mint
from tests.component.referral.golden_messages import AREA, held
from tests.component.referral.referral_world import AMINA, ReferralWorld
from tests.support.reaching import EVERYWHERE


def offer_of(world: ReferralWorld, request: referral.PlaceRequestedV1) -> str:
    until = world.clock() + timedelta(days=1)
    token = mint(world.settings.link_signing_key, Purpose.OFFER, request.request_id, until, AREA)
    return PATHS[Purpose.OFFER].format(token=token)


def reasons(page: str) -> list[str]:
    section = page.partition("Why we ask you")[2].partition("</ul>")[0]
    return [
        re.sub(r"<[^>]+>", "", each).strip() for each in re.findall(r"<li>(.*?)</li>", section, re.DOTALL)
    ]


async def test_the_reasons_are_those_of_the_decision(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    await world.service(
        ("open", 1), languages=["so", "en"], access=["step-free", "bsl"], suits=["older-people", "carers"],
        latitude=51.5130, longitude=-0.3089,
    )  # fmt: skip
    await world.refer(
        person=AMINA,
        groups=frozenset({"older-people", "disabled-people"}),
        access=frozenset({"step-free"}),
    )
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    # What the service says of itself now is not why it was asked then.
    await world.pool.execute("UPDATE copied_services SET suits = '{}', languages = '{}'")

    page = await client.get(offer_of(world, request))

    assert reasons(page.text) == [
        "Helps with: Feeling lonely",
        "For: Older people",
        "Speaks Somali",
        "Step-free",
        "Within 2 miles of the middle of Ealing",
    ]
    assert "The person chose your group" not in page.text
    assert "Amina" not in page.text


async def test_that_the_person_chose_is_a_reason(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_mode(connection, AREA, proposes=True, choose_hours=72)
    await world.service(("open", 1))
    referred = await world.refer()
    said = {
        "leg_id": str(referred.legs[0].leg_id),
        "service_id": str(await world.pool.fetchval("SELECT service_id FROM copied_services")),
    }
    await client.post(f"{world.my_link(referred.referral_id)}/choose", data=said)
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))

    page = await client.get(offer_of(world, request))

    assert reasons(page.text)[0] == "The person chose your group"


async def test_a_decision_that_kept_no_reasons_tells_none(
    client: httpx.AsyncClient, world: ReferralWorld, offered: referral.PlaceRequestedV1
) -> None:
    await world.pool.execute("UPDATE routing_decisions SET decision = decision - 'fits'")

    page = await client.get(offer_of(world, offered))

    assert page.status_code == 200
    assert "Why we ask you" not in page.text
