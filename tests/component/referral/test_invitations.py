"""A group of people is invited by need to an event: by staff of their area, with consent, once, and without a hold."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.domain.errors import EventFull, EventNotKnown
from services.referral.domain.invitations import MOST_FOR_A_PLACE, Asked
from services.referral.entrypoints.invitation_pages import INVITATIONS
from services.referral.use_cases.answer_offer import accept_offer, decline_offer, record_start
from services.referral.use_cases.erase_person import erase_person
from services.referral.use_cases.refer_person import Referred
from shared.access.roles import Role
from shared.events import directory, referral
from shared.events.envelope import new_event
from shared.postgres.pool import transaction
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held, refused, service, signal, taken
from tests.component.referral.inviting import all_full, event, invite, waits
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller

ELSEWHERE = "E09000025"


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


async def invited(world: ReferralWorld) -> set[UUID]:
    return {each.referral_id for each in await world.heard_of(referral.ReferralInvitedV1)}


async def says(
    world: ReferralWorld, client: httpx.AsyncClient, referred: Referred, answer: str
) -> httpx.Response:
    invitation = await world.pool.fetchval(
        "SELECT invitation_id FROM invited_people WHERE referral_id = $1", referred.referral_id
    )
    form = {"invitation_id": str(invitation), "answer": answer}
    return await client.post(world.my_link(referred.referral_id) + "/invitation", data=form)


async def test_who_has_the_need_and_said_yes_is_invited_and_nobody_else(world: ReferralWorld) -> None:
    await all_full(world)
    pool = await event(world, 9, minimum_age=18, does_not_suit=["carers"])
    wanted = [await waits(world) for _ in range(2)]
    await waits(world, may_invite=False)
    await waits(world, groups=frozenset({"carers"}))
    await world.refer("housing", may_invite=True)

    assert await invite(world, pool) == 2
    assert await invited(world) == {each.referral_id for each in wanted}


async def test_nobody_of_another_area_is_invited(world: ReferralWorld) -> None:
    await all_full(world, AREA, ELSEWHERE)
    pool = await event(world, 9)
    ours, theirs = await waits(world), await waits(world, area=ELSEWHERE)

    assert await invite(world, pool) == 1
    assert await invited(world) == {ours.referral_id}
    assert await invite(world, pool, area=ELSEWHERE) == 1
    assert await invited(world) == {ours.referral_id, theirs.referral_id}


async def test_a_group_within_the_need_can_be_invited(world: ReferralWorld) -> None:
    await all_full(world)
    pool = await event(world, 9)
    await waits(world)
    homeless = await waits(world, groups=frozenset({"homeless-people"}))

    assert await invite(world, pool, Asked("mental-wellbeing", "homeless-people")) == 1
    assert await invited(world) == {homeless.referral_id}


async def test_to_press_twice_or_at_once_sends_nobody_a_second_message(world: ReferralWorld) -> None:
    await all_full(world)
    pool = await event(world, 9)
    for _ in range(3):
        await waits(world)

    pressed = await asyncio.gather(*(invite(world, pool) for _ in range(4)))

    assert sorted(pressed) == [0, 0, 0, 3]
    assert len(await world.heard_of(referral.ReferralInvitedV1)) == 3
    assert await world.pool.fetchval("SELECT count(*) FROM invitations") == 1


async def test_no_more_are_invited_than_a_multiple_of_the_places_over_all_areas(world: ReferralWorld) -> None:
    await all_full(world, AREA, ELSEWHERE)
    pool = await event(world, 1)
    first = [await waits(world) for _ in range(MOST_FOR_A_PLACE - 1)]
    for _ in range(2):
        await waits(world, area=ELSEWHERE)

    assert await invite(world, pool) == len(first)
    assert await invite(world, pool, area=ELSEWHERE) == 1
    assert await invite(world, pool, area=ELSEWHERE) == 0


async def test_who_takes_their_word_back_is_not_invited(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    pool, person = await event(world, 9), await waits(world)

    done = await client.post(world.my_link(person.referral_id) + "/may-invite", data={"may": "no"})
    page = await client.get(world.my_link(person.referral_id))

    assert done.status_code == 303
    assert "We do not invite you to events" in page.text
    assert await invite(world, pool) == 0
    await client.post(world.my_link(person.referral_id) + "/may-invite", data={"may": "yes"})
    assert await invite(world, pool) == 1


async def test_who_does_not_want_the_service_is_not_invited(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    pool, person = await event(world, 9), await waits(world)
    service_id = await world.pool.fetchval("SELECT service_id FROM event_pools")

    await client.post(world.my_link(person.referral_id) + "/not-wanted", data={"service_id": str(service_id)})

    assert await invite(world, pool) == 0


@pytest.mark.parametrize("ended", ["unknown", "over", "withdrawn"])
async def test_an_event_that_is_not_there_any_more_is_refused(world: ReferralWorld, ended: str) -> None:
    pool = await event(world, 9)
    service_id = await world.pool.fetchval("SELECT service_id FROM event_pools")
    if ended == "over":
        world.clock.pass_time(timedelta(days=22))
    if ended == "withdrawn":
        await world.pool.execute(
            "UPDATE copied_services SET withdrawn = true WHERE service_id = $1", service_id
        )

    with pytest.raises(EventNotKnown):
        await invite(world, uuid4() if ended == "unknown" else pool)


@pytest.mark.parametrize(("status", "free"), [("full", 0), ("open", 0), ("paused", None), ("unknown", None)])
async def test_a_full_event_is_refused(world: ReferralWorld, status: str, free: int | None) -> None:
    pool = await event(world, 9)
    await world.hear_signals(signal(pool, status, free, version=2))

    with pytest.raises(EventFull):
        await invite(world, pool)


async def test_an_older_state_of_a_service_changes_no_day(world: ReferralWorld) -> None:
    pool, service_id = uuid4(), uuid4()
    said: dict[str, Any] = {"service_id": service_id, "pools": (pool,), "kind": "event"}
    await world.hear_services(service(version=2, **said, days=[{"pool_id": pool, "starts_on": "2027-01-09"}]))
    await world.hear_services(service(version=1, **said, days=[{"pool_id": pool, "starts_on": "2026-12-12"}]))

    assert str(await world.pool.fetchval("SELECT starts_on FROM event_pools")) == "2027-01-09"
    await world.hear_services(service(pools=(uuid4(),), version=3, service_id=service_id))
    assert await world.pool.fetchval("SELECT count(*) FROM event_pools") == 0


async def test_a_yes_asks_for_the_place_and_the_place_in_the_line_stays(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    pool, person = await event(world), await waits(world)
    await invite(world, pool)
    before = await world.leg(person.legs[0])
    assert not await world.heard_of(referral.PlaceRequestedV1)  # an invitation holds nothing

    page = await client.get(world.my_link(person.referral_id))
    done = [await says(world, client, person, "yes") for _ in range(2)]

    assert "You are invited" in page.text
    assert [each.status_code for each in done] == [303, 303]
    [request] = await world.heard_of(referral.PlaceRequestedV1)
    beside = await world.leg(request.leg_id)
    assert (request.pool_id, beside.state, beside.wants.need) == (pool, "requested", "loneliness")
    assert await world.leg(person.legs[0]) == before
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, request.request_id, world.clock(), world.by)
    await world.hear_answers(taken(request))
    assert await world.heard_of(referral.ReferralAcceptedV1, pool_id=pool)
    assert await world.leg(person.legs[0]) == before


async def test_who_comes_late_is_told_kindly_and_keeps_their_place_in_the_line(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    pool, first, second = await event(world), await waits(world), await waits(world)
    assert await invite(world, pool) == 2
    before = await world.leg(second.legs[0])

    assert (await says(world, client, first, "yes")).status_code == 303
    late = await says(world, client, second, "yes")

    assert late.status_code == 409
    assert "all places at this event are taken now. You keep your place" in late.text
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 1
    assert await world.leg(second.legs[0]) == before


async def test_a_no_changes_nothing_and_can_still_become_a_yes(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    pool, person = await event(world), await waits(world)
    await invite(world, pool)
    before = await world.leg(person.legs[0])

    await says(world, client, person, "no")

    assert await world.leg(person.legs[0]) == before
    assert not await world.heard_of(referral.PlaceRequestedV1)
    assert "You said no thanks" in (await client.get(world.my_link(person.referral_id))).text
    await says(world, client, person, "yes")
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 1


@pytest.mark.parametrize("ending", ["refused", "declined"])
async def test_a_yes_that_brings_no_place_is_told_and_goes_nowhere_else(
    client: httpx.AsyncClient, world: ReferralWorld, ending: str
) -> None:
    await all_full(world)
    pool, person = await event(world), await waits(world)
    await invite(world, pool)
    before = await world.leg(person.legs[0])
    await says(world, client, person, "yes")
    request = await world.last(referral.PlaceRequestedV1)
    await world.service(("open", 5))  # another group for what the event is for

    if ending == "refused":
        await world.hear_answers(refused(request, "no-free-place"))
    else:
        await world.hear_answers(held(request))
        async with transaction(world.pool, EVERYWHERE) as connection:
            await decline_offer(connection, request.request_id, "not-suitable", world.clock(), world.by)

    assert (await world.leg(request.leg_id)).state == "withdrawn"
    assert len(await world.heard_of(referral.ReferralNoPlaceAtEventV1, leg_id=request.leg_id)) == 1
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 1
    assert not await world.heard_of(referral.ReferralNeedUnmetV1)
    assert await world.leg(person.legs[0]) == before
    assert "we could not get you a place" in (await client.get(world.my_link(person.referral_id))).text


async def test_when_the_event_closes_who_has_a_place_is_told_and_sent_nowhere_else(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    pool, person = await event(world), await waits(world)
    await invite(world, pool)
    await says(world, client, person, "yes")
    request = await world.last(referral.PlaceRequestedV1)
    service_id = await world.pool.fetchval("SELECT service_id FROM event_pools")
    await world.service(("open", 5))

    closed = directory.ServiceWithdrawnV1(service_id=service_id, version=2, closed=True)
    await world.hear_services(new_event(closed, area=AREA))

    assert (await world.leg(request.leg_id)).state == "withdrawn"
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 1
    assert await world.heard_of(referral.ReferralNoPlaceAtEventV1, leg_id=request.leg_id)


async def test_nobody_answers_for_another_and_nobody_to_what_is_over(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    pool, person, other = await event(world, 5), await waits(world), await waits(world)
    await invite(world, pool)
    theirs = await world.pool.fetchval(
        "SELECT invitation_id FROM invited_people WHERE referral_id = $1", other.referral_id
    )
    stranger = await world.refer("housing")
    form = {"invitation_id": str(theirs), "answer": "yes"}

    await client.post(world.my_link(stranger.referral_id) + "/invitation", data=form)
    unread = await client.post(world.my_link(person.referral_id) + "/invitation", data={"answer": "perhaps"})
    link = world.my_link(person.referral_id)
    await world.pool.execute(
        "UPDATE event_pools SET starts_on = $1", world.clock().date() - timedelta(days=1)
    )
    await says(world, client, person, "yes")

    assert unread.status_code == 422
    assert "You are invited" not in (await client.get(link)).text
    assert not await world.heard_of(referral.PlaceRequestedV1)


async def test_erasure_leaves_nothing_of_an_invitation(world: ReferralWorld) -> None:
    await all_full(world)
    pool, person = await event(world), await waits(world)
    await invite(world, pool)

    async with transaction(world.pool, EVERYWHERE) as connection:
        await erase_person(connection, person.referral_id, world.clock(), world.vault, world.by)

    assert await world.pool.fetchval("SELECT count(*) FROM invited_people") == 0
    assert await world.pool.fetchval("SELECT count(*) FROM event_consents") == 0


def staff(world: ReferralWorld, role: Role = Role.LINK_WORKER, area: str = AREA) -> dict[str, str]:
    return bearer(staff_caller(role, world.clock(), areas=(area,)), world.clock())


@pytest.mark.parametrize("role", [Role.LINK_WORKER, Role.COORDINATOR])
async def test_staff_see_how_many_it_would_reach_invite_once_and_read_what_came_of_it(
    client: httpx.AsyncClient, world: ReferralWorld, role: Role
) -> None:
    await all_full(world)
    pool, first, second, third = (
        await event(world),
        await waits(world),
        await waits(world),
        await waits(world),
    )
    chosen = {"area": AREA, "need": "mental-wellbeing", "group": "", "event": str(pool)}

    look = await client.get(INVITATIONS, params=chosen, headers=staff(world, role))
    sent = [await client.post(INVITATIONS, data=chosen, headers=staff(world, role)) for _ in range(2)]
    await says(world, client, first, "yes")
    await says(world, client, second, "no")
    await says(world, client, third, "yes")
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, request.request_id, world.clock(), world.by)
    await world.hear_answers(taken(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await record_start(connection, request.leg_id, world.clock(), world.by)
    page = await client.get(INVITATIONS, headers=staff(world, role))

    assert "It suits <strong>3</strong> people" in look.text
    assert "Invite 3 people" in look.text
    assert [each.status_code for each in sent] == [303, 303]
    assert re.findall(r"nhsuk-table__cell--numeric\"[^>]*>(?:<[^>]*>|[^<\d])*(\d+)", page.text)[:6] == [
        "3", "2", "1", "0", "1", "1",
    ]  # fmt: skip
    assert "Example" not in page.text + look.text  # their name


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"need": "nothing"}, 422, "Choose what they need help with"),
        ({"event": ""}, 422, "Choose an event"),
        ({"group": "everybody"}, 422, "Choose a group from the list"),
        ({"event": str(UUID(int=5))}, 409, "This event is over, or takes nobody from here"),
    ],
)
async def test_what_cannot_be_is_said_on_the_page_and_invites_nobody(
    client: httpx.AsyncClient, world: ReferralWorld, changes: dict[str, str], status: int, said: str
) -> None:
    await all_full(world)
    pool = await event(world)
    await waits(world)
    chosen = {"area": AREA, "need": "mental-wellbeing", "group": "", "event": str(pool), **changes}

    for answer in (
        await client.get(INVITATIONS, params=chosen, headers=staff(world)),
        await client.post(INVITATIONS, data=chosen, headers=staff(world)),
    ):
        assert answer.status_code == status
        assert said in answer.text
    assert not await invited(world)


async def test_a_full_event_is_told_on_the_page(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    pool = await event(world)
    await world.hear_signals(signal(pool, "full", 0, version=2))
    chosen = {"area": AREA, "need": "mental-wellbeing", "event": str(pool)}

    answer = await client.post(INVITATIONS, data=chosen, headers=staff(world))

    assert answer.status_code == 409
    assert "does not say that it has places" in answer.text


async def test_staff_of_another_area_invite_nobody_here(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    pool = await event(world)
    await waits(world)
    chosen = {"area": AREA, "need": "mental-wellbeing", "event": str(pool)}

    answer = await client.post(INVITATIONS, data=chosen, headers=staff(world, area=ELSEWHERE))

    assert answer.status_code == 404
    assert not await invited(world)


async def test_a_place_that_somebody_in_the_line_comes_first_for_stays_theirs(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    await world.service(("full", 0))
    pool, person = await event(world), await waits(world)
    await invite(world, pool)
    await world.pool.execute("UPDATE copied_signals SET guess = 0 WHERE pool_id = $1", pool)
    await world.refer("loneliness")  # waits for what the event is for
    await world.pool.execute("UPDATE copied_signals SET guess = 1 WHERE pool_id = $1", pool)

    late = await says(world, client, person, "yes")

    assert late.status_code == 409
    assert not await world.heard_of(referral.PlaceRequestedV1)
