"""Somebody who is referred again for the same need is flagged, with what became of it; what knows them again goes with them."""

import re
from dataclasses import replace
from datetime import date

import httpx
import pytest

from services.referral.use_cases.answer_offer import decline_offer
from services.referral.use_cases.erase_person import erase_person
from services.referral.use_cases.refer_person import Referred
from shared.access.roles import Role
from shared.events import referral
from shared.postgres.pool import transaction
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held
from tests.component.referral.referral_world import AMINA, ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller

AGAIN, ELSEWHERE = "/referral/referred-again", "E09000025"


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


def staff(world: ReferralWorld, role: Role = Role.LINK_WORKER, area: str = AREA) -> dict[str, str]:
    return bearer(staff_caller(role, world.clock(), areas=(area,)), world.clock())


def told_of(referred: Referred, page: str) -> str:
    """The row of a referral, in words."""
    row = next((each for each in page.split("<tr")[1:] if referred.reference in each), ">")
    return " ".join(re.sub(r"<[^>]+>", " ", "<tr" + row).split())


async def test_it_is_told_how_often_before_and_what_became_of_it(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 1), languages=["so", "en"])
    first = await world.refer(person=AMINA)
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, request.request_id, "not-suitable", world.clock(), world.by)

    again = await world.refer(person=replace(AMINA, email=None, phone="+44 7700 900123", nhs_number=None))
    page = (await client.get(AGAIN, headers=staff(world))).text
    one = (await client.get(AGAIN, headers=staff(world) | {"hx-request": "true"})).text

    assert first.legs[0].leg_id != again.legs[0].leg_id
    assert re.search(r" 1 ", told_of(again, page))
    assert "We found nothing" in told_of(again, page)
    assert "A group said no: not right for them" in told_of(again, page)
    assert told_of(first, page) == ""
    assert "Amina" not in page
    assert "1 person" in one


async def test_another_need_another_person_and_another_area_are_no_repeat(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("full", 0), needs=["loneliness", "housing"], languages=["so", "en"])
    await world.refer(person=AMINA)
    for other in (
        await world.refer("housing", person=AMINA),
        await world.refer(person=replace(AMINA, nhs_number=None, date_of_birth=date(1980, 1, 1))),
        await world.refer(person=AMINA, area=ELSEWHERE),
    ):
        page = (await client.get(AGAIN, headers=staff(world))).text
        assert told_of(other, page) == ""


async def test_nobody_elsewhere_and_no_other_role_reads_it(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("full", 0), languages=["so", "en"])
    await world.refer(person=AMINA)
    again = await world.refer(person=AMINA)

    elsewhere = await client.get(AGAIN, headers=staff(world, Role.COORDINATOR, ELSEWHERE))
    commissioner = await client.get(AGAIN, headers=staff(world, Role.COMMISSIONER))

    assert again.reference not in elsewhere.text
    assert commissioner.status_code == 403


async def test_what_knows_them_again_is_a_keyed_hash_and_goes_with_them(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("full", 0), languages=["so", "en"])
    first = await world.refer(person=AMINA)
    again = await world.refer(person=AMINA)
    marks = await world.pool.fetch("SELECT DISTINCT mark FROM person_marks")
    async with transaction(world.pool, EVERYWHERE) as connection:
        await erase_person(connection, first.referral_id, world.clock(), world.vault, world.by)

    left = await world.pool.fetch("SELECT DISTINCT person_id FROM person_marks")
    page = (await client.get(AGAIN, headers=staff(world))).text
    said = " ".join([event.model_dump_json() for event in await world.outbox()])

    assert len(marks) == 3  # NHS number, email, phone: the same of both
    assert [each["person_id"] for each in left] == [again.legs[0].person_id]
    assert told_of(again, page) == ""
    assert all(each["mark"].hex() not in said for each in marks)
