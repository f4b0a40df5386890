"""A coordinator says whether the people of an area choose: it holds from the next person on, and who said it is kept."""

from datetime import timedelta

import httpx
import pytest

from services.referral.domain.audit_act import RecordKind
from services.referral.storage.audit_records import AuditRecord
from shared.access.roles import Role
from shared.postgres.pool import transaction
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller

HOW_WE_ASK = "/referral/how-we-ask"
ELSEWHERE = "E09000025"
PROPOSE = {"area": AREA, "mode": "propose", "hours": "24"}


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


def staff(world: ReferralWorld, role: Role = Role.COORDINATOR, area: str = AREA) -> dict[str, str]:
    return bearer(staff_caller(role, world.clock(), areas=(area,)), world.clock())


async def test_the_next_person_chooses_and_the_one_after_does_not(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 5))
    before = await client.get(HOW_WE_ASK, headers=staff(world))

    said = await client.post(HOW_WE_ASK, data=PROPOSE, headers=staff(world))
    page = await client.get(HOW_WE_ASK, headers=staff(world))
    first = (await world.refer()).legs[0]
    await client.post(HOW_WE_ASK, data=PROPOSE | {"mode": "at-once"}, headers=staff(world))
    second = (await world.refer()).legs[0]

    assert "Never: as its policy says" in before.text
    assert said.status_code == 303
    assert "24 hours" in page.text
    assert "Never" not in page.text
    assert first.state == "proposed"
    assert first.answer_by == world.clock() - timedelta(seconds=1) + timedelta(hours=24)
    assert second.state == "requested"


async def test_who_said_it_is_kept_word_by_word_and_recorded(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    caller = staff_caller(Role.COORDINATOR, world.clock(), areas=(AREA,))
    for mode in ("propose", "at-once"):
        form = PROPOSE | {"mode": mode}
        await client.post(HOW_WE_ASK, data=form, headers=bearer(caller, world.clock()))

    kept = await world.pool.fetch("SELECT mode, choose_hours, said_by FROM said_routing_modes ORDER BY id")
    assert [tuple(row) for row in kept] == [
        ("propose", 24, caller.member_id),
        ("at-once", 24, caller.member_id),
    ]
    assert await recorded(world) == [(RecordKind.ROUTING_MODE, str(caller.member_id), AREA)] * 2


async def recorded(world: ReferralWorld) -> list[tuple[RecordKind, str | None, str]]:
    async with transaction(world.pool, EVERYWHERE) as connection:
        rows = await connection.fetch(
            "SELECT record_id, area, recorded_at, key_id, actor_tag, body FROM audit_records"
        )
        acts = await world.by.trail.read(connection, [AuditRecord(**row) for row in rows])
    return [(act.object_kind, act.actor.id, act.area) for act in acts if act]


@pytest.mark.parametrize(
    "changes", [{"area": ""}, {"mode": ""}, {"hours": "0"}, {"hours": "337"}, {"hours": "some"}]
)
async def test_a_word_that_cannot_be_read_changes_nothing(
    client: httpx.AsyncClient, world: ReferralWorld, changes: dict[str, str]
) -> None:
    answer = await client.post(HOW_WE_ASK, data=PROPOSE | changes, headers=staff(world))

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert await world.pool.fetchval("SELECT count(*) FROM routing_modes") == 0


@pytest.mark.parametrize(
    ("role", "area", "status"),
    [(Role.COORDINATOR, ELSEWHERE, 404), (Role.LINK_WORKER, AREA, 403), (Role.COMMISSIONER, AREA, 403)],
)
async def test_nobody_else_says_it(
    client: httpx.AsyncClient, world: ReferralWorld, role: Role, area: str, status: int
) -> None:
    answer = await client.post(HOW_WE_ASK, data=PROPOSE, headers=staff(world, role, area))

    assert answer.status_code == status
    assert await world.pool.fetchval("SELECT count(*) FROM routing_modes") == 0
