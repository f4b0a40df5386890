"""Capacity forgets a person's requests for places, and never a place with them."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.events.capacity import PersonErasureAnsweredV1
from shared.events.envelope import Event, new_event
from shared.events.referral import PersonErasedV1, PlaceGivenUpV1, PlaceRequestedV1
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.retrier import Retrier
from shared.security.held_data import HELD_PATH
from tests.component.capacity.at_work import AREA, CapacityAtWork

ROWS = "SELECT count(*) FROM place_holds"


def erased(*requests: UUID) -> Event[Any]:
    data = PersonErasedV1(referral_id=uuid4(), person_id=uuid4(), leg_ids=(uuid4(),), request_ids=requests)
    return new_event(data, area=AREA)


def word(model: type[Any], pool_id: UUID, request_id: UUID, **more: Any) -> Event[Any]:
    return new_event(
        model(pool_id=pool_id, request_id=request_id, referral_id=uuid4(), leg_id=uuid4(), **more), area=AREA
    )


async def test_requests_are_forgotten_when_every_place_is_given_back(capacity: CapacityAtWork) -> None:
    pool_id, request_id = await capacity.a_pool("open", 2), uuid4()
    await capacity.hear(
        [word(PlaceRequestedV1, pool_id, request_id), word(PlaceRequestedV1, pool_id, uuid4())]
    )
    await capacity.hear([word(PlaceGivenUpV1, pool_id, request_id, reason="withdrawn")])
    wish = erased(request_id)

    await capacity.hear([wish])

    assert await capacity.pool.fetchval(ROWS) == 1
    [answer] = await capacity.said(PersonErasureAnsweredV1)
    assert answer == PersonErasureAnsweredV1(referral_id=wish.data.referral_id, person_id=wish.data.person_id)
    assert await capacity.counts(pool_id) == (2, 1, 1, 0)


async def test_a_request_that_still_has_a_place_or_is_not_here_yet_is_waited_for(
    capacity: CapacityAtWork,
) -> None:
    pool_id, request_id = await capacity.a_pool("open", 2), uuid4()
    await capacity.hear([erased(request_id)])
    await capacity.hear([word(PlaceRequestedV1, pool_id, request_id)])
    await capacity.hear([erased(request_id)])

    deferred = await capacity.pool.fetch("SELECT status, reason FROM deferred_events")
    assert [tuple(row) for row in deferred] == [("retry", "places-not-given-back-yet")] * 2
    assert await capacity.pool.fetchval(ROWS) == 1
    assert await capacity.said(PersonErasureAnsweredV1) == []


async def test_what_is_held_is_told_to_our_own_services_alone(capacity: CapacityAtWork) -> None:
    pool_id, request_id = await capacity.a_pool("open", 2), uuid4()
    await capacity.hear([word(PlaceRequestedV1, pool_id, request_id)])
    asked = {
        "person_id": str(uuid4()), "area": AREA, "referral_ids": [], "leg_ids": [], "request_ids": [str(request_id)],
    }  # fmt: skip
    key = capacity.settings.internal_key.get_secret_value()

    async def ask(**headers: str) -> httpx.Response:
        return await capacity.http.post(HELD_PATH, json=asked, headers=headers)

    assert (await ask()).status_code == 401
    [kind] = (await ask(authorization=f"Bearer {key}")).json()["held"]
    assert [record["state"] for record in kind["records"]] == ["held"]


async def test_a_wish_that_had_to_wait_is_met_when_the_last_place_is_given_back(
    capacity: CapacityAtWork,
) -> None:
    """By the retrier, which learns from the row whose areas it is about."""
    pool_id, request_id = await capacity.a_pool("open", 2), uuid4()
    await capacity.hear([word(PlaceRequestedV1, pool_id, request_id)])
    await capacity.hear([erased(request_id)])
    await capacity.hear([word(PlaceGivenUpV1, pool_id, request_id, reason="withdrawn")])
    await capacity.pool.execute("UPDATE deferred_events SET due_at = now() - interval '1 second'")

    assert await Retrier(capacity.pool, capacity.parts.subscriptions, MessagingMetrics()).try_next()

    assert await capacity.pool.fetchval("SELECT count(*) FROM deferred_events") == 0
    assert await capacity.pool.fetchval(ROWS) == 0
    assert len(await capacity.said(PersonErasureAnsweredV1)) == 1
