"""Reads every topic of the log from its first offset, again and again to its end."""

from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.structs import TopicPartition

from deploy.demo.log_records import LogRecord, read_record

PATIENCE_MS = 500


class LogReader:
    """Holds what it has read, so that reading on costs only what is new. Joins no consumer group."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap_servers,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        self.records: list[LogRecord] = []

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        topics = sorted(name for name in await self._consumer.topics() if not name.startswith("__"))
        partitions = [
            TopicPartition(topic, number)
            for topic in topics
            for number in self._consumer.partitions_for_topic(topic) or ()
        ]
        self._consumer.assign(partitions)
        if partitions:
            await self._consumer.seek_to_beginning(*partitions)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def read_on(self) -> list[LogRecord]:
        """Everything up to where the log ends now, what was read before included."""
        partitions = sorted(self._consumer.assignment())
        ends = await self._consumer.end_offsets(partitions) if partitions else {}
        while [each for each in partitions if await self._consumer.position(each) < ends[each]]:
            for batch in (await self._consumer.getmany(timeout_ms=PATIENCE_MS)).values():
                for record in batch:
                    self._keep(record)
        return self.records

    def _keep(self, record: ConsumerRecord) -> None:
        found = read_record(record.topic, record.partition, record.offset, record.headers, record.value)
        if found is not None:
            self.records.append(found)
