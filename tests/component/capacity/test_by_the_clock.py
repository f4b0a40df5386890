"""What time does: signals decay, forgotten holds are freed, and the directory's versions only go forward."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from services.capacity.entrypoints.side_tasks import forgotten_holds_round
from services.capacity.metrics import CapacityMetrics
from services.capacity.storage.pool_rows import lock_pool
from shared.events.capacity import PlaceFreedV1, PlaceHeldV1, PlaceRefusedV1, SignalChangedV1
from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import new_event
from shared.events.referral import PlaceConfirmedV1, PlaceGivenUpV1
from shared.postgres.pool import transaction
from tests.component.capacity.at_work import (
    AREA,
    CapacityAtWork,
    asked,
    decay_all,
    offered,
    published,
    run,
    word,
)
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE

WEEK = timedelta(days=7)


async def test_a_signal_that_nobody_confirms_decays_to_unknown(capacity: CapacityAtWork) -> None:
    old, fresh = await capacity.a_pool("open", 2), await capacity.a_pool()
    capacity.clock.forward(WEEK - timedelta(seconds=1))
    await capacity.say(fresh, "open", 2)
    await decay_all(capacity)
    assert len(await capacity.said()) == 2

    capacity.clock.forward(timedelta(seconds=1))
    await decay_all(capacity)
    await decay_all(capacity)

    told = [each.model_dump() for each in await capacity.said(SignalChangedV1)]
    assert [(each["pool_id"], each["status"], each["source"]) for each in told[2:]] == [
        (old, "unknown", "decay")
    ]
    assert (told[2]["version"], told[2]["free"]) == (2, 0)
    await capacity.hear([asked(old)])
    assert (await capacity.said(PlaceRefusedV1))[0].model_dump()["reason"] == "unknown"
    assert (await capacity.say(old, "open", 5, seen=1)).status_code == 200


async def test_a_word_whose_time_is_over_gives_no_place_before_the_round_has_come_by(
    capacity: CapacityAtWork,
) -> None:
    """What was held before stays held: the word about it is answered as ever."""
    pool_id = await capacity.a_pool("open", 3)
    before, last, late = asked(pool_id), asked(pool_id), asked(pool_id)
    await capacity.hear([before])
    capacity.clock.forward(WEEK - timedelta(seconds=1))
    await capacity.hear([last])

    capacity.clock.forward(timedelta(seconds=1))
    await capacity.hear([late, word(PlaceConfirmedV1, before)])

    assert [each.model_dump()["request_id"] for each in await capacity.said(PlaceHeldV1)] == [
        before.data.request_id, last.data.request_id,
    ]  # fmt: skip
    (refused,) = await capacity.said(PlaceRefusedV1)
    assert (refused.model_dump()["request_id"], refused.model_dump()["reason"]) == (
        late.data.request_id, "unknown",
    )  # fmt: skip
    assert await capacity.counts(pool_id) == (3, 1, 1, 1)


async def test_a_pause_or_full_whose_time_is_over_is_still_refused_by_its_own_name(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await capacity.a_pool("full")
    capacity.clock.forward(WEEK)

    await capacity.hear([asked(pool_id)])

    assert (await capacity.said(PlaceRefusedV1))[0].model_dump()["reason"] == "full"


async def test_a_hold_that_nobody_ends_is_freed_told_and_counted(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 3)
    forgotten, taken = asked(pool_id), asked(pool_id)
    await capacity.hear([forgotten, taken, word(PlaceConfirmedV1, taken)])
    capacity.clock.forward(timedelta(days=21))
    young = asked(pool_id)
    await capacity.say(pool_id, "open", 1, seen=1)
    await capacity.hear([young])
    metrics = CapacityMetrics(CollectorRegistry())

    with capture_logs() as logs:
        await run(capacity, forgotten_holds_round(3 * WEEK, metrics), metrics)
        await run(capacity, forgotten_holds_round(3 * WEEK, metrics), metrics)

    (freed,) = await capacity.said(PlaceFreedV1)
    assert freed.model_dump()["request_id"] == forgotten.data.request_id
    assert freed.model_dump()["reason"] == "expired"
    assert await capacity.counts(pool_id) == (3, 1, 1, 1)
    assert [(each["event"], each["log_level"]) for each in logs] == [("hold.forgotten", "error")]
    assert metrics.registry.get_sample_value("kith_capacity_forgotten_holds_total") == 1


async def test_a_hold_that_is_confirmed_at_that_very_moment_stays_taken(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 1)
    request = asked(pool_id)
    await capacity.hear([request])
    capacity.clock.forward(timedelta(days=21))
    metrics = CapacityMetrics(CollectorRegistry())

    async with transaction(capacity.pool, EVERYWHERE) as first:
        await lock_pool(first, pool_id)
        freeing = asyncio.create_task(run(capacity, forgotten_holds_round(3 * WEEK, metrics), metrics))
        await eventually(lambda: somebody_waits_for_a_lock(capacity.pool))
        await first.execute("UPDATE pools SET held = held - 1, taken = taken + 1 WHERE pool_id = $1", pool_id)
        await first.execute("UPDATE place_holds SET state = 'taken'")
    await freeing

    assert await capacity.said(PlaceFreedV1) == []
    assert await capacity.counts(pool_id) == (1, 0, 0, 1)


async def test_a_withdrawn_service_gives_no_place_and_keeps_its_people(capacity: CapacityAtWork) -> None:
    service_id, pool_id = uuid4(), uuid4()
    await capacity.hear([published(service_id, [pool_id])])
    await capacity.say(pool_id, "open", 2)
    request = asked(pool_id)
    await capacity.hear([request])

    await capacity.hear([new_event(ServiceWithdrawnV1(service_id=service_id, version=2), area=AREA)])
    await capacity.hear([asked(pool_id), word(PlaceConfirmedV1, request)])

    assert (await capacity.said(PlaceRefusedV1))[0].model_dump()["reason"] == "no-such-pool"
    assert (await capacity.counts(pool_id))[2:] == (0, 1)
    assert (await capacity.say(pool_id, "open", 2, seen=1)).status_code == 410
    await capacity.hear([published(service_id, [pool_id], version=3)])
    await capacity.hear([asked(pool_id)])
    assert len(await capacity.said(PlaceHeldV1)) == 2


async def test_an_older_version_of_a_service_changes_nothing(capacity: CapacityAtWork) -> None:
    service_id, kept, dropped = uuid4(), uuid4(), uuid4()
    await capacity.hear([published(service_id, [kept], version=5)])

    await capacity.hear([published(service_id, [kept, dropped], version=4)])
    await capacity.hear([new_event(ServiceWithdrawnV1(service_id=service_id, version=4), area=AREA)])

    rows = await capacity.pool.fetch("SELECT pool_id, withdrawn FROM pools WHERE NOT withdrawn")
    assert [row["pool_id"] for row in rows] == [kept]


async def test_a_withdrawal_that_overtakes_the_service_keeps_its_pools_closed(
    capacity: CapacityAtWork,
) -> None:
    service_id, pool_id = uuid4(), uuid4()
    await capacity.hear([new_event(ServiceWithdrawnV1(service_id=service_id, version=2), area=AREA)])

    await capacity.hear([published(service_id, [pool_id], version=1)])

    assert await capacity.pool.fetchval("SELECT count(*) FROM pools WHERE NOT withdrawn") == 0
    await capacity.hear([published(service_id, [pool_id], version=3)])
    assert await capacity.pool.fetchval("SELECT pool_id FROM pools WHERE NOT withdrawn") == pool_id


async def test_no_service_takes_over_anothers_pool(capacity: CapacityAtWork) -> None:
    owner, pool_id = uuid4(), uuid4()
    await capacity.hear([published(owner, [pool_id])])

    await capacity.hear([published(uuid4(), [pool_id], version=9)])

    assert await capacity.pool.fetchval("SELECT service_id FROM pools") == owner


async def test_the_first_showing_of_an_offer_counts_and_a_stranger_is_ignored(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await capacity.a_pool("open", 2)
    request, stranger = asked(pool_id), asked(pool_id)
    await capacity.hear([request])
    first = capacity.clock()

    later = offered(request, first + timedelta(hours=1))
    await capacity.hear([offered(stranger, first), offered(request, first), later])
    await capacity.hear([offered(request, first + timedelta(hours=2))])

    assert await capacity.pool.fetchval("SELECT shown_at FROM place_holds") == first
    assert await capacity.dead() == []
    await capacity.hear([word(PlaceGivenUpV1, request, reason="declined")])
    assert await capacity.pool.fetchval("SELECT shown_at FROM place_holds") == first
