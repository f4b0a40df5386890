"""Reads every topic of the log from its first offset, again and again to its end."""

from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import TopicPartition

from deploy.demo.log_records import LogRecord, read_record

PATIENCE_MS = 500
OWNERS = {"directory", "capacity", "referral", "outcomes", "notify"}


class NoLog(RuntimeError):
    """There is nothing to read."""


class LogReader:
    """Holds what it has read, so that reading on costs only what is new. Joins no consumer group."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap_servers,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        self.records: list[LogRecord] = []

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        partitions = await find_partitions(self._bootstrap_servers)
        self._consumer.assign(partitions)
        await self._consumer.seek_to_beginning(*partitions)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def read_on(self) -> list[LogRecord]:
        """Everything up to where the log ends now, what was read before included."""
        partitions = sorted(self._consumer.assignment())
        ends = await self._consumer.end_offsets(partitions)
        while [each for each in partitions if await self._consumer.position(each) < ends[each]]:
            for batch in (await self._consumer.getmany(timeout_ms=PATIENCE_MS)).values():
                for record in batch:
                    self._keep(record)
        return self.records

    def _keep(self, record: ConsumerRecord) -> None:
        found = read_record(record.topic, record.partition, record.offset, record.headers, record.value)
        if found is not None:
            self.records.append(found)


async def find_partitions(bootstrap_servers: str) -> list[TopicPartition]:
    """Of every topic that one of the services owns, by its name. Raises NoLog where there is none: nothing read is not nothing wrong."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        topics = sorted(name for name in await admin.list_topics() if name.split(".")[0] in OWNERS)
        described = await admin.describe_topics(topics) if topics else []
    finally:
        await admin.close()
    if not described:
        raise NoLog(f"there are no topics at {bootstrap_servers}")
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in described
        for partition in topic["partitions"]
    ]
