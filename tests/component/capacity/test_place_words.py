"""Words about places: one decision a place, whoever asks at once and whatever is delivered again."""

import asyncio
from collections import Counter
from uuid import uuid4

import pytest

from services.capacity.storage.pool_rows import lock_pool
from shared.events.capacity import PlaceFreedV1, PlaceHeldV1, PlaceRefusedV1, PlaceTakenV1, SignalChangedV1
from shared.events.envelope import new_event
from shared.events.referral import PlaceConfirmedV1, PlaceEndedV1, PlaceGivenUpV1
from shared.messaging.deferred_events import finish
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.retrier import Retrier
from shared.postgres.pool import transaction
from tests.component.capacity.at_work import CapacityAtWork, asked, word
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE


@pytest.mark.asvs("V2.3.4")
async def test_200_at_once_for_7_places_get_exactly_7(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 7)
    requests = [asked(pool_id) for _ in range(200)]

    # The lock is there so that several have begun before any can end.
    async with capacity.pool.acquire() as watcher, transaction(capacity.pool, EVERYWHERE) as first:
        await lock_pool(first, pool_id)
        hearing = asyncio.gather(*(capacity.hear(requests[start : start + 5]) for start in range(0, 200, 5)))
        await eventually(lambda: somebody_waits_for_a_lock(watcher, at_least=4))
    await hearing

    outcomes = Counter(each.event_type for each in await capacity.said(PlaceHeldV1, PlaceRefusedV1))
    assert outcomes == {PlaceHeldV1.event_type: 7, PlaceRefusedV1.event_type: 193}
    assert {each.reason for each in await capacity.said(PlaceRefusedV1)} == {"no-free-place"}  # type: ignore[attr-defined]
    assert await capacity.counts(pool_id) == (7, 0, 7, 0)


async def test_batches_that_name_the_same_pools_in_other_orders_all_come_through(
    capacity: CapacityAtWork,
) -> None:
    pools = [await capacity.a_pool("open", 50) for _ in range(4)]
    batches = [[asked(pools[(start + n) % 4]) for n in range(8)] for start in range(24)]

    await asyncio.gather(*(capacity.hear(batch) for batch in batches))

    assert len(await capacity.said(PlaceHeldV1)) == 24 * 8
    assert [await capacity.counts(each) for each in pools] == [(50, 2, 48, 0)] * 4
    assert await capacity.dead() == []


async def test_every_outcome_names_the_event_that_caused_it(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 1)
    first, second = asked(pool_id), asked(pool_id)

    await capacity.hear([first, second])

    assert await capacity.causes() == [None, str(first.id), str(second.id)]


async def test_what_is_delivered_again_changes_nothing(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 3)
    requests = [asked(pool_id) for _ in range(2)]
    confirmed = word(PlaceConfirmedV1, requests[0])

    await capacity.hear([*requests, confirmed])
    before = await capacity.said()
    await capacity.hear([*requests, confirmed])

    assert await capacity.said() == before
    assert await capacity.counts(pool_id) == (3, 1, 1, 1)


async def test_what_referral_says_again_is_answered_again_and_changes_nothing(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await capacity.a_pool("open", 2)
    taken, held, refused = asked(pool_id), asked(pool_id), asked(pool_id)
    await capacity.hear([taken, held, refused, word(PlaceConfirmedV1, taken)])
    first = await capacity.said()
    await capacity.say(pool_id, "open", 2, seen=1)
    before = await capacity.said()

    repeated = [new_event(each.data, area=each.area) for each in (held, refused)]
    confirmed = word(PlaceConfirmedV1, taken)
    await capacity.hear([*repeated, confirmed])

    again = (await capacity.said())[len(before) :]
    assert again == [first[2], first[3], first[4]]
    assert [each.event_type.split("-")[1] for each in again] == ["held.v1", "refused.v1", "taken.v1"]
    assert (await capacity.causes())[-3:] == [str(each.id) for each in (*repeated, confirmed)]
    assert await capacity.counts(pool_id) == (4, 2, 1, 1)
    metrics = (await capacity.http.get("/metrics")).text
    assert 'kith_capacity_answers_repeated_total{outcome="refused-no-free-place"} 1.0' in metrics
    assert 'kith_capacity_place_outcomes_total{outcome="refused-no-free-place"} 1.0' in metrics


async def test_a_request_said_again_after_its_dead_letter_was_dropped_is_answered(
    capacity: CapacityAtWork,
) -> None:
    """The repetition waits behind the dead letter of its request, and goes on by itself once that is dropped."""
    pool_id = await capacity.a_pool("open", 1)
    unreadable = new_event(asked(pool_id).data, area=None)
    repeated = new_event(unreadable.data, area="E09000009")
    await capacity.hear([unreadable])
    await capacity.hear([repeated])
    assert await capacity.said(PlaceHeldV1) == []

    async with transaction(capacity.pool, EVERYWHERE) as connection:
        dead = await connection.fetchval("SELECT id FROM deferred_events WHERE status = 'dead'")
        await finish(connection, dead)
    await Retrier(capacity.pool, capacity.parts.subscriptions, MessagingMetrics()).try_next()

    assert [each.model_dump()["request_id"] for each in await capacity.said(PlaceHeldV1)] == [
        unreadable.data.request_id
    ]


async def test_a_place_goes_its_whole_way_in_one_batch(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("limited", 1)
    first, second = asked(pool_id), asked(pool_id)

    await capacity.hear([first, word(PlaceConfirmedV1, first), word(PlaceEndedV1, first), second])

    kinds = [type(each) for each in await capacity.said()]
    assert kinds == [SignalChangedV1, PlaceHeldV1, PlaceTakenV1, PlaceFreedV1, PlaceHeldV1]
    assert await capacity.counts(pool_id) == (1, 0, 1, 0)


async def test_accept_crossing_a_lapse_leaks_no_place(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 20)
    requests = [asked(pool_id) for _ in range(20)]
    await capacity.hear(requests)
    words = [
        [word(PlaceConfirmedV1, each) for each in requests],
        [word(PlaceGivenUpV1, each, reason="lapsed") for each in requests],
    ]

    await asyncio.gather(
        *(capacity.hear(side[start : start + 2]) for start in range(0, 20, 2) for side in words)
    )

    assert await capacity.counts(pool_id) == (20, 20, 0, 0)
    assert len(await capacity.said(PlaceFreedV1)) == 20
    taken, gone = await capacity.said(PlaceTakenV1), await capacity.said(PlaceRefusedV1)
    assert len(taken) + len(gone) == 20


async def test_confirming_a_hold_that_is_gone_is_refused(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 1)
    request = asked(pool_id)
    await capacity.hear([request, word(PlaceGivenUpV1, request, reason="withdrawn")])

    await capacity.hear([word(PlaceConfirmedV1, request)])

    (refused,) = await capacity.said(PlaceRefusedV1)
    assert refused.model_dump()["reason"] == "hold-gone"
    assert await capacity.counts(pool_id) == (1, 1, 0, 0)


async def test_unknown_pools_and_silent_ones_give_no_place(capacity: CapacityAtWork) -> None:
    silent = await capacity.a_pool()

    await capacity.hear([asked(silent), asked(uuid4())])

    assert [each.model_dump()["reason"] for each in await capacity.said(PlaceRefusedV1)] == [
        "unknown",
        "no-such-pool",
    ]


async def test_a_bad_event_costs_only_itself(capacity: CapacityAtWork) -> None:
    pool_id, other = await capacity.a_pool("open", 9), await capacity.a_pool("open", 9)
    good = [asked(pool_id) for _ in range(3)]
    without_area = new_event(asked(pool_id).data, area=None)
    elsewhere = new_event(
        word(PlaceConfirmedV1, good[0]).data.model_copy(update={"pool_id": other}), area="E09000009"
    )

    await capacity.hear([good[0], without_area, good[1], elsewhere, good[2]])

    assert len(await capacity.said(PlaceHeldV1)) == 3
    assert await capacity.dead() == ["no-area", "request-of-another-pool"]
    assert await capacity.counts(other) == (9, 9, 0, 0)
