"""A consumer that is told to stop in the midst of a batch, or whose handler cancels itself, loses nothing."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.envelope import Event
from shared.messaging.consumers import Consumers
from shared.messaging.one_at_a_time import StepCancelled
from shared.messaging.outbox import append_event
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Connection, transaction
from tests.support.eventually import eventually
from tests.support.messaging_place import MessagingPlace, note

SECONDS_TO_LEAVE = 1.0


async def _say(place: MessagingPlace, key: UUID, numbers: Sequence[int]) -> None:
    async with transaction(place.pool) as connection:
        for number in numbers:
            await append_event(connection, place.event_data(key, number), area=None)


def _consumers(place: MessagingPlace, subscription: Subscription) -> Consumers:
    return Consumers("test", place.servers.kafka, place.pool, [subscription], place.metrics)


async def test_a_stop_in_the_midst_of_a_long_batch_leaves_within_a_second_and_loses_nothing(
    place: MessagingPlace,
) -> None:
    key, begun, numbers = uuid4(), asyncio.Event(), range(100)
    pause = 0.03

    async def slow(connection: Connection, event: Event[Any]) -> None:
        begun.set()
        await asyncio.sleep(pause)
        await note(connection, event)

    subscription = place.subscription(slow, group=f"test.{uuid4().hex}")
    async with place.relaying():
        await _say(place, key, numbers)
        stopping = asyncio.create_task(_consumers(place, subscription).run())
        await asyncio.wait_for(begun.wait(), 20)
        asked = time.monotonic()
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
        assert time.monotonic() - asked <= SECONDS_TO_LEAVE
        assert len(await place.happened()) < len(numbers)

        pause = 0.0
        async with place.consuming(subscription):
            await eventually(lambda: _has_happened(place, len(numbers)))
    assert await place.happened(key) == [*numbers]


async def test_a_handler_that_cancels_itself_ends_the_process_and_its_event_is_handled_after(
    place: MessagingPlace,
) -> None:
    key, refusals = uuid4(), [1]

    async def handler(connection: Connection, event: Event[Any]) -> None:
        if event.data.number in refusals:
            refusals.clear()
            raise asyncio.CancelledError
        await note(connection, event)

    subscription = place.subscription(handler, group=f"test.{uuid4().hex}")
    async with place.relaying():
        await _say(place, key, [1])
        with pytest.raises(StepCancelled):
            async with asyncio.timeout(20):
                await _consumers(place, subscription).run()
        await _say(place, key, [2])
        async with place.consuming(subscription):
            await eventually(lambda: _has_happened(place, 2))
    assert await place.happened(key) == [1, 2]


async def _has_happened(place: MessagingPlace, count: int) -> bool:
    return len(await place.happened()) >= count
