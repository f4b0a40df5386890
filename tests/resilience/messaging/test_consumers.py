"""What consumers withstand: redelivery, poison, failures, parked keys, newer events."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka.structs import TopicPartition
from structlog.testing import capture_logs

from shared.events.envelope import Event, new_event
from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.messaging.failures import IgnorableEvent, PoisonMessage, RetryableFailure
from shared.messaging.kafka_record import StoredRecord
from shared.messaging.retrier import Retrier
from shared.messaging.topics import Order
from shared.postgres.pool import Connection, open_pool, transaction
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.messaging_place import MessagingPlace, note, running


class Failing:
    """A handler that fails for some numbers, as often as it is told, and notes the rest."""

    def __init__(self, failures: dict[int, Exception], times: int | None = None) -> None:
        self.failures = failures
        self.times = times
        self.tries: Counter[int] = Counter()

    async def __call__(self, connection: Connection, event: Event[Any]) -> None:
        number = event.data.number
        self.tries[number] += 1
        failure = self.failures.get(number)
        if failure and (self.times is None or self.tries[number] <= self.times):
            await note(connection, event)  # a half-done effect, which must be rolled back
            raise failure
        await note(connection, event)


async def _publish(
    place: MessagingPlace, events: list[Event[Any]], *, partition: int | None = None, times: int = 1
) -> None:
    async with place.raw_producer() as producer:
        for event in events * times:
            await producer.send_and_wait(
                place.topic,
                value=event.body(),
                key=event.subject.encode(),
                partition=partition,
                headers=[(name, value.encode()) for name, value in event.headers().items()],
            )


async def _numbers(place: MessagingPlace, *numbers: int) -> bool:
    return sorted(await place.happened()) == sorted(numbers)


async def _deferred(place: MessagingPlace, status: str) -> int:
    return int(await place.pool.fetchval("SELECT count(*) FROM deferred_events WHERE status = $1", status))


async def test_second_delivery_has_no_second_effect(place: MessagingPlace) -> None:
    events = [new_event(place.event_data(uuid4(), number), area=None) for number in range(3)]
    await _publish(place, events, times=3)
    marker = new_event(place.event_data(uuid4(), 99), area=None)
    for partition in range(4):
        await _publish(place, [marker], partition=partition)

    async with place.consuming(place.subscription(note)):
        await eventually(lambda: _numbers(place, 0, 1, 2, 99), within=20)
        await _publish(place, events)  # once more, in batches of their own
        last = new_event(place.event_data(uuid4(), 100), area=None)
        for partition in range(4):
            await _publish(place, [last], partition=partition)
        await eventually(lambda: _numbers(place, 0, 1, 2, 99, 100), within=20)


async def test_second_group_gets_what_a_first_has_handled(place: MessagingPlace) -> None:
    await _publish(place, [new_event(place.event_data(uuid4(), 1), area=None)])
    async with place.consuming(place.subscription(note), place.subscription(note)):
        await eventually(lambda: _numbers(place, 1, 1), within=20)


async def test_one_poison_event_in_a_batch_over_four_partitions_costs_one_event(
    place: MessagingPlace,
) -> None:
    """FastStream's own batch handling lost 30 of 44 here; see the hazards in the architecture notes."""
    for partition in range(4):
        events = [new_event(place.event_data(uuid4(), partition * 10 + n), area=None) for n in range(10)]
        await _publish(place, events, partition=partition)
    handler = Failing({17: PoisonMessage("cannot-be")})

    async with place.consuming(place.subscription(handler, Order.NONE)):
        await eventually(lambda: _numbers(place, *(n for n in range(40) if n != 17)), within=20)
        await eventually(lambda: _deferred(place, "dead"), within=5)
        for partition in range(4):
            await _publish(
                place, [new_event(place.event_data(uuid4(), 40 + partition), area=None)], partition=partition
            )
        await eventually(lambda: _numbers(place, *(n for n in range(44) if n != 17)), within=10)

    letter = await place.pool.fetchrow("SELECT * FROM deferred_events")
    assert letter is not None
    assert (letter["reason"], letter["topic"], letter["partition"]) == ("cannot-be", place.topic, 1)
    assert letter["handler"]


RUBBISH: dict[str, tuple[bytes | None, list[tuple[str, bytes | None]]]] = {
    "no headers": (b"{}", []),
    "not text in a header": (b"{}", [("ce_type", b"\xff\xfe\x00")]),
    "not json": (b"\x00\x01 hello", [("ce_type", b"test.happened.v1"), ("ce_specversion", b"1.0")]),
    "no body": (None, [("ce_type", b"test.happened.v1"), ("ce_specversion", b"1.0")]),
    "wrong fields": (b'{"number": "x"}', [("ce_type", b"test.happened.v1"), ("ce_specversion", b"1.0")]),
    "no id": (
        b'{"number": 1, "key_id": "0192f0c1-2a3b-7c4d-8e5f-0123456789ab"}',
        [("ce_type", b"test.happened.v1"), ("ce_specversion", b"1.0")],
    ),
    "headers without values": (b"{}", [("ce_type", None), ("x", None)]),
    "an id without a value": (
        b'{"number": 1, "key_id": "0192f0c1-2a3b-7c4d-8e5f-0123456789ab"}',
        [("ce_type", b"test.happened.v1"), ("ce_specversion", b"1.0"), ("ce_id", None), ("ce_time", None)],
    ),
    "a time beyond the calendar": (
        b'{"number": 1, "key_id": "0192f0c1-2a3b-7c4d-8e5f-0123456789ab"}',
        [
            ("ce_type", b"test.happened.v1"),
            ("ce_specversion", b"1.0"),
            ("ce_id", b"0192f0c1-2a3b-7c4d-8e5f-0123456789ab"),
            ("ce_time", b"9999-12-31T23:59:59-12:00"),
        ],
    ),
    "deeply nested": (b"[" * 50_000, [("ce_type", b"test.happened.v1"), ("ce_specversion", b"1.0")]),
}


async def test_rubbish_becomes_a_dead_letter_and_loses_nothing_beside_it(place: MessagingPlace) -> None:
    good = [new_event(place.event_data(uuid4(), number), area=None) for number in range(len(RUBBISH) + 1)]
    async with place.raw_producer() as producer:
        for event, (body, headers) in zip(good, RUBBISH.values(), strict=False):
            await _publish(place, [event], partition=0)
            await producer.send_and_wait(
                place.topic, value=body, key=b"\xff\x00", headers=headers, partition=0
            )
    await _publish(place, [good[-1]], partition=0)

    async with place.consuming(place.subscription(note)):
        await eventually(lambda: _numbers(place, *range(len(good))), within=20)
    assert await _deferred(place, "dead") == len(RUBBISH)


async def test_rubbish_that_is_delivered_again_is_one_dead_letter(place: MessagingPlace) -> None:
    """It has no event id for the inbox to know it by."""
    subscription = place.subscription(note)
    pipeline = ConsumerPipeline(subscription, place.pool, place.metrics)
    rubbish = StoredRecord(place.topic, partition=0, offset=7, key=None, value=b"{", headers=())
    await pipeline.take(pipeline.read([rubbish]))
    await pipeline.take(pipeline.read([rubbish]))
    assert await _deferred(place, "dead") == 1


async def test_handler_that_fails_once_loses_nothing(place: MessagingPlace) -> None:
    handler = Failing(
        {3: ConnectionResetError(), 5: RetryableFailure("busy"), 7: ValueError("a bug")}, times=1
    )
    subscription = place.subscription(handler)
    events = [new_event(place.event_data(uuid4(), number), area=None) for number in range(10)]
    await _publish(place, events)

    async with place.consuming(subscription), place.retrying(subscription):
        await eventually(lambda: _numbers(place, *range(10)), within=20)
    assert await place.pool.fetchval("SELECT count(*) FROM deferred_events") == 0


async def test_event_that_fails_here_while_another_process_takes_it_has_one_effect(
    place: MessagingPlace,
) -> None:
    """As after a rebalance, when the one that lost the partition is still at its last batch."""
    record = _record(place, new_event(place.event_data(uuid4(), 1), area=None))
    elsewhere: list[asyncio.Task[None]] = []
    tries: Counter[int] = Counter()

    async def fails_here(connection: Connection, event: Event[Any]) -> None:
        tries[event.data.number] += 1
        if tries[event.data.number] == 2:  # the batch has failed, and now the event alone does
            elsewhere.append(asyncio.create_task(there.take(there.read([record]))))
            await eventually(lambda: somebody_waits_for_a_lock(place.pool))
        raise ValueError("a bug")

    group = f"test.{uuid4().hex}"
    here = ConsumerPipeline(place.subscription(fails_here, group=group), place.pool, place.metrics)
    there = ConsumerPipeline(place.subscription(note, group=group), place.pool, place.metrics)
    await here.take(here.read([record]))
    await elsewhere[0]

    assert len(await place.happened()) + await _deferred(place, "retry") == 1


async def test_consumer_that_waits_for_the_database_is_not_taken_for_stalled(place: MessagingPlace) -> None:
    progress = asyncio.Event()
    away = await open_pool(place.dsn, application="test")
    away.terminate()
    pipeline = ConsumerPipeline(place.subscription(note), away, place.metrics, progress.set)
    record = _record(place, new_event(place.event_data(uuid4(), 1), area=None))

    waiting = asyncio.create_task(pipeline.take(pipeline.read([record])))
    async with asyncio.timeout(10):
        await progress.wait()
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_retrier_outlives_a_database_that_does_not_answer_in_time(place: MessagingPlace) -> None:
    async with asyncpg.create_pool(place.dsn, command_timeout=0.3) as impatient:
        retrier = Retrier(impatient, [place.subscription(note)], place.metrics)
        async with transaction(place.pool) as connection:
            await connection.execute("LOCK TABLE deferred_events")
            with capture_logs() as logs:
                async with running(retrier.run):
                    await eventually(lambda: len(logs) > 1)
    assert {each["event"] for each in logs} == {"retrier.database_away"}


def _record(place: MessagingPlace, event: Event[Any]) -> StoredRecord:
    headers = tuple((name, value.encode()) for name, value in event.headers().items())
    return StoredRecord(place.topic, 0, 0, event.subject.encode(), event.body(), headers)


async def test_ignorable_event_is_acknowledged_without_a_trace_in_the_rows(place: MessagingPlace) -> None:
    handler = Failing({1: IgnorableEvent("not-ours")})
    await _publish(place, [new_event(place.event_data(uuid4(), n), area=None) for n in range(3)])

    async with place.consuming(place.subscription(handler)):
        await eventually(lambda: _numbers(place, 0, 2), within=20)
    assert await place.pool.fetchval("SELECT count(*) FROM deferred_events") == 0


async def test_later_events_of_a_key_wait_behind_a_dead_one_and_follow_its_replay_in_order(
    place: MessagingPlace,
) -> None:
    stuck, free = uuid4(), uuid4()
    handler = Failing({1: PoisonMessage("wait-for-a-person")})
    subscription = place.subscription(handler)
    await _publish(place, [new_event(place.event_data(stuck, n), area=None) for n in range(1, 5)])
    await _publish(place, [new_event(place.event_data(free, n), area=None) for n in range(11, 15)])

    async with place.consuming(subscription), place.retrying(subscription):
        await eventually(lambda: _numbers(place, 11, 12, 13, 14), within=20)
        await eventually(lambda: _parked(place, dead=1, parked=3), within=10)

        handler.failures.clear()
        await place.pool.execute("UPDATE deferred_events SET status = 'retry' WHERE status = 'dead'")
        await eventually(lambda: _numbers(place, 1, 2, 3, 4, 11, 12, 13, 14), within=10)

    assert await place.happened(stuck) == [1, 2, 3, 4]
    assert await place.pool.fetchval("SELECT count(*) FROM deferred_events") == 0


async def _parked(place: MessagingPlace, *, dead: int, parked: int) -> bool:
    return await _deferred(place, "dead") == dead and await _deferred(place, "parked") == parked


async def test_retried_event_keeps_its_place_before_later_ones_of_its_key(place: MessagingPlace) -> None:
    key = uuid4()
    handler = Failing({1: RetryableFailure("not-yet")}, times=3)
    subscription = place.subscription(handler)
    await _publish(place, [new_event(place.event_data(key, n), area=None) for n in range(1, 21)])

    async with place.consuming(subscription), place.retrying(subscription):
        await eventually(lambda: _numbers(place, *range(1, 21)), within=20)
    assert await place.happened(key) == list(range(1, 21))


async def test_newer_event_type_is_ignored_and_counted(place: MessagingPlace) -> None:
    newer = new_event(place.event_data(uuid4(), 1), area=None)
    headers = newer.headers() | {"ce_type": "test.happened.v9"}
    async with place.raw_producer() as producer:
        await producer.send_and_wait(
            place.topic, newer.body(), headers=[(n, v.encode()) for n, v in headers.items()], partition=0
        )
    await _publish(place, [new_event(place.event_data(uuid4(), 2), area=None)], partition=0)
    subscription = place.subscription(note)

    async with place.consuming(subscription):
        await eventually(lambda: _numbers(place, 2), within=20)
    labels = {"consumer": subscription.group, "event_type": "other", "result": "unknown-type"}
    assert place.metrics.registry.get_sample_value("kith_events_total", labels) == 1
    assert await place.pool.fetchval("SELECT count(*) FROM deferred_events") == 0


async def test_offsets_are_committed_to_the_end_of_every_partition(place: MessagingPlace) -> None:
    for partition in range(4):
        events = [new_event(place.event_data(uuid4(), n), area=None) for n in range(partition + 1)]
        await _publish(place, events, partition=partition)
    subscription = place.subscription(note)

    async with place.consuming(subscription) as consumers:
        await eventually(lambda: _count(place, 10), within=20)
        await eventually(lambda: _committed(consumers, place.topic, {0: 1, 1: 2, 2: 3, 3: 4}), within=10)


async def _count(place: MessagingPlace, count: int) -> bool:
    return len(await place.happened()) == count


async def _committed(consumers: Any, topic: str, wanted: dict[int, int]) -> bool:
    consumer = consumers._subscribers[0].consumer
    found = {number: await consumer.committed(TopicPartition(topic, number)) for number in wanted}
    return found == wanted


@pytest.mark.parametrize("order", [Order.LATEST, Order.NONE])
async def test_without_strict_order_nothing_waits_behind_a_failure(
    place: MessagingPlace, order: Order
) -> None:
    key = uuid4()
    handler = Failing({1: PoisonMessage("never")})
    await _publish(place, [new_event(place.event_data(key, n), area=None) for n in range(1, 4)])

    async with place.consuming(place.subscription(handler, order)):
        await eventually(lambda: _numbers(place, 2, 3), within=20)
    assert await _deferred(place, "parked") == 0
