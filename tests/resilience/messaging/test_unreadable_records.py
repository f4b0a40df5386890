"""A record that aiokafka cannot unpack: a dead letter, and nothing beside it is lost."""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy as BatchInPython

from shared.events.envelope import Event, new_event
from shared.messaging.consumers import Consumers
from tests.support.eventually import eventually
from tests.support.messaging_place import MessagingPlace, note, running


class NotText(str):
    """A header name that no producer of ours could send. aiokafka's own writer in C takes real text only."""

    __slots__ = ()

    def encode(self, *_: Any, **__: Any) -> bytes:
        return b"\xff\xfe"


@pytest.mark.parametrize("compression", [0, 1], ids=["plain", "gzip"])
async def test_header_name_that_is_not_text_costs_one_event(place: MessagingPlace, compression: int) -> None:
    for round_ in range(2):
        for partition in range(4):
            first = 100 * round_ + 10 * partition
            await _publish(place, partition, first, broken=partition == 2, compression=compression)
    subscription = place.subscription(note)

    async with place.consuming(subscription):
        await eventually(lambda: _all_of(place, rounds=2), within=20)
        await eventually(lambda: _dead(place, 2), within=5)
        for partition in range(4):
            await _publish(place, partition, 200 + 10 * partition, broken=False)
        await eventually(lambda: _all_of(place, rounds=3), within=20)

    rows = await place.pool.fetch('SELECT partition, "offset" FROM deferred_events ORDER BY id')
    assert [tuple(row) for row in rows] == [(2, 1), (2, 5)]
    letter = await place.pool.fetchrow("SELECT * FROM deferred_events ORDER BY id")
    assert letter is not None
    assert (letter["reason"], letter["message_key"], letter["payload"]) == ("no-event-type", b"k", b"{}")
    assert "xff" in letter["headers"]


async def test_records_of_other_partitions_are_not_lost_with_the_place_already_committed(
    place: MessagingPlace,
) -> None:
    subscription = place.subscription(note)
    for partition in range(4):
        await _publish(place, partition, 10 * partition, broken=False)
    async with place.consuming(subscription):
        await eventually(lambda: _all_of(place, rounds=1), within=20)
    for partition in (3, 2, 1, 0):
        await _publish(place, partition, 100 + 10 * partition, broken=partition == 1)

    consumers = Consumers("test", place.servers.kafka, place.pool, [subscription], place.metrics)
    async with running(consumers.run):
        await eventually(lambda: _all_of(place, rounds=2), within=20)
        await eventually(lambda: _dead(place, 1), within=5)


async def _publish(
    place: MessagingPlace, partition: int, first: int, *, broken: bool, compression: int = 0
) -> None:
    """Three good events in one batch, and a broken one after the first of them."""
    batch = BatchBuilder(100_000, 0)
    batch._builder = BatchInPython(
        magic=2,
        compression_type=compression,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=0,
        batch_size=100_000,
    )
    for number in range(first, first + 3):
        event: Event[Any] = new_event(place.event_data(uuid4(), number), area=None)
        headers = [(name, value.encode()) for name, value in event.headers().items()]
        batch.append(timestamp=None, key=event.subject.encode(), value=event.body(), headers=headers)
        if broken and number == first:
            batch.append(timestamp=None, key=b"k", value=b"{}", headers=[(NotText("??"), b"x")])
    async with place.raw_producer() as producer:
        sent = await producer.send_batch(batch, place.topic, partition=partition)
        await sent


async def _all_of(place: MessagingPlace, *, rounds: int) -> bool:
    """Every good event of the rounds, each once."""
    wanted = {
        100 * round_ + 10 * partition + n
        for round_ in range(rounds)
        for partition in range(4)
        for n in range(3)
    }
    return Counter(await place.happened()) == Counter(wanted)


async def _dead(place: MessagingPlace, count: int) -> bool:
    query = "SELECT count(*) = $1 FROM deferred_events WHERE status = 'dead'"
    return bool(await place.pool.fetchval(query, count))
