"""One record from Kafka on its way through the pipeline: read once, at the edge, without ever raising."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import orjson
from pydantic import ValidationError

from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.envelope import Event, MalformedEvent, event_from_record
from shared.messaging.subscription import Subscription
from shared.messaging.topics import Order, all_topics

EVENT_TYPE = re.compile(r"[a-z]{1,20}\.[a-z-]{1,60}\.v[1-9][0-9]{0,2}")
LONGEST_KEY = 200  # characters of an order key that are worth keeping


class Record(Protocol):
    """What is used of aiokafka's ConsumerRecord."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


@dataclass(slots=True)  # one for each record: frozen, making it would take three times as long
class Delivery:
    """A record, read: an event that is wanted, or the reason why it is not one.

    `skip` says that the consumer has nothing to do with it; `poison` that it can never be handled.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]
    event_type: str | None
    order_key: str | None
    event: Event[Any] | None = None
    skip: str | None = None
    poison: str | None = None


def read(record: Record, subscription: Subscription) -> Delivery:
    """Reads a record for a subscription. A record that cannot be read becomes poison with a reason, no data."""
    headers = {name: value or b"" for name, value in record.headers}  # Kafka allows a header without a value
    event_type = _event_type(headers.get("ce_type", b""))
    event: Event[Any] | None = None
    skip = poison = None
    model = subscription.wanted.get(event_type or "")
    if record.value is None and not headers and _is_compacted(record.topic):
        skip = "tombstone"
    elif event_type is None:
        poison = "no-event-type"
    elif model is None:
        skip = "not-wanted" if event_type in CLASS_OF_TYPE else "unknown-type"
    else:
        try:
            event = event_from_record(headers, record.value, model)
        except ValidationError as error:
            poison = _first_fault(error)
        except MalformedEvent as error:
            poison = f"malformed: {error}"
    return Delivery(
        record.topic,
        record.partition,
        record.offset,
        record.key,
        record.value,
        headers,
        event_type,
        None if skip or event_type is None else _order_key(record, subscription, event),
        event,
        skip,
        poison,
    )


def _is_compacted(topic: str) -> bool:
    found = all_topics().get(topic)
    return found is not None and found.config["cleanup.policy"] == "compact"


@lru_cache(maxsize=256)  # a service hears some ten types, and each event has one
def _event_type(header: bytes) -> str | None:
    """The type, where it has the form of one: a newer type is ignored, rubbish is not."""
    text = header.decode("ascii", "replace")
    return text if EVENT_TYPE.fullmatch(text) else None


def _first_fault(error: ValidationError) -> str:
    """Field and rule of the first fault, without the value that broke it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])[:80] or "body"
    return f"invalid: {place}: {first['type']}"


def _order_key(record: Record, subscription: Subscription, event: Event[Any] | None) -> str | None:
    order = subscription.order
    if order.order is not Order.STRICT:
        return None
    if order.order_by is None:
        return _clean(record.key)[:LONGEST_KEY] if record.key else None
    if event is not None:
        return str(getattr(event.data, order.order_by))
    return _order_key_of_broken(record.value, order.order_by)


def _order_key_of_broken(value: bytes | None, order_by: str) -> str | None:
    """The key of a broken record, where it can be told: what comes after it has to wait."""
    try:
        body = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    found = body.get(order_by) if isinstance(body, dict) else None
    return found.replace("\0", "")[:LONGEST_KEY] if isinstance(found, str) else None


def _clean(value: bytes) -> str:
    """Text that PostgreSQL can store, whatever the bytes were."""
    return value.decode("utf-8", "replace").replace("\0", "")
