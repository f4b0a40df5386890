"""What a test of invitations begins with: a day with places, people who wait and may be invited, and somebody who invites."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.invitations import Asked
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.invite_group import invite_group
from services.referral.use_cases.refer_person import Referred
from shared.access.roles import Role
from shared.postgres.pool import transaction
from shared.postgres.reach import areas_reach
from tests.component.referral.golden_messages import AREA, service, signal
from tests.component.referral.referral_world import ReferralWorld

ASKED = Asked("mental-wellbeing")


async def event(world: ReferralWorld, places: int | None = 1, **changes: Any) -> UUID:
    """A day in three weeks, for everybody who is lonely, wherever they live."""
    pool, day = uuid4(), (world.clock() + timedelta(days=21)).date()
    said = {
        "needs": ["loneliness"],
        "catchment": {"everywhere": True, "areas": []},
        "days": [{"pool_id": pool, "starts_on": day}],
    }
    await world.hear_services(service(pools=(pool,), kind="event", **(said | changes)))
    await world.hear_signals(signal(pool, "open", places))
    return pool


async def waits(world: ReferralWorld, area: str = AREA, **changes: Any) -> Referred:
    """Somebody who waits for help with how they feel, and said that they may be invited."""
    return await world.refer("mental-wellbeing", area=area, **({"may_invite": True} | changes))


async def all_full(world: ReferralWorld, *areas: str) -> None:
    await world.service(
        ("full", 0),
        needs=["mental-wellbeing"],
        catchment={"everywhere": False, "areas": list(areas or (AREA,))},
    )


async def invite(world: ReferralWorld, pool: UUID, asked: Asked = ASKED, area: str = AREA) -> int:
    by = Acting(
        world.by.trail, Actor(ActorKind.STAFF, str(uuid4()), Role.LINK_WORKER), AuditPurpose.ALLOCATION
    )
    async with transaction(world.pool, areas_reach([area])) as connection:
        return await invite_group(
            connection, area=area, pool_id=pool, asked=asked, member_id=uuid4(), now=world.clock(), by=by
        )


async def somebody_invited(world: ReferralWorld) -> tuple[Referred, UUID]:
    """Who waits and is invited, with their invitation."""
    await all_full(world)
    person = await waits(world)
    await invite(world, await event(world))
    invitation: UUID = await world.pool.fetchval("SELECT invitation_id FROM invited_people")
    return person, invitation
