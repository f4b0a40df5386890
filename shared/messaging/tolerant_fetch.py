"""Fetches records of one partition with header names of any bytes; aiokafka's own way refuses all but UTF-8.

It asks the broker through the consumer's client and unpacks with aiokafka's reader in Python: slow, and seldom needed.
"""

from collections.abc import Iterator, Sequence
from typing import Any, SupportsIndex

from aiokafka import TopicPartition
from aiokafka.errors import LeaderNotAvailableError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.default_records import _DefaultRecordBatchPy as BatchInPython

from shared.messaging.kafka_record import StoredRecord

MOST_BYTES = 1024 * 1024  # of one answer; a batch that is larger comes whole all the same
READ_UNCOMMITTED = 0
LENGTH_ENDS = 12  # bytes into a batch: the offset (8) and the length of what follows (4)


async def fetch(consumer: Any, partition: TopicPartition, offset: int) -> tuple[Sequence[StoredRecord], int]:
    """The records from the offset on, as far as one answer goes, and the offset to go on from."""
    client = consumer._client  # noqa: SLF001 - aiokafka gives no other way to the bytes
    leader = client.cluster.leader_for_partition(partition)
    if leader is None or leader < 0:
        raise LeaderNotAvailableError
    wanted = [(partition.topic, [(partition.partition, offset, MOST_BYTES)])]
    request = FetchRequest(0, 0, MOST_BYTES, READ_UNCOMMITTED, wanted, rack_id="")
    answer = await client.send(leader, request)
    ((_, ((_, error_code, *_, batches),)),) = answer.topics
    if error_code:
        raise for_code(error_code)
    records: list[StoredRecord] = []
    following = offset
    for batch in _whole_batches(bytes(batches or b"")):
        if not batch.is_control_batch:
            records += [each for each in _records_of(batch, partition) if each.offset >= offset]
        following = max(following, batch.next_offset)
    return records, following


def _whole_batches(data: bytes) -> Iterator[BatchInPython]:
    while len(data) > LENGTH_ENDS:
        end = LENGTH_ENDS + int.from_bytes(data[8:LENGTH_ENDS], "big")
        if end > len(data):  # the broker cuts the last one off
            return
        yield BatchInPython(data[:end])
        data = data[end:]


def _records_of(batch: BatchInPython, partition: TopicPartition) -> Iterator[StoredRecord]:
    batch._maybe_uncompress()  # noqa: SLF001
    batch._buffer = _AnyText(batch._buffer)  # noqa: SLF001
    for each in batch:
        yield StoredRecord(
            partition.topic, partition.partition, each.offset, each.key, each.value, tuple(each.headers)
        )


class _AnyText(bytearray):
    """Bytes that decode whatever they are; what is no text stands there escaped."""

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        found = super().__getitem__(place)
        return _AnyText(found) if isinstance(found, bytearray) else found

    def decode(self, encoding: str = "utf-8", errors: str = "") -> str:  # noqa: ARG002 - the signature of bytes
        return super().decode(encoding, "backslashreplace")
