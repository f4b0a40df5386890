"""A record as it was when Kafka gave it, read back from the database."""

from dataclasses import dataclass


@dataclass(slots=True)
class StoredRecord:
    """The fields of aiokafka's ConsumerRecord that the pipeline uses."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
