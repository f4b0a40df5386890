"""Words about places: one decision a place, whoever asks at once and whatever is delivered again."""

import asyncio
from collections import Counter
from uuid import uuid4

from shared.events.capacity import PlaceFreedV1, PlaceHeldV1, PlaceRefusedV1, PlaceTakenV1, SignalChangedV1
from shared.events.envelope import new_event
from shared.events.referral import PlaceConfirmedV1, PlaceEndedV1, PlaceGivenUpV1
from tests.component.capacity.at_work import CapacityAtWork, asked, word


async def test_200_at_once_for_7_places_get_exactly_7(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 7)
    requests = [asked(pool_id) for _ in range(200)]

    await asyncio.gather(*(capacity.hear(requests[start : start + 5]) for start in range(0, 200, 5)))

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
    said_again = new_event(requests[1].data, area=requests[1].area)

    await capacity.hear([*requests, confirmed])
    before = await capacity.said()
    await capacity.hear([*requests, confirmed, said_again, word(PlaceConfirmedV1, requests[0])])

    assert await capacity.said() == before
    assert await capacity.counts(pool_id) == (3, 1, 1, 1)


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
