"""A lead provider's staff reach those below it as declared, and stop reaching them when that ends."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.directory.domain.errors import ReachesTooMany
from services.directory.domain.membership import MOST_REACHED
from services.directory.settings import DirectorySettings
from services.directory.storage.member_rows import add_member
from services.directory.use_cases.manage_members import (
    RoleToGive,
    give_role,
    put_under,
    say_what_has_ended,
    take_out,
)
from shared.access.hierarchy import PassedDown
from shared.access.roles import Role
from shared.postgres.pool import Pool, transaction
from tests.component.directory.sign_in_world import SignInWorld, runs_a_service
from tests.support.sign_in import SIGNER, staff_caller

LEAD, SUB, SUB_OF_SUB = UUID(int=1), UUID(int=2), UUID(int=3)
DECLARER = UUID(int=9)
STAFF = frozenset({Role.PROVIDER_STAFF})


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    made = SignInWorld(settings, pool)
    async with transaction(pool) as connection:
        await add_member(connection, DECLARER, "test", "declarer", "Declarer", None)
    for organisation in (LEAD, SUB, SUB_OF_SUB):
        await runs_a_service(pool, organisation, "E09000030")
    return made


async def somebody_in(world: SignInWorld, organisation: UUID, role: Role = Role.PROVIDER_STAFF) -> UUID:
    member_id = uuid4()
    async with transaction(world.pool) as connection:
        await add_member(connection, member_id, "test", member_id.hex, "Somebody", None)
        wanted = RoleToGive(member_id, role, "E09000030", organisation)
        await give_role(connection, wanted, world.clock(), given_by=DECLARER, check=lambda _: None)
    return member_id


async def reached(world: SignInWorld, member_id: UUID) -> list[set[UUID]]:
    """By event, the organisations of the member's grants."""
    return [
        {UUID(each) for grant in event["grants"] for each in grant["organisation_ids"]}
        for event in await world.said()
        if event["member_id"] == str(member_id)
    ]


async def test_access_follows_the_hierarchy_down_and_is_said_at_once(world: SignInWorld) -> None:
    above = await somebody_in(world, LEAD)
    below = await somebody_in(world, SUB)
    volunteer = await somebody_in(world, LEAD, Role.VOLUNTEER)

    async with transaction(world.pool) as connection:
        await put_under(connection, PassedDown(LEAD, SUB, STAFF), world.clock(), declared_by=DECLARER)
        await put_under(connection, PassedDown(SUB, SUB_OF_SUB, STAFF), world.clock(), declared_by=DECLARER)
    async with transaction(world.pool) as connection:
        await take_out(connection, SUB, world.clock())

    assert await reached(world, above) == [{LEAD}, {LEAD, SUB}, {LEAD, SUB, SUB_OF_SUB}, {LEAD}]
    assert (await reached(world, below))[-1] == {SUB, SUB_OF_SUB}
    assert set().union(*await reached(world, volunteer)) == {LEAD}


async def test_nobody_is_opened_more_organisations_than_their_token_has_room_for(world: SignInWorld) -> None:
    async def declare(number: int) -> None:
        link = PassedDown(LEAD, UUID(int=number), STAFF)
        async with transaction(world.pool) as connection:
            await put_under(connection, link, world.clock(), declared_by=DECLARER)

    member_id = await somebody_in(world, LEAD)
    for number in range(100, 100 + MOST_REACHED - 1):
        await declare(number)
    with pytest.raises(ReachesTooMany):
        await declare(99)

    held = (await reached(world, member_id))[-1]
    assert len(held) == MOST_REACHED
    caller = staff_caller(Role.PROVIDER_STAFF, world.clock(), organisations=tuple(held))
    assert SIGNER.sign(caller, world.clock())


async def test_a_role_given_until_a_day_ends_on_it_and_everybody_hears(world: SignInWorld) -> None:
    member_id = uuid4()
    until = world.clock() + timedelta(days=1)
    async with transaction(world.pool) as connection:
        await add_member(connection, member_id, "test", "for-a-day", "Somebody", None)
        wanted = RoleToGive(member_id, Role.LINK_WORKER, "E09000025", held_to=until)
        await give_role(connection, wanted, world.clock(), given_by=DECLARER, check=lambda _: None)

    for days in (0, 1, 0):
        world.clock.move(timedelta(days=days))
        async with transaction(world.pool) as connection:
            await say_what_has_ended(connection, world.clock())

    assert [len(event["grants"]) for event in await world.said()] == [1, 0]
