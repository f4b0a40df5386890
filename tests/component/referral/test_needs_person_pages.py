"""What needs a person, as coordinators see it: their own areas alone, and one form that says what they did."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.domain.obligation import STANDARD
from services.referral.entrypoints.needs_person_pages import NEEDS_A_PERSON, WHAT_IS_OVERDUE, WHY_NOTHING
from services.referral.use_cases.escalate import escalate_what_is_overdue
from shared.access.roles import Role
from shared.postgres.pool import transaction
from shared.postgres.reach import rounds_reach
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA
from tests.component.referral.referral_world import ReferralWorld
from tests.support.sign_in import bearer, staff_caller

ELSEWHERE = "E09000025"


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


def coordinator(world: ReferralWorld, area: str = AREA) -> dict[str, str]:
    return bearer(staff_caller(Role.COORDINATOR, world.clock(), areas=(area,)), world.clock())


async def long_wait(world: ReferralWorld) -> UUID:
    await world.service(("full", 0))
    await world.refer()
    world.clock.pass_time(STANDARD.looking_at_wait + timedelta(seconds=1))
    return await escalated(world)


async def escalated(world: ReferralWorld) -> UUID:
    async with transaction(world.pool, rounds_reach("referral")) as connection:
        await escalate_what_is_overdue(connection, world.clock())
    found: UUID = await world.pool.fetchval("SELECT escalation_id FROM escalations")
    return found


def form(case: UUID, /, **changes: str) -> Mapping[str, str]:
    return {"case": str(case), "reason": "asked-others", "days": "7", **changes}


async def test_it_is_there_for_the_coordinators_of_the_area_and_counted_on_their_home_page(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await long_wait(world)

    page = await client.get(NEEDS_A_PERSON, headers=coordinator(world))
    one = await client.get(NEEDS_A_PERSON, headers=coordinator(world) | {"hx-request": "true"})
    elsewhere = await client.get(NEEDS_A_PERSON, headers=coordinator(world, ELSEWHERE))
    nobody = await client.get(NEEDS_A_PERSON, headers=coordinator(world, ELSEWHERE) | {"hx-request": "true"})

    reference = await world.pool.fetchval("SELECT reference FROM referrals")
    assert WHAT_IS_OVERDUE["look-at-the-wait"] in page.text
    assert reference in page.text
    assert "Example" not in page.text  # their name
    assert "1 person" in one.text
    assert reference not in one.text
    assert reference not in elsewhere.text
    assert nobody.text.strip() == "Nobody"


async def test_why_nothing_was_found_is_said_in_words(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 3), needs=["housing"], languages=["en"], minimum_age=90)
    await world.refer("housing", door="self")
    await escalated(world)

    page = await client.get(NEEDS_A_PERSON, headers=coordinator(world))

    assert WHY_NOTHING["age"] in page.text


async def test_what_stood_in_the_way_is_said_where_the_reason_alone_would_be_no_service(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 3), needs=["housing"], worker_sexes=["male"])
    await world.refer("housing", door="self", worker_sex="female")
    await escalated(world)

    page = await client.get(NEEDS_A_PERSON, headers=coordinator(world))

    assert WHY_NOTHING["worker-sex"] in page.text


async def test_who_has_acted_says_so_and_it_is_gone(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    case = await long_wait(world)

    answer = await client.post(NEEDS_A_PERSON, data=form(case), headers=coordinator(world))
    again = await client.post(NEEDS_A_PERSON, data=form(case), headers=coordinator(world))

    assert answer.status_code == 303
    assert again.status_code == 409
    assert await world.pool.fetchval("SELECT due_at FROM legs") == world.clock() + timedelta(days=7)


async def test_nobody_ends_what_is_in_another_area(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    case = await long_wait(world)

    answer = await client.post(NEEDS_A_PERSON, data=form(case), headers=coordinator(world, ELSEWHERE))

    assert answer.status_code == 409
    assert await world.pool.fetchval("SELECT closed_at FROM escalations") is None


@pytest.mark.parametrize(
    "changes", [{"case": "one"}, {"reason": "because"}, {"days": "4000"}, {"reason": "", "days": ""}]
)
async def test_an_act_without_what_it_was_changes_nothing(
    client: httpx.AsyncClient, world: ReferralWorld, changes: dict[str, str]
) -> None:
    case = await long_wait(world)

    answer = await client.post(NEEDS_A_PERSON, data=form(case, **changes), headers=coordinator(world))

    assert answer.status_code == 422
    assert await world.pool.fetchval("SELECT closed_at FROM escalations") is None


async def test_a_case_that_never_was_is_told_as_gone(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    answer = await client.post(NEEDS_A_PERSON, data=form(uuid4()), headers=coordinator(world))

    assert answer.status_code == 409


@pytest.mark.parametrize("role", [Role.LINK_WORKER, Role.COMMISSIONER, Role.AUDITOR])
async def test_it_is_nobody_elses(client: httpx.AsyncClient, world: ReferralWorld, role: Role) -> None:
    headers = bearer(staff_caller(role, world.clock(), areas=(AREA,)), world.clock())

    assert (await client.get(NEEDS_A_PERSON, headers=headers)).status_code == 403
