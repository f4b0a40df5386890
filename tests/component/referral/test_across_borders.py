"""LEW-6: a leg with a group of another borough, and what each side sees of it."""

from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.storage.across_borders import AcrossBorders, AcrossOneBorder, count_across_borders
from services.referral.use_cases.answer_offer import accept_offer, decline_offer
from shared.access.roles import Role
from shared.events import referral
from shared.postgres.pool import transaction
from shared.postgres.reach import Reach, areas_reach
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller

NEWHAM, ELSEWHERE = "E09000025", "E09000001"
TAKES_BOTH = {"everywhere": False, "areas": [AREA, NEWHAM]}


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


async def refer_across(
    world: ReferralWorld, *, organisation: UUID | None = None, sensitive: bool = False
) -> referral.PlaceRequestedV1:
    """A person of Newham, offered to a group at home in Ealing."""
    await world.service(
        ("open", 1), area=AREA, catchment=TAKES_BOTH, organisation_id=organisation or uuid4(), sensitive=sensitive
    )  # fmt: skip
    await world.refer(area=NEWHAM)
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request


async def seen(world: ReferralWorld, reach: Reach) -> tuple[AcrossBorders, list[str]]:
    """The numbers, and the areas of the legs themselves that this reach shows."""
    async with transaction(world.pool, reach) as connection:
        legs = await connection.fetch("SELECT area FROM legs")
        return await count_across_borders(connection, reach), [row["area"] for row in legs]


async def test_each_borough_sees_its_own_side(world: ReferralWorld) -> None:
    """The person's has the leg; the group's has a number and no row; a third has neither."""
    await refer_across(world)

    of_newham, newham_legs = await seen(world, areas_reach([NEWHAM]))
    of_ealing, ealing_legs = await seen(world, areas_reach([AREA]))
    of_neither, no_legs = await seen(world, areas_reach([ELSEWHERE]))

    assert (of_newham, newham_legs) == (AcrossBorders([AcrossOneBorder(AREA, 1, 0)], []), [NEWHAM])
    assert (of_ealing, ealing_legs) == (AcrossBorders([], [AcrossOneBorder(NEWHAM, 1, 0)]), [])
    assert (of_neither, no_legs) == (AcrossBorders([], []), [])


async def test_the_group_has_the_leg_in_hand_wherever_the_person_lives(world: ReferralWorld) -> None:
    ours = uuid4()
    await refer_across(world, organisation=ours)
    reach = Reach(EVERYWHERE.areas, frozenset({ours}))

    assert await seen(world, reach) == (AcrossBorders((), ()), [NEWHAM])


async def test_what_is_over_counts_no_more_and_what_is_sensitive_never(world: ReferralWorld) -> None:
    request = await refer_across(world)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, request.request_id, world.clock(), world.by)
    assert (await seen(world, areas_reach([AREA])))[0].others_here == [AcrossOneBorder(NEWHAM, 0, 1)]

    other = await refer_across(world, sensitive=True)
    assert (await seen(world, areas_reach([AREA])))[0].others_here == [AcrossOneBorder(NEWHAM, 0, 1)]
    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, other.request_id, "other", world.clock(), world.by)

    assert (await seen(world, areas_reach([AREA])))[0].others_here == [AcrossOneBorder(NEWHAM, 0, 1)]


async def test_the_next_best_may_stand_across_the_border(world: ReferralWorld) -> None:
    """On a decline the leg goes on to the neighbour, whose catchment has the person's borough."""
    at_home = (await world.service(("open", 1), area=NEWHAM, catchment=TAKES_BOTH, suits=["carers"]))[0]
    across = (await world.service(("open", 1), area=AREA, catchment=TAKES_BOTH))[0]
    await world.service(("open", 1), area=AREA, catchment={"everywhere": False, "areas": [AREA]})
    await world.refer(area=NEWHAM, groups=frozenset({"carers"}))
    first = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(first))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, first.request_id, "no-space", world.clock(), world.by)

    second = await world.last(referral.PlaceRequestedV1)

    assert (first.pool_id, second.pool_id) == (at_home, across)


async def test_coordinators_of_both_boroughs_read_their_side_on_the_page(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await refer_across(world)

    pages = {
        area: await client.get(
            "/referral/offers",
            headers=bearer(staff_caller(Role.COORDINATOR, world.clock(), areas=(area,)), world.clock()),
        )
        for area in (NEWHAM, AREA, ELSEWHERE)
    }

    assert "Our people with groups of other boroughs" in pages[NEWHAM].text
    assert "People of other boroughs with our groups" in pages[AREA].text
    assert ("Ealing" in pages[NEWHAM].text, "Newham" in pages[AREA].text) == (True, True)
    assert "other boroughs" not in pages[ELSEWHERE].text
