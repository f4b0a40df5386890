"""An event as a record that Kafka gives."""

from typing import Any

from shared.events.envelope import Event
from shared.messaging.kafka_record import StoredRecord


def stored(event: Event[Any], offset: int = 0) -> StoredRecord:
    headers = tuple((name, value.encode()) for name, value in event.headers().items())
    return StoredRecord(event.data.topic, 0, offset, event.subject.encode(), event.body(), headers)
