"""What the checker reads of a Kafka record: its place in the log, its CloudEvents attributes and its JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One event as the log holds it. `position` is the offset in its partition."""

    topic: str
    partition: int
    position: int
    id: str
    type: str
    time: datetime
    data: Mapping[str, Any] = field(repr=False)
    caused_by: str | None = None

    def __getitem__(self, name: str) -> Any:
        return self.data.get(name)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that should not be, and whom it concerns, by ids alone."""

    kind: str
    about: str


class UnreadableRecord(ValueError):
    """A record that is not an event. Names the place, never the content."""


def read_record(
    topic: str, partition: int, position: int, headers: Iterable[tuple[str, bytes]], value: bytes | None
) -> LogRecord | None:
    """None for a tombstone, which says nothing of a referral."""
    if value is None:
        return None
    attributes = {name: content.decode() for name, content in headers}
    try:
        return LogRecord(
            topic=topic,
            partition=partition,
            position=position,
            id=attributes["ce_id"],
            type=attributes["ce_type"],
            time=moment(attributes["ce_time"]),
            data=json.loads(value),
            caused_by=attributes.get("ce_causationid"),
        )
    except (KeyError, ValueError) as error:
        raise UnreadableRecord(f"{topic} {partition}/{position} is not an event") from error


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found


def each_once(records: Iterable[LogRecord]) -> list[LogRecord]:
    """In the log's order, each event id once: a publisher that was killed may say the same event again."""
    found: dict[str, LogRecord] = {}
    for record in sorted(records, key=lambda each: (each.topic, each.partition, each.position)):
        found.setdefault(record.id, record)
    return list(found.values())


def of_type(records: Iterable[LogRecord], *types: str) -> list[LogRecord]:
    return [record for record in records if record.type in types]
