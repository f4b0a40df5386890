"""A provider closes: all its people move on in one batch, each place is given back, and no one is moved twice."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from services.referral.domain.waiting_policy import WAITING_POLICY
from services.referral.use_cases import move_people_on as moving
from services.referral.use_cases.answer_offer import accept_offer, record_start
from services.referral.use_cases.copy_services import copy_services
from services.referral.use_cases.refer_person import Referred
from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import Event, new_event
from shared.events.event_data import EventData
from shared.events.referral import (
    PlaceEndedV1,
    PlaceGivenUpV1,
    PlaceRequestedV1,
    ReferralNeedUnmetV1,
    ReferralWaitListedV1,
)
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import AREA, held, service, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

CLOSING = uuid4()
NEWHAM = "E09000025"


def closed(*, closes: bool = True, version: int = 2) -> Event[ServiceWithdrawnV1]:
    return new_event(ServiceWithdrawnV1(service_id=CLOSING, version=version, closed=closes), area=AREA)


@pytest.fixture
async def people(world: ReferralWorld) -> Sequence[Referred]:
    """Three with the provider that will close: who goes there, who was offered a place, who asks for one."""
    await world.service(("open", 3), service_id=CLOSING)
    goes, offered, asks = [await world.refer() for _ in range(3)]
    first, second, _ = await world.heard_of(PlaceRequestedV1)
    await world.hear_answers(held(first), held(second))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, first.request_id, world.clock(), world.by)
    await world.hear_answers(taken(first))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await record_start(connection, goes.legs[0].leg_id, world.clock(), world.by)
    return goes, offered, asks


async def states(world: ReferralWorld, people: Sequence[Referred]) -> list[tuple[str, UUID | None]]:
    legs = [await world.leg(each.legs[0]) for each in people]
    return [(leg.state.value, leg.placement.pool_id if leg.placement else None) for leg in legs]


async def test_who_came_first_is_asked_for_elsewhere_and_the_rest_wait_though_another_has_limited_space(
    world: ReferralWorld, people: Sequence[Referred]
) -> None:
    [two_places] = await world.service(("open", 2))
    await world.service(("limited", 5))

    await world.hear_services(closed())

    assert await states(world, people) == [
        ("requested", two_places), ("requested", two_places), ("waiting", None),
    ]  # fmt: skip
    goes, offered, asks = (each.legs[0].leg_id for each in people)
    assert [each.leg_id for each in await world.heard_of(PlaceEndedV1)] == [goes]
    assert {each.leg_id for each in await world.heard_of(PlaceGivenUpV1, reason="not-wanted")} == {
        offered,
        asks,
    }
    assert [each.leg_id for each in await world.heard_of(ReferralWaitListedV1)] == [asks]


async def test_their_way_stands_in_the_history_with_the_decision(
    world: ReferralWorld, people: Sequence[Referred]
) -> None:
    await world.service(("open", 2))

    await world.hear_services(closed())

    goes = people[0].legs[0].leg_id
    steps = await world.pool.fetch(
        "SELECT from_state, to_state, reason FROM leg_history WHERE leg_id = $1 ORDER BY id DESC LIMIT 2",
        goes,
    )
    assert [tuple(step) for step in reversed(steps)] == [
        ("started", "matching", "provider-closed"),
        ("matching", "requested", "moved-with-others"),
    ]
    decided = await world.pool.fetchval("SELECT count(*) FROM routing_decisions WHERE leg_id = $1", goes)
    assert decided == 2


async def test_to_hear_of_it_again_moves_nobody_again(
    world: ReferralWorld, people: Sequence[Referred]
) -> None:
    await world.service(("open", 2))
    await world.hear_services(closed())
    before, said = await states(world, people), len(await world.outbox())

    await world.hear_services(closed())
    await world.hear_services(closed(version=3))

    assert (await states(world, people), len(await world.outbox())) == (before, said)


async def test_who_is_stopped_half_way_has_moved_nobody_and_the_next_time_does_it_all(
    world: ReferralWorld, people: Sequence[Referred], monkeypatch: pytest.MonkeyPatch
) -> None:
    [elsewhere] = await world.service(("open", 3))
    before, said = await states(world, people), len(await world.outbox())

    class Stopped(Exception):
        pass

    def stop(*_: object, **__: object) -> None:
        raise Stopped

    with monkeypatch.context() as context:
        context.setattr(moving.log, "info", stop)
        with pytest.raises(Stopped):
            await world.hear_services(closed())
    assert (await states(world, people), len(await world.outbox())) == (before, said)

    await world.hear_services(closed())
    assert await states(world, people) == [("requested", elsewhere)] * 3


async def test_a_place_that_is_held_there_too_late_is_given_back(
    world: ReferralWorld, people: Sequence[Referred]
) -> None:
    asked = (await world.heard_of(PlaceRequestedV1))[2]
    await world.service(("open", 3))
    await world.hear_services(closed())

    await world.hear_answers(held(asked))

    given_back = await world.heard_of(PlaceGivenUpV1, request_id=asked.request_id)
    assert [each.reason for each in given_back] == ["not-wanted", "not-wanted"]
    assert (await world.leg(people[2].legs[0])).state == "requested"


@pytest.mark.parametrize(
    "events",
    [
        (closed(closes=False),),
        (closed(), service(service_id=CLOSING, pools=(uuid4(),), version=3)),
        (closed(version=1),),
    ],
    ids=["takes nobody new", "runs again", "older than what is known"],
)
async def test_nobody_moves_from_a_provider_that_did_not_close(
    world: ReferralWorld, people: Sequence[Referred], events: Sequence[Event[EventData]]
) -> None:
    await world.service(("open", 3))
    before = await states(world, people)

    await world.hear_services(*events)

    assert await states(world, people) == before


async def test_people_of_any_area_move_and_who_suits_nothing_else_is_told(world: ReferralWorld) -> None:
    await world.service(("open", 2), service_id=CLOSING, catchment={"everywhere": True, "areas": []})
    newham = await world.refer(area="E09000025")

    async with transaction(world.pool) as connection:
        await copy_services(connection, [closed()], world.clock(), world.by)

    [told] = await world.heard_of(ReferralNeedUnmetV1)
    assert (told.leg_id, told.reason) == (newham.legs[0].leg_id, "no-service")


async def test_who_waited_before_them_keeps_their_turn(
    world: ReferralWorld, people: Sequence[Referred]
) -> None:
    """A pool that shows space while somebody waits for it is theirs, whoever moves."""
    later = await world.pool.fetchval("SELECT max(received_at) FROM legs")
    [contested] = await world.service(("full", 0))
    waits = await world.refer("creative")
    assert waits.legs[0].state == "unmet"
    await world.pool.execute(
        "INSERT INTO leg_history (leg_id, area, from_state, to_state, reason, happened_at, due_at)"
        " SELECT leg_id, area, state, 'waiting', 'no-space', $2, $2 FROM legs WHERE leg_id = $1",
        waits.legs[0].leg_id, later,
    )  # fmt: skip
    await world.pool.execute(
        "UPDATE legs SET state = 'waiting', owner = 'coordinator', next_step = 'look-at-the-wait', due_at = $2, need = 'loneliness', wants = jsonb_set(wants::jsonb, '{need}',"
        " '\"loneliness\"'), received_at = $2::timestamptz - interval '1 day' WHERE leg_id = $1",
        waits.legs[0].leg_id, later,
    )  # fmt: skip
    await world.pool.execute(
        "UPDATE copied_signals SET status = 'open', guess = 1 WHERE pool_id = $1", contested
    )

    await world.hear_services(closed())

    assert [state for state, _ in await states(world, people)] == ["waiting"] * 3


async def test_who_moves_and_is_passed_by_somebody_who_came_later_is_counted(world: ReferralWorld) -> None:
    await world.service(("open", 2), service_id=CLOSING)
    first, later = await world.refer(), await world.refer(groups=frozenset({"homeless-people"}))
    [one_place] = await world.service(("open", 1))

    await world.hear_services(closed())

    assert await states(world, [first, later]) == [("waiting", None), ("requested", one_place)]
    passed = await world.pool.fetch("SELECT leg_id, overtaken FROM places_in_line")
    assert [tuple(each) for each in passed] == [(first.legs[0].leg_id, 1)]


async def test_who_was_passed_as_often_as_may_be_moves_first(world: ReferralWorld) -> None:
    await world.service(("open", 2), service_id=CLOSING)
    first, later = await world.refer(), await world.refer(groups=frozenset({"homeless-people"}))
    await world.pool.execute(
        "INSERT INTO places_in_line (leg_id, area, need, joined_at, left_at, overtaken)"
        " SELECT leg_id, area, need, received_at, received_at, $2 FROM legs WHERE leg_id = $1",
        first.legs[0].leg_id, WAITING_POLICY.most_overtaken,
    )  # fmt: skip
    [one_place] = await world.service(("open", 1))

    await world.hear_services(closed())

    assert await states(world, [first, later]) == [("requested", one_place), ("waiting", None)]


async def test_boroughs_take_turns_at_a_pool_for_several_and_pay_for_it(world: ReferralWorld) -> None:
    """Ealing sends two and both came first; Newham's turn comes before Ealing's second."""
    both = {"everywhere": False, "areas": [AREA, NEWHAM]}
    await world.service(("open", 3), service_id=CLOSING, catchment=both)
    ealing = [await world.refer() for _ in range(2)]
    newham = await world.refer(area=NEWHAM)
    [shared] = await world.service(("open", 2), catchment=both)

    await world.hear_services(closed())

    assert await states(world, [*ealing, newham]) == [
        ("requested", shared), ("waiting", None), ("requested", shared),
    ]  # fmt: skip
    paid = await world.pool.fetch("SELECT pool_id FROM borough_balances")
    assert [each["pool_id"] for each in paid] == [shared]
