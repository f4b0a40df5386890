"""A service that is closed: its people end as elsewhere, whichever way its provider had said the places."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import CollectorRegistry

from services.capacity.entrypoints.side_tasks import forgotten_holds_round
from services.capacity.metrics import CapacityMetrics
from shared.events.capacity import PersonErasureAnsweredV1, PlaceFreedV1
from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import new_event
from shared.events.referral import PersonErasedV1, PlaceConfirmedV1, PlaceEndedV1, PlaceGivenUpV1
from tests.component.capacity.at_work import AREA, CapacityAtWork, asked, published, run, word

WEEK = timedelta(days=7)
IN_ALL, NEW_PEOPLE = {"places": 60}, {"free": 60}


async def a_pool(capacity: CapacityAtWork, service_id: UUID, said: dict[str, Any]) -> UUID:
    pool_id = uuid4()
    await capacity.hear([published(service_id, [pool_id])])
    assert (await capacity.say(pool_id, "open", **said)).status_code == 200
    return pool_id


async def close(capacity: CapacityAtWork, service_id: UUID) -> None:
    await capacity.hear(
        [new_event(ServiceWithdrawnV1(service_id=service_id, version=2, closed=True), area=AREA)]
    )


async def nothing_is_put_aside(capacity: CapacityAtWork) -> bool:
    return not await capacity.pool.fetch("SELECT FROM deferred_events")


@pytest.mark.parametrize("said", [IN_ALL, NEW_PEOPLE], ids=["places-in-all", "places-for-new-people"])
async def test_places_of_a_closed_service_are_given_back_and_stay_closed(
    capacity: CapacityAtWork, said: dict[str, Any]
) -> None:
    service_id = uuid4()
    pool_id = await a_pool(capacity, service_id, said)
    came, waits = asked(pool_id), asked(pool_id)
    await capacity.hear([came, waits, word(PlaceConfirmedV1, came)])
    await close(capacity, service_id)

    await capacity.hear([word(PlaceEndedV1, came)])
    await capacity.hear([word(PlaceGivenUpV1, waits, reason="not-wanted")])

    assert await nothing_is_put_aside(capacity)
    freed = [each.model_dump() for each in await capacity.said(PlaceFreedV1)]
    assert [(each["request_id"], each["reopened"], each["free"]) for each in freed] == [
        (came.data.request_id, False, 0),
        (waits.data.request_id, False, 0),
    ]
    assert (await capacity.counts(pool_id))[2:] == (0, 0)


async def test_a_service_that_runs_again_has_the_places_in_all_that_were_said(
    capacity: CapacityAtWork,
) -> None:
    service_id = uuid4()
    pool_id = await a_pool(capacity, service_id, IN_ALL)
    came, stays = asked(pool_id), asked(pool_id)
    await capacity.hear([came, stays])
    await close(capacity, service_id)
    await capacity.hear([word(PlaceGivenUpV1, came, reason="not-wanted")])

    await capacity.hear([published(service_id, [pool_id], version=3)])

    assert await capacity.counts(pool_id) == (60, 59, 1, 0)


async def test_who_had_a_place_at_a_closed_service_can_be_forgotten(capacity: CapacityAtWork) -> None:
    service_id = uuid4()
    pool_id = await a_pool(capacity, service_id, IN_ALL)
    request = asked(pool_id)
    await capacity.hear([request])
    await close(capacity, service_id)
    await capacity.hear([word(PlaceGivenUpV1, request, reason="withdrawn")])
    wish = PersonErasedV1(
        referral_id=request.data.referral_id,
        person_id=uuid4(),
        leg_ids=(request.data.leg_id,),
        request_ids=(request.data.request_id,),
    )

    await capacity.hear([new_event(wish, area=AREA)])

    assert await nothing_is_put_aside(capacity)
    assert len(await capacity.said(PersonErasureAnsweredV1)) == 1


async def test_a_forgotten_hold_at_a_closed_service_is_freed(capacity: CapacityAtWork) -> None:
    service_id = uuid4()
    pool_id = await a_pool(capacity, service_id, IN_ALL)
    await capacity.hear([asked(pool_id)])
    await close(capacity, service_id)
    capacity.clock.forward(3 * WEEK)
    metrics = CapacityMetrics(CollectorRegistry())

    await run(capacity, forgotten_holds_round(3 * WEEK, metrics), metrics)

    assert metrics.registry.get_sample_value("kith_capacity_pools_set_aside") == 0
    assert [each.model_dump()["reason"] for each in await capacity.said(PlaceFreedV1)] == ["expired"]
