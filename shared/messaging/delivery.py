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
from shared.messaging.topics import ConsumerOrder, Order, all_topics
from shared.service_defaults.invalid_fields import field_errors

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
    headers: Mapping[str, bytes | None]  # Kafka allows a header without a value
    event_type: str | None
    order: ConsumerOrder
    event: Event[Any] | None = None
    skip: str | None = None
    poison: str | None = None

    @property
    def order_key(self) -> str | None:
        """What the events that must keep their order have in common. Worked out only where one is put aside."""
        if self.skip or self.event_type is None or self.order.order is not Order.STRICT:
            return None
        if self.order.order_by is None:
            return _clean(self.key)[:LONGEST_KEY] if self.key else None
        if self.event is not None:
            return str(getattr(self.event.data, self.order.order_by))
        return _order_key_of_broken(self.value, self.order.order_by)


def read(record: Record, subscription: Subscription) -> Delivery:
    """Reads a record for a subscription. A record that cannot be read becomes poison with a reason, no data."""
    headers = dict(record.headers)
    event_type = _event_type(headers.get("ce_type") or b"")
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
        subscription.order,
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
    first = field_errors(error.errors(include_url=False, include_context=False, include_input=False))[0]
    return f"invalid: {first.field[:80]}: {first.rule}"


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
