"""An organisation's links end: for what it has in hand new ones are asked for, whoever it is about and wherever."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.referral.storage.legs import list_legs_with
from services.referral.use_cases import end_organisation_links as ending
from services.referral.use_cases.answer_offer import accept_offer
from services.referral.use_cases.end_organisation_links import end_organisation_links
from services.referral.use_cases.erase_person import erase_person
from shared.events.directory import OrganisationLinksEndedV1
from shared.events.envelope import new_event
from shared.events.referral import (
    PersonErasedV1,
    PlaceRequestedV1,
    ReferralOfferedV1,
    ReferralOfferLinkAskedV1,
    ReferralProgressLinkAskedV1,
)
from shared.postgres.pool import transaction
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE


async def offered(world: ReferralWorld) -> PlaceRequestedV1:
    await world.refer()
    request = await world.last(PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request


async def end_links_of(world: ReferralWorld, organisation_id: UUID) -> None:
    ended = OrganisationLinksEndedV1(
        organisation_id=organisation_id, links_valid_from=utc_now() + timedelta(seconds=30)
    )
    async with transaction(world.pool) as connection:  # an event without an area reaches no rows by itself
        await end_organisation_links(connection, new_event(ended, area=None), world.by)


async def test_what_waits_for_an_answer_and_who_has_a_place_gets_a_new_link(world: ReferralWorld) -> None:
    await world.service(("open", 3))
    asked, placed = await offered(world), await offered(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, placed.request_id, world.clock(), world.by)
    await world.hear_answers(taken(placed))
    group = (await world.last(ReferralOfferedV1)).organisation_id
    recorded = await world.pool.fetchval("SELECT count(*) FROM audit_records")

    await end_links_of(world, group)

    [to_answer] = await world.heard_of(ReferralOfferLinkAskedV1)
    [to_tell] = await world.heard_of(ReferralProgressLinkAskedV1)
    assert (to_answer.request_id, to_answer.organisation_id) == (asked.request_id, group)
    assert (to_tell.leg_id, to_tell.organisation_id) == (placed.leg_id, group)
    assert await world.pool.fetchval("SELECT count(*) FROM audit_records") == recorded + 2


async def test_the_person_reads_that_a_link_was_sent_and_not_that_help_was_looked_for(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 3))
    asked = await offered(world)
    group = (await world.last(ReferralOfferedV1)).organisation_id

    await end_links_of(world, group)

    seen = await client.get(world.my_link(asked.referral_id) + "/seen", headers={"accept": "text/html"})
    assert seen.text.count("a new link") == 1


async def test_nothing_is_asked_for_what_another_has_in_hand(world: ReferralWorld) -> None:
    await world.service(("open", 3))
    await offered(world)

    await end_links_of(world, UUID(int=404))

    assert await world.heard_of(ReferralOfferLinkAskedV1) == []
    assert await world.heard_of(ReferralProgressLinkAskedV1) == []


async def forget(world: ReferralWorld, referral_id: UUID) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await erase_person(connection, referral_id, world.clock(), world.vault, world.by)


async def test_who_is_forgotten_while_links_end_is_forgotten_behind_the_new_link(
    world: ReferralWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their wish waits for the links, so nothing is said or recorded of them after it."""
    await world.service(("open", 3))
    asked = await offered(world)
    group = (await world.last(ReferralOfferedV1)).organisation_id
    forgetting: list[asyncio.Task[None]] = []

    async def and_then_they_ask(*given: Any) -> Any:
        found = await list_legs_with(*given)
        forgetting.append(asyncio.create_task(forget(world, asked.referral_id)))
        await eventually(waits_or_is_done)
        return found

    async def waits_or_is_done() -> bool:
        return forgetting[0].done() or await somebody_waits_for_a_lock(world.pool)

    monkeypatch.setattr(ending, "list_legs_with", and_then_they_ask)
    await end_links_of(world, group)
    await asyncio.gather(*forgetting)

    said = [type(each) for each in await world.outbox()]
    assert said.index(ReferralOfferLinkAskedV1) < said.index(PersonErasedV1)
    assert await world.pool.fetchval("SELECT count(*) FROM audit_keys") == 1  # of the area


async def test_no_link_is_sent_about_who_was_forgotten_in_the_same_moment(world: ReferralWorld) -> None:
    await world.service(("open", 3))
    asked = await offered(world)
    group = (await world.last(ReferralOfferedV1)).organisation_id

    async def waits_or_is_done() -> bool:
        return ended.done() or await somebody_waits_for_a_lock(world.pool)

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await erase_person(connection, asked.referral_id, world.clock(), world.vault, world.by)
        ended = asyncio.create_task(end_links_of(world, group))
        await eventually(waits_or_is_done)
    await ended

    assert await world.heard_of(ReferralOfferLinkAskedV1) == []
    assert await world.pool.fetchval("SELECT count(*) FROM audit_keys") == 1  # of the area
