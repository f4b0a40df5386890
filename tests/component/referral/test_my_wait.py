"""What a person sees of their wait and says while they wait, from their own page."""

import re
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from services.referral.use_cases.answer_offer import accept_offer, decline_offer
from services.referral.use_cases.ask_still_wanted import ask_still_wanted
from services.referral.use_cases.lapse_offers import lapse_due_offers
from services.referral.use_cases.refer_person import Referred
from shared.events import referral
from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import new_event
from shared.postgres.pool import transaction
from shared.postgres.reach import rounds_reach
from tests.component.referral.golden_messages import AREA, held, refused, signal, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

SINGING = "0197c0de-0000-7000-8000-000000000777"
PAINTING = "0197c0de-0000-7000-8000-000000000778"
WAITED = """
INSERT INTO places_in_line (leg_id, area, need, joined_at, left_at)
SELECT gen_random_uuid(), $1, 'loneliness', $2::timestamptz - make_interval(weeks => week), $2
FROM unnest($3::int[]) AS week
"""


async def waiting(world: ReferralWorld) -> Referred:
    await world.service(("full", 0))
    return await world.refer()


async def meanwhile_ids(world: ReferralWorld, client: httpx.AsyncClient, referred: Referred) -> list[str]:
    page = (await client.get(world.my_link(referred.referral_id))).text
    return re.findall(r'name="service_id" value="([^"]+)"', page)


def form(referred: Referred, service_id: str = "") -> dict[str, str]:
    return {"leg_id": str(referred.legs[0].leg_id), "service_id": service_id}


async def test_the_person_sees_where_they_stand_and_why(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await waiting(world)
    await world.refer(groups=frozenset({"homeless-people"}))
    world.clock.pass_time(timedelta(weeks=2, days=1))

    page = (await client.get(world.my_link(referred.referral_id))).text

    assert "1 person is before you." in page
    assert "You have 3 points: 2 for the full weeks since you asked us, and 1 for your situation" in page
    assert "When this has happened 10 times, you come before everybody who asked after you." in page
    assert "So far it has happened 0 times." in page
    assert "Others can get a place first: some groups work in several boroughs" in page
    assert "Do you still want this?" not in page


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        ([2, 3, 3, 5, 9], "most people waited between 3 and 5 weeks for this"),
        ([1, 1, 1, 1], "Too few people have got a place here of late to say"),
    ],
)
async def test_how_long_it_usually_takes_is_a_range_or_not_known(
    client: httpx.AsyncClient, world: ReferralWorld, weeks: Iterable[int], said: str
) -> None:
    referred = await waiting(world)
    await world.pool.execute(WAITED, AREA, world.clock() - timedelta(days=1), list(weeks))

    assert said in (await client.get(world.my_link(referred.referral_id))).text


async def test_a_wait_that_ended_with_an_offer_is_told_to_those_who_come_later(world: ReferralWorld) -> None:
    [pool] = await world.service(("full", 0))
    leg = (await world.refer()).legs[0]
    began = world.clock()
    world.clock.pass_time(timedelta(weeks=3))
    await world.hear_signals(signal(pool, "open", 1, version=2))
    await world.hear_answers(held(await world.last(referral.PlaceRequestedV1)))

    row = await world.pool.fetchrow("SELECT * FROM places_in_line WHERE leg_id = $1", leg.leg_id)
    assert row is not None
    assert (row["joined_at"], row["left_at"]) == (began, world.clock())


async def test_what_is_open_meanwhile_can_be_asked_for_and_the_place_in_line_stays(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await waiting(world)
    await world.service(("open", 1), needs=["creative"], service_id=SINGING, suits=[])
    assert await meanwhile_ids(world, client, referred) == [SINGING]

    done = await client.post(world.my_link(referred.referral_id) + "/meanwhile", data=form(referred, SINGING))

    assert done.status_code == 303
    asked = await world.last(referral.PlaceRequestedV1)
    beside = await world.leg(asked.leg_id)
    assert (beside.wants.need, beside.state, beside.referral_id) == (
        "creative",
        "requested",
        referred.referral_id,
    )
    assert (await world.leg(referred.legs[0])).state == "waiting"
    assert await meanwhile_ids(world, client, referred) == []


async def test_who_said_no_to_them_is_not_open_to_them_meanwhile(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    """For another need, but the same session."""
    await world.service(("open", 5), needs=["creative", "loneliness"], service_id=SINGING, suits=[])
    await world.service(("full", 0))
    referred = await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, request.request_id, "not-suitable", world.clock(), world.by)

    assert (await world.leg(referred.legs[0])).state == "waiting"
    assert await meanwhile_ids(world, client, referred) == []


@pytest.mark.parametrize("ending", ["refused", "declined", "silence"])
async def test_what_is_open_meanwhile_and_brings_no_place_ends_and_is_told(
    client: httpx.AsyncClient, world: ReferralWorld, ending: str
) -> None:
    """There is another group of its kind, and one that is full: to neither did they say yes."""
    referred = await waiting(world)
    await world.service(("open", 1), needs=["creative"], service_id=SINGING, suits=[])
    await client.post(world.my_link(referred.referral_id) + "/meanwhile", data=form(referred, SINGING))
    request = await world.last(referral.PlaceRequestedV1)
    await world.service(("open", 5), needs=["creative"], service_id=PAINTING, suits=[])
    await world.service(("full", 0), needs=["creative"])
    before = await world.leg(referred.legs[0])

    if ending == "refused":
        await world.hear_answers(refused(request, "no-free-place"))
    else:
        await world.hear_answers(held(request))
        world.clock.pass_time(timedelta(days=15))
        async with transaction(world.pool, EVERYWHERE) as connection:
            if ending == "declined":
                await decline_offer(connection, request.request_id, "no-space", world.clock(), world.by)
            else:
                await lapse_due_offers(connection, world.clock(), world.by)

    beside = await world.leg(request.leg_id)
    assert (beside.state, beside.meanwhile_of) == ("withdrawn", before.leg_id)
    assert len(await world.heard_of(referral.ReferralNoPlaceMeanwhileV1, leg_id=request.leg_id)) == 1
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 1
    assert not await world.heard_of(referral.ReferralNeedUnmetV1)
    assert not await world.heard_of(referral.ReferralWaitListedV1, leg_id=request.leg_id)
    assert await world.leg(referred.legs[0]) == before
    page = (await client.get(world.my_link(referred.referral_id))).text
    assert "That group could not take you. Nothing else that you asked for has changed." in page
    assert PAINTING in page

    done = await client.post(
        world.my_link(referred.referral_id) + "/meanwhile", data=form(referred, PAINTING)
    )
    assert done.status_code == 303
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 2


async def test_who_has_a_place_meanwhile_goes_on_when_that_group_closes(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await waiting(world)
    await world.service(("open", 1), needs=["creative"], service_id=SINGING, suits=[])
    await client.post(world.my_link(referred.referral_id) + "/meanwhile", data=form(referred, SINGING))
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await accept_offer(connection, request.request_id, world.clock(), world.by)
    await world.hear_answers(taken(request))
    [painting] = await world.service(("open", 1), needs=["creative"], service_id=PAINTING, suits=[])

    closed = ServiceWithdrawnV1(service_id=UUID(SINGING), version=2, closed=True)
    await world.hear_services(new_event(closed, area=AREA))

    moved = await world.leg(request.leg_id)
    assert (moved.state, moved.placement and moved.placement.pool_id) == ("requested", painting)
    assert not await world.heard_of(referral.ReferralNoPlaceMeanwhileV1)
    assert (await world.leg(referred.legs[0])).state == "waiting"


async def test_a_place_that_has_gone_meanwhile_is_not_asked_for(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await waiting(world)
    [pool] = await world.service(("open", 1), needs=["creative"], service_id=SINGING, suits=[])
    await world.hear_signals(signal(pool, "full", 0, version=2))

    done = await client.post(world.my_link(referred.referral_id) + "/meanwhile", data=form(referred, SINGING))

    assert done.status_code == 409
    assert "That group has no space any more. You have kept your place" in done.text
    assert not await world.heard_of(referral.PlaceRequestedV1)


async def test_what_is_not_for_them_is_not_shown_again_and_costs_no_place_in_line(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await waiting(world)
    await world.service(("open", 1), needs=["creative"], service_id=SINGING, suits=[])
    before = await world.leg(referred.legs[0])

    done = await client.post(
        world.my_link(referred.referral_id) + "/not-for-me", data=form(referred, SINGING)
    )

    after = await world.leg(referred.legs[0])
    assert done.status_code == 303
    assert await meanwhile_ids(world, client, referred) == []
    assert (after.state, after.place_in_line, after.waiting_since) == (
        "waiting", before.place_in_line, before.waiting_since,
    )  # fmt: skip


async def test_what_others_wait_for_is_not_open_meanwhile(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await waiting(world)
    [pool] = await world.service(("full", 0), needs=["creative"], suits=[])
    await world.refer("creative")
    await world.pool.execute("UPDATE copied_signals SET status = 'open', guess = 1 WHERE pool_id = $1", pool)

    assert await meanwhile_ids(world, client, referred) == []


@pytest.mark.parametrize("act", ["still-wanted", "meanwhile", "not-for-me"])
async def test_what_cannot_be_read_is_said_and_changes_nothing(
    client: httpx.AsyncClient, world: ReferralWorld, act: str
) -> None:
    referred = await waiting(world)

    answer = await client.post(f"{world.my_link(referred.referral_id)}/{act}", data={"leg_id": "x"})

    assert answer.status_code == 422
    assert "We could not read what you chose" in answer.text


async def test_nobody_speaks_for_the_leg_of_another(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    referred, other = await waiting(world), await world.refer()

    await client.post(world.my_link(referred.referral_id) + "/still-wanted", data=form(other))

    row = await world.pool.fetchrow(
        "SELECT wanted_at FROM places_in_line WHERE leg_id = $1", other.legs[0].leg_id
    )
    assert row is not None
    assert row["wanted_at"] is None


async def ask(world: ReferralWorld, passed: timedelta) -> int:
    world.clock.pass_time(passed)
    async with transaction(world.pool, rounds_reach("referral")) as connection:
        return await ask_still_wanted(connection, world.clock(), world.by)


async def test_who_waited_for_long_is_asked_and_a_yes_keeps_the_place(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await waiting(world)
    before = await world.leg(referred.legs[0])
    assert await ask(world, timedelta(weeks=5)) == 0
    assert await ask(world, timedelta(weeks=1)) == 1
    assert await ask(world, timedelta(0)) == 0

    page = await client.get(world.my_link(referred.referral_id))
    done = await client.post(world.my_link(referred.referral_id) + "/still-wanted", data=form(referred))
    after = await client.get(world.my_link(referred.referral_id))

    assert "Do you still want this?" in page.text
    assert "Do you still want this?" not in after.text
    assert done.status_code == 303
    assert (await world.leg(referred.legs[0])).place_in_line == before.place_in_line
    assert await ask(world, timedelta(weeks=5)) == 0
    assert await ask(world, timedelta(weeks=1)) == 1
    assert [each.times for each in await world.heard_of(referral.ReferralStillWantedAskedV1)] == [1, 1]


async def test_who_does_not_answer_stays_in_line_and_is_looked_after(world: ReferralWorld) -> None:
    referred = await waiting(world)
    for weeks in (6, 1, 1, 1):
        assert await ask(world, timedelta(weeks=weeks)) == 1
    assert await ask(world, timedelta(weeks=1)) == 0

    row = await world.pool.fetchrow("SELECT asked_times, review_since FROM places_in_line")
    assert row is not None
    assert (row["asked_times"], row["review_since"]) == (3, world.clock() - timedelta(weeks=1))
    assert [each.times for each in await world.heard_of(referral.ReferralStillWantedAskedV1)] == [1, 2, 3]
    assert (await world.leg(referred.legs[0])).state == "waiting"


async def test_whom_an_older_release_put_in_the_line_has_a_place_too(world: ReferralWorld) -> None:
    referred = await waiting(world)
    await world.pool.execute("DELETE FROM places_in_line")

    await ask(world, timedelta(0))

    since = await world.pool.fetchval("SELECT joined_at FROM places_in_line")
    assert since == (await world.leg(referred.legs[0])).waiting_since
