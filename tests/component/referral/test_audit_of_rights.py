"""Looking at all that is held, being forgotten, and being named to a provider stand in the audit trail."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.referral.domain.audit_act import Act, ActorKind, AuditPurpose, RecordKind
from services.referral.entrypoints import http_routes, seen_pages
from services.referral.storage.audit_keys import find_keys
from services.referral.use_cases.erase_person import erase_person
from services.referral.use_cases.read_audit import Search, search
from shared.access.vocabulary import Verb
from shared.events import referral
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, Purpose, mint
from tests.component.referral.golden_messages import AREA, held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import SYSTEM_ID


async def recorded(world: ReferralWorld) -> tuple[list[Act], int]:
    """What can be read, the newest first, and how many records cannot."""
    async with transaction(world.pool, EVERYWHERE) as connection:
        page = await search(connection, world.by.trail, Search(frozenset({AREA})))
    return [each.act for each in page.records if each.act], sum(each.act is None for each in page.records)


async def test_a_person_who_takes_along_what_is_held_is_recorded(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await world.refer()

    await client.get(world.my_link(referred.referral_id) + "/export.json")

    last = (await recorded(world))[0][0]
    assert (last.actor.kind, last.purpose, last.verb) == (
        ActorKind.PERSON, AuditPurpose.EXPORT, Verb.EXPORT,
    )  # fmt: skip
    assert last.person_id == last.object_id == referred.legs[0].person_id


async def test_of_a_person_who_was_forgotten_the_trail_says_no_more_than_that_somebody_was(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred, other = await world.refer(), await world.refer()
    person_id = referred.legs[0].person_id

    await client.post(world.my_link(referred.referral_id) + "/erase")

    acts, unreadable = await recorded(world)
    erased = acts[0]
    assert (erased.purpose, erased.verb, erased.object_kind) == (
        AuditPurpose.ERASURE, Verb.ERASE, RecordKind.PERSON,
    )  # fmt: skip
    assert (erased.person_id, erased.object_id, erased.actor.id) == (None, None, None)
    assert {act.person_id for act in acts[1:]} == {other.legs[0].person_id}
    assert unreadable > 0
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert not await find_keys(connection, [person_id])


def forgotten_meanwhile(
    world: ReferralWorld, referral_id: UUID, module: Any, reads: str, patch: pytest.MonkeyPatch
) -> None:
    """Behind this one of a request's reads the person is forgotten by another."""
    read = getattr(module, reads)

    async def and_then_forgotten(*given: Any) -> Any:
        found = await read(*given)
        async with transaction(world.pool, EVERYWHERE) as connection:
            assert await erase_person(connection, referral_id, world.clock(), world.vault, world.by)
        return found

    patch.setattr(module, reads, and_then_forgotten)


async def test_a_page_that_is_read_while_its_person_is_forgotten_makes_no_key_of_theirs(
    client: httpx.AsyncClient, world: ReferralWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    referred = await world.refer()
    forgotten_meanwhile(world, referred.referral_id, seen_pages, "find_places_of", monkeypatch)

    await client.get(world.my_link(referred.referral_id) + "/seen")

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert not await find_keys(connection, [referred.legs[0].person_id])
    looked = (await recorded(world))[0][0]
    assert (looked.actor.kind, looked.verb, looked.object_kind) == (
        ActorKind.PERSON, Verb.READ, RecordKind.AUDIT_TRAIL,
    )  # fmt: skip
    assert (looked.actor.id, looked.person_id, looked.referral_id, looked.trace_id) == (None,) * 4


async def test_who_read_a_record_while_its_person_was_forgotten_is_named_and_the_person_is_not(
    client: httpx.AsyncClient, world: ReferralWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    referred = await world.refer()
    forgotten_meanwhile(world, referred.referral_id, http_routes, "list_steps", monkeypatch)

    shown = await client.get(f"/referral/api/referrals/{referred.referral_id}")

    assert shown.status_code == 200
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert not await find_keys(connection, [referred.legs[0].person_id])
    read = (await recorded(world))[0][0]
    assert (read.actor.kind, read.actor.id, read.verb) == (ActorKind.SYSTEM, str(SYSTEM_ID), Verb.READ)
    assert (read.object_id, read.person_id, read.referral_id, read.trace_id) == (None,) * 4


async def test_a_provider_that_asks_who_has_a_place_and_is_told_is_recorded(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))

    def link(purpose: Purpose, subject: UUID) -> str:
        until = world.clock() + timedelta(days=1)
        return PATHS[purpose].format(token=mint(world.settings.link_signing_key, purpose, subject, until))

    await client.post(link(Purpose.OFFER, request.request_id), data={"answer": "accept"})
    await world.hear_answers(taken(request))

    await client.post(link(Purpose.PROGRESS, request.request_id) + "/contact")
    shown = await client.post(link(Purpose.PERSON_CONTACT, request.request_id))

    assert shown.status_code == 200
    told, asked = (await recorded(world))[0][:2]
    for act in (told, asked):
        assert (act.actor.kind, act.purpose) == (ActorKind.PROVIDER, AuditPurpose.CONTACT)
        assert act.actor.id == str(await world.pool.fetchval("SELECT organisation_id FROM legs"))
    assert (asked.verb, told.verb, told.object_kind) == (Verb.CHANGE, Verb.READ, RecordKind.PERSON)
