"""Those who refer see on their home page who has no help and who got a place: of their own organisation, by reference."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.domain.leg import DID_NOT_ATTEND
from services.referral.storage.legs import list_legs
from services.referral.use_cases.answer_offer import accept_offer, record_absence, record_start
from services.referral.use_cases.lapse_offers import lapse_due_offers
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.access.roles import Role
from shared.events import referral
from shared.postgres.pool import transaction
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller, system_bearer

WITHOUT_HELP, PLACED = "/referral/referred/without-help", "/referral/referred/placed"
OURS = UUID(int=81)


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


def referrer(world: ReferralWorld, *, only_sum: bool = False, organisation: UUID = OURS) -> dict[str, str]:
    caller = staff_caller(Role.REFERRER, world.clock(), organisations=(organisation,))
    return bearer(caller, world.clock()) | ({"hx-request": "true"} if only_sum else {})


async def offered(world: ReferralWorld, organisation: UUID = OURS) -> referral.PlaceRequestedV1:
    await world.service(("open", 1))
    await world.refer("loneliness", referring_organisation_id=organisation)
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request


async def placed(world: ReferralWorld, organisation: UUID = OURS) -> UUID:
    """Somebody who has a place."""
    request = await offered(world, organisation)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await accept_offer(connection, request.request_id, world.clock(), world.by)
    await world.hear_answers(taken(request))
    return request.referral_id


async def reference_of(world: ReferralWorld, referral_id: UUID) -> str:
    return str(
        await world.pool.fetchval("SELECT reference FROM referrals WHERE referral_id = $1", referral_id)
    )


async def test_whoever_referred_sees_who_has_no_help_and_why(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("full", 0))
    stopped = await world.refer("loneliness", referring_organisation_id=OURS)
    await world.refer("housing", "bereavement", referring_organisation_id=OURS)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await withdraw_need(
            connection, referral_id=stopped.referral_id, leg_id=stopped.legs[0].leg_id,
            now=world.clock(), by=world.by,
        )  # fmt: skip
    silent = await offered(world)
    world.clock.pass_time(world.answer_time)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await lapse_due_offers(connection, world.clock(), world.by)
    await world.refer("housing", referring_organisation_id=uuid4())
    await world.refer("housing")

    total = (await client.get(WITHOUT_HELP, headers=referrer(world, only_sum=True))).text
    page = (await client.get(WITHOUT_HELP, headers=referrer(world))).text

    assert "3 people" in total
    assert "<html" not in total
    assert page.count("We found nothing that suits them") == 2
    assert page.count("A group did not answer in time. We are still looking") == 1
    assert page.count("They told us that they no longer want this") == 1
    assert await reference_of(world, stopped.referral_id) in page
    assert await reference_of(world, silent.referral_id) in page
    assert "Amina" not in page


async def test_somebody_whom_a_group_did_not_answer_is_shown_while_we_look(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await offered(world)
    await world.service(("full", 0))
    world.clock.pass_time(world.answer_time)
    before = (await client.get(WITHOUT_HELP, headers=referrer(world, only_sum=True))).text
    async with transaction(world.pool, EVERYWHERE) as connection:
        await lapse_due_offers(connection, world.clock(), world.by)

    page = (await client.get(WITHOUT_HELP, headers=referrer(world))).text

    assert before.strip() == "Nobody"
    assert "A group did not answer in time. We are still looking" in page


async def test_a_place_is_shown_for_a_week(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    referral_id = await placed(world)
    reference = await reference_of(world, referral_id)
    await placed(world, uuid4())

    total = (await client.get(PLACED, headers=referrer(world, only_sum=True))).text
    page = (await client.get(PLACED, headers=referrer(world))).text
    theirs = (await client.get(PLACED, headers=referrer(world, organisation=uuid4()))).text
    world.clock.pass_time(timedelta(days=6))
    async with transaction(world.pool, EVERYWHERE) as connection:
        for leg in await list_legs(connection, referral_id):
            assert await record_start(connection, leg.leg_id, world.clock(), world.by)
    world.clock.pass_time(timedelta(days=2))
    later = (await client.get(PLACED, headers=referrer(world))).text

    assert "1 person" in total
    assert reference in page
    assert reference not in theirs + later
    assert "Nobody got a place in the last 7 days" in later


async def test_that_somebody_did_not_come_is_no_new_place(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await placed(world)
    world.clock.pass_time(timedelta(days=8))
    async with transaction(world.pool, EVERYWHERE) as connection:
        for leg in await list_legs(connection, referral_id):
            assert await record_absence(connection, leg.leg_id, world.clock(), world.by)

    page = (await client.get(PLACED, headers=referrer(world))).text

    assert "Nobody got a place in the last 7 days" in page


async def test_no_organisation_reads_in_a_history_that_somebody_did_not_come(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await placed(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        for leg in await list_legs(connection, referral_id):
            assert await record_absence(connection, leg.leg_id, world.clock(), world.by)

    async def reasons(**who: Any) -> set[str]:
        answer = await client.get(
            f"/referral/api/referrals/{referral_id}", headers=system_bearer("referrals:read", **who)
        )
        [leg] = answer.json()["legs"]
        return {step["reason"] for step in leg["history"]}

    assert DID_NOT_ATTEND in await reasons(areas=(AREA,))
    assert DID_NOT_ATTEND not in await reasons(areas=(), organisation=OURS)


@pytest.mark.parametrize("path", [WITHOUT_HELP, PLACED])
async def test_a_role_in_areas_shows_nobody_here(
    client: httpx.AsyncClient, world: ReferralWorld, path: str
) -> None:
    await placed(world)
    await world.refer("housing", referring_organisation_id=OURS)
    link_worker = bearer(staff_caller(Role.LINK_WORKER, world.clock(), areas=(AREA,)), world.clock())
    volunteer = bearer(staff_caller(Role.VOLUNTEER, world.clock(), organisations=(OURS,)), world.clock())

    assert "Reference" not in (await client.get(path, headers=link_worker)).text
    assert (await client.get(path, headers=volunteer)).status_code == 403


async def test_a_list_is_recorded_for_each_person_and_a_sum_is_not(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await placed(world)
    acts = "SELECT count(*) FROM audit_records"
    before = await world.pool.fetchval(acts)

    await client.get(PLACED, headers=referrer(world, only_sum=True))
    after_sum = await world.pool.fetchval(acts)
    await client.get(PLACED, headers=referrer(world))
    after_list = await world.pool.fetchval(acts)
    seen = (await client.get(world.my_link(referral_id) + "/seen")).text

    assert (after_sum - before, after_list - after_sum) == (0, 1)
    assert "Somebody who works for your area, or who referred you" in seen
    assert "looked at how things are going" in seen
