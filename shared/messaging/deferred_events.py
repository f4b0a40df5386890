"""Events put aside in the consumer's own database: to be retried, parked behind an earlier one, or dead."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

import orjson

from shared.messaging.delivery import Delivery
from shared.postgres.pool import Connection


class Status(StrEnum):
    """RETRY is due some time, PARKED waits behind an earlier event of its key, DEAD waits for a person.

    What is parked is never tried: it becomes RETRY when it is the first of its key.
    """

    RETRY = "retry"
    PARKED = "parked"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Deferral:
    """A delivery that is put aside, and why."""

    delivery: Delivery
    status: Status
    reason: str
    handler: str | None = None
    pause: timedelta = timedelta()
    attempts: int = 0


DEFER = """
INSERT INTO deferred_events
    (consumer, order_key, status, attempts, due_at, reason, handler, event_type,
     topic, partition, "offset", message_key, headers, payload)
SELECT $1, order_key, status, attempts, now() + pause, reason, handler, event_type,
     topic, partition, "offset", message_key, headers, payload
FROM unnest($2::text[], $3::text[], $4::int[], $5::interval[], $6::text[], $7::text[], $8::text[],
     $9::text[], $10::int[], $11::bigint[], $12::bytea[], $13::jsonb[], $14::bytea[])
     WITH ORDINALITY AS
     new (order_key, status, attempts, pause, reason, handler, event_type,
     topic, partition, "offset", message_key, headers, payload, place)
ORDER BY place
ON CONFLICT (consumer, topic, partition, "offset") DO NOTHING
"""

ANYTHING_PUT_ASIDE = "SELECT EXISTS (SELECT FROM deferred_events WHERE consumer = $1)"
BLOCKED_KEYS = """
SELECT DISTINCT order_key FROM deferred_events WHERE consumer = $1 AND order_key = ANY ($2::text[])
"""
# By the record's key, or by the key that its order goes by.
ANYTHING_PUT_ASIDE_ABOUT = """
SELECT EXISTS (
    SELECT FROM deferred_events
    WHERE (message_key = ANY ($1::bytea[]) OR order_key = ANY ($2::text[])) AND event_type IS DISTINCT FROM $3)
"""

# Takes one row away and releases the next of its key, unless that waits for a person.
# The comparison of rows keeps PostgreSQL on the index, however many rows the key has.
FINISH = """
WITH gone AS (DELETE FROM deferred_events WHERE id = $1 RETURNING consumer, order_key)
UPDATE deferred_events SET status = 'retry', due_at = now()
WHERE status = 'parked' AND id = (
    SELECT next.id FROM gone, LATERAL (
        SELECT id, consumer, order_key FROM deferred_events
        WHERE (consumer, order_key, id) >= (gone.consumer, gone.order_key, 0) AND id <> $1
        ORDER BY consumer, order_key, id LIMIT 1) AS next
    WHERE next.consumer = gone.consumer AND next.order_key = gone.order_key)
"""

# Reads one row a key by leaping from key to key through the index, however many wait behind it.
RELEASE_FORGOTTEN = """
WITH RECURSIVE first AS (
    (SELECT id, consumer, order_key, status FROM deferred_events WHERE order_key IS NOT NULL
     ORDER BY consumer, order_key, id LIMIT 1)
    UNION ALL
    SELECT next.* FROM first, LATERAL (
        SELECT id, consumer, order_key, status FROM deferred_events
        WHERE (consumer, order_key) > (first.consumer, first.order_key) AND order_key IS NOT NULL
        ORDER BY consumer, order_key, id LIMIT 1) AS next)
UPDATE deferred_events SET status = 'retry', due_at = now()
WHERE status = 'parked' AND id = ANY (ARRAY(SELECT id FROM first WHERE status = 'parked'))
"""


async def finish(connection: Connection, deferred_id: int) -> None:
    """The event is handled or given up: its row goes, and what waited behind it may be tried."""
    await connection.execute(FINISH, deferred_id)


async def release_forgotten(connection: Connection) -> None:
    """Releases what was parked behind an event that was finished in the same moment: neither saw the other."""
    await connection.execute(RELEASE_FORGOTTEN)


async def defer(connection: Connection, consumer: str, deferrals: Sequence[Deferral]) -> None:
    """Puts deliveries aside, in order, in one round trip."""
    if not deferrals:
        return
    each = [d.delivery for d in deferrals]
    await connection.execute(
        DEFER,
        consumer,
        [d.order_key for d in each],
        [d.status for d in deferrals],
        [d.attempts for d in deferrals],
        [d.pause for d in deferrals],
        [d.reason[:200] for d in deferrals],
        [d.handler for d in deferrals],
        [d.event_type for d in each],
        [d.topic for d in each],
        [d.partition for d in each],
        [d.offset for d in each],
        [d.key for d in each],
        [headers_to_json(d.headers) for d in each],
        [d.value for d in each],
    )


async def anything_put_aside(connection: Connection, consumer: str) -> bool:
    """Whether this consumer has put any event aside: on most days none, and no key need be looked for."""
    return bool(await connection.fetchval(ANYTHING_PUT_ASIDE, consumer))


async def anything_put_aside_about(connection: Connection, ids: Sequence[UUID], *, but: str) -> bool:
    """Whether any consumer of this database has put aside an event with such a key, of another type than `but`."""
    keys = [str(each) for each in ids]
    found = await connection.fetchval(ANYTHING_PUT_ASIDE_ABOUT, [key.encode() for key in keys], keys, but)
    return bool(found)


async def blocked_keys(connection: Connection, consumer: str, keys: Sequence[str]) -> set[str]:
    """Those of the keys that have an event put aside: what comes after it has to wait."""
    if not keys:
        return set()
    rows = await connection.fetch(BLOCKED_KEYS, consumer, list(keys))
    return {row["order_key"] for row in rows}


def headers_to_json(headers: Mapping[str, bytes | None]) -> str:
    """Headers as JSON that PostgreSQL takes whatever the bytes are; plain text stays readable."""
    return orjson.dumps(
        {name.replace("\0", ""): _to_text(value or b"") for name, value in headers.items()}
    ).decode()


def headers_from_json(stored: str) -> dict[str, bytes]:
    """The inverse of `headers_to_json`."""
    return {
        name: base64.b64decode(value[7:]) if value.startswith("base64:") else value.encode()
        for name, value in orjson.loads(stored).items()
    }


def _to_text(value: bytes) -> str:
    text = value.decode("ascii", "replace")
    plain = text.encode("ascii", "replace") == value and text.isprintable()
    if plain and not text.startswith("base64:"):
        return text
    return "base64:" + base64.b64encode(value).decode()
