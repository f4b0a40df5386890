"""The outbox: events are written in the transaction of the facts they tell, and published afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from opentelemetry import propagate

from shared.events.envelope import Event, new_event
from shared.events.event_data import EventData
from shared.postgres.pool import Connection

OUTBOX_CHANNEL = "outbox_events"

# One statement, and the notification goes out with the commit: PostgreSQL folds equal ones of a transaction.
APPENDED = """appended AS (
    INSERT INTO outbox_events (topic, message_key, headers, payload)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[])
    RETURNING 1
)
SELECT pg_notify('outbox_events', '') FROM (SELECT count(*) AS events FROM appended) AS counted WHERE events > 0
"""
APPEND = f"WITH {APPENDED}"


@dataclass(frozen=True, slots=True)
class Alongside:
    """Rows that go with the events in their statement, so that they cost no round trip of their own.

    `inserts` is a constant text: common table expressions whose parameters begin at $5.
    """

    inserts: str
    values: tuple[object, ...]


async def append_event(
    connection: Connection, data: EventData, *, area: str | None, caused_by: Event[Any] | None = None
) -> Event[Any]:
    """Adds one event to the outbox of the open transaction and returns it.

    The caller holds the lock of the aggregate's row, so that events of one aggregate stand in commit order.
    """
    event = say(data, area=area, caused_by=caused_by)
    await append_events(connection, [event])
    return event


def say(data: EventData, *, area: str | None, caused_by: Event[Any] | None = None) -> Event[Any]:
    """An event that is said now, in the trace of what caused it."""
    traceparent = caused_by.traceparent if caused_by and caused_by.traceparent else _current_traceparent()
    return new_event(data, area=area, caused_by=caused_by.id if caused_by else None, traceparent=traceparent)


async def append_events(
    connection: Connection, events: Sequence[Event[Any]], alongside: Alongside | None = None
) -> None:
    """Adds many events in one round trip, in the order given."""
    if not events and alongside is None:
        return
    await connection.execute(
        _append_with(alongside.inserts) if alongside else APPEND,
        [event.data.topic for event in events],
        [event.subject for event in events],
        [orjson.dumps(event.headers()).decode() for event in events],
        [event.body() for event in events],
        *(alongside.values if alongside else ()),
    )


@cache
def _append_with(inserts: str) -> str:
    return f"WITH {inserts}, {APPENDED}"


async def append_tombstone(connection: Connection, topic: str, key: str) -> None:
    """Makes a compacted topic forget a key: a record without a body, and without anything that tells of it."""
    await connection.execute(APPEND, [topic], [key], ["{}"], [None])


def _current_traceparent() -> str | None:
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")
