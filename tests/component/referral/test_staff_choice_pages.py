"""Staff choose with somebody: those of their area, and of the organisation that referred them, and nobody else."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.storage.routing_modes import keep_mode
from services.referral.use_cases.refer_person import Referred
from shared.access.roles import Role
from shared.events.capacity import SignalChangedV1
from shared.postgres.pool import transaction
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, golden, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller

TO_CHOOSE = "/referral/to-choose"
ELSEWHERE = "E09000025"


@pytest.fixture
async def world(world: ReferralWorld) -> ReferralWorld:
    """Four groups with space, of which one says that it has a wait, in a borough whose people choose."""
    world.clock.now = utc_now()  # tokens are of today
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_mode(connection, AREA, proposes=True, choose_hours=72)
    for name, suits in (("Walks", ["women"]), ("Singing", []), ("Cooking", []), ("Chess", [])):
        await world.service(("open", 5), name=name, suits=suits)
    return world


def staff(world: ReferralWorld, role: Role, area: str = AREA) -> dict[str, str]:
    return bearer(staff_caller(role, world.clock(), areas=(area,)), world.clock())


def referrer(world: ReferralWorld, practice: UUID) -> dict[str, str]:
    return bearer(staff_caller(Role.REFERRER, world.clock(), organisations=(practice,)), world.clock())


async def refer(world: ReferralWorld, practice: UUID | None = None) -> Referred:
    return await world.refer(groups=frozenset({"women"}), referring_organisation_id=practice)


async def id_of(world: ReferralWorld, name: str) -> str:
    return str(await world.pool.fetchval("SELECT service_id FROM copied_services WHERE name = $1", name))


def page_of(referred: Referred) -> str:
    return f"{TO_CHOOSE}/{referred.legs[0].leg_id}"


def shown(page: str) -> list[str]:
    return re.findall(r"nhsuk-card__heading[^>]*><bdi>([^<]+)<", page)


async def test_they_find_whoever_chooses_and_the_three_with_reasons(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    [pool] = await world.service(("open", 5), name="Dancing", suits=["women"])
    waits = {"status": "open", "free": 5, "version": 2, "expected_wait_days": 21}
    await world.hear_signals(golden(SignalChangedV1, "minimal", pool_id=pool, **waits))
    referred = await refer(world)

    found = await client.get(TO_CHOOSE, headers=staff(world, Role.LINK_WORKER))
    one = await client.get(TO_CHOOSE, headers=staff(world, Role.LINK_WORKER) | {"hx-request": "true"})
    page = await client.get(page_of(referred), headers=staff(world, Role.LINK_WORKER))

    assert referred.reference in found.text
    assert page_of(referred) in found.text
    assert "Example" not in found.text + page.text  # their name
    assert "1 person" in one.text
    assert len(shown(page.text)) == 3
    assert {"Walks", "Dancing"} < set(shown(page.text))
    assert "For: Women" in page.text
    assert "Within" in page.text
    assert "Expected wait, in days: 21" in page.text
    assert "the group has not said" in page.text


async def test_who_chooses_for_them_asks_there_and_it_is_told_to_the_person(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await refer(world)
    form = {"act": "ask", "service_id": await id_of(world, "Chess")}

    answer = await client.post(page_of(referred), data=form, headers=staff(world, Role.LINK_WORKER))
    after = await client.get(page_of(referred), headers=staff(world, Role.LINK_WORKER))
    again = await client.post(page_of(referred), data=form, headers=staff(world, Role.LINK_WORKER))
    seen = await client.get(world.my_link(referred.referral_id) + "/seen")
    leg = await world.leg(referred.legs[0])

    assert (answer.status_code, again.status_code) == (303, 303)
    assert leg.placement is not None
    assert str(leg.placement.service_id) == form["service_id"]
    assert leg.reason == "chosen-for-them"
    assert "Chess" in after.text
    assert "has been asked" in after.text
    assert "chose for you which group we ask" in seen.text


async def test_what_they_do_not_want_is_left_out_and_leaving_it_asks_the_best(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred, headers = await refer(world), staff(world, Role.COORDINATOR)

    said = {"act": "not-wanted", "service_id": await id_of(world, "Walks")}
    await client.post(page_of(referred), data=said, headers=headers)
    names = shown((await client.get(page_of(referred), headers=headers)).text)
    await client.post(page_of(referred), data={"act": "leave"}, headers=headers)
    leg = await world.leg(referred.legs[0])

    assert set(names) == {"Singing", "Cooking", "Chess"}
    assert leg.state == "requested"
    assert leg.left_to_us


async def test_a_referrer_chooses_for_their_own_people_alone(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    practice = uuid4()
    ours, theirs = await refer(world, practice), await refer(world, uuid4())
    headers = referrer(world, practice)
    form = {"act": "ask", "service_id": await id_of(world, "Chess")}

    found = (await client.get(TO_CHOOSE, headers=headers)).text
    one = (await client.get(TO_CHOOSE, headers=headers | {"hx-request": "true"})).text
    answers = [
        (await client.post(page_of(each), data=form, headers=headers)).status_code for each in (ours, theirs)
    ]

    assert ours.reference in found
    assert theirs.reference not in found
    assert "1 person" in one
    assert answers == [303, 404]
    assert (await world.leg(theirs.legs[0])).state == "proposed"


async def test_nobody_elsewhere_sees_or_chooses(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    referred, headers = await refer(world), staff(world, Role.COORDINATOR, ELSEWHERE)

    found = await client.get(TO_CHOOSE, headers=headers)
    page = await client.get(page_of(referred), headers=headers)
    answer = await client.post(page_of(referred), data={"act": "leave"}, headers=headers)

    assert referred.reference not in found.text
    assert (page.status_code, answer.status_code) == (404, 404)
    assert (await world.leg(referred.legs[0])).state == "proposed"


@pytest.mark.parametrize("form", [{}, {"act": "ask"}, {"act": "ask", "service_id": "Chess"}, {"act": "all"}])
async def test_a_form_that_says_nothing_changes_nothing(
    client: httpx.AsyncClient, world: ReferralWorld, form: dict[str, str]
) -> None:
    referred = await refer(world)

    answer = await client.post(page_of(referred), data=form, headers=staff(world, Role.LINK_WORKER))

    assert answer.status_code == 422
    assert "We could not read which group you mean" in answer.text
    assert (await world.leg(referred.legs[0])).state == "proposed"


async def test_what_has_filled_is_said(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    referred = await refer(world)
    pools = await world.pool.fetch("SELECT pool_id FROM copied_signals")
    await world.hear_signals(*(signal(each["pool_id"], "full", 0, version=2) for each in pools))
    form = {"act": "ask", "service_id": await id_of(world, "Chess")}

    answer = await client.post(page_of(referred), data=form, headers=staff(world, Role.LINK_WORKER))

    assert answer.status_code == 409
    assert "no space any more" in answer.text
    assert "Just now none of them has space" in answer.text


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.AUDITOR])
async def test_it_is_nobody_elses(client: httpx.AsyncClient, world: ReferralWorld, role: Role) -> None:
    assert (await client.get(TO_CHOOSE, headers=staff(world, role))).status_code == 403
