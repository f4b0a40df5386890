"""Creates topics as `shared/topics` has them. One that exists in another form is reported, never altered silently."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from deploy.provision.inputs import CannotProvision
from shared.messaging.topics import Topic

WAIT_SECONDS = 60.0
ALREADY_EXISTS = 36
SET_ON_THE_TOPIC = 1  # Kafka's mark of a value that is not a default


@asynccontextmanager
async def kafka_admin(
    bootstrap: str, *, wait_seconds: float = WAIT_SECONDS
) -> AsyncIterator[AIOKafkaAdminClient]:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it logs each try while Kafka starts
    deadline = time.monotonic() + wait_seconds
    while True:
        client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="kith-provision")
        try:
            await client.start()
            break
        except KafkaError as problem:
            await client.close()
            if time.monotonic() > deadline:
                raise CannotProvision(f"Kafka at {bootstrap} does not answer ({problem!r})") from problem
            await asyncio.sleep(0.2)
    try:
        yield client
    finally:
        await client.close()


async def provision_topics(
    admin: AIOKafkaAdminClient, topics: Mapping[str, Topic], *, replication: int = 1
) -> list[str]:
    """Returns the names of the new ones, when brokers know them."""
    before = await partition_counts(admin)
    new = await create(
        admin, [topic for name, topic in topics.items() if name not in before], replication=replication
    )
    counts = await known_partitions(admin, topics.keys())
    wrong = await differences(admin, list(topics.values()), counts)
    if wrong:
        raise CannotProvision(
            "topics differ from shared/topics, and were left as they are: " + "; ".join(wrong)
        )
    return new


async def known_partitions(admin: AIOKafkaAdminClient, names: Iterable[str]) -> dict[str, int]:
    """A topic that was just made reaches the brokers' metadata a moment later."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not set(names) <= (counts := await partition_counts(admin)).keys():
        if time.monotonic() > deadline:
            raise CannotProvision(f"Kafka does not list {', '.join(sorted(set(names) - counts.keys()))}")
        await asyncio.sleep(0.05)
    return counts


async def partition_counts(admin: AIOKafkaAdminClient) -> dict[str, int]:
    return {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}


async def create(admin: AIOKafkaAdminClient, topics: Iterable[Topic], *, replication: int) -> list[str]:
    wanted = [
        NewTopic(topic.name, topic.partitions, replication, topic_configs=dict(topic.config))
        for topic in topics
    ]
    if not wanted:
        return []
    response = await admin.create_topics(wanted)
    codes = {name: code for name, code, *_ in response.topic_errors}
    for name, code in codes.items():
        if code not in {0, ALREADY_EXISTS}:
            raise CannotProvision(f"topic {name} could not be created: {for_code(code).__name__}")
    return [name for name, code in codes.items() if code == 0]


async def differences(
    admin: AIOKafkaAdminClient, topics: list[Topic], partitions: Mapping[str, int]
) -> list[str]:
    if not topics:
        return []
    answers = await admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    )
    values = {resource[3]: resource[4] for answer in answers for resource in answer.resources}
    return [
        line
        for topic in topics
        for line in topic_differences(topic, partitions[topic.name], values[topic.name])
    ]


def topic_differences(topic: Topic, partitions: int, entries: Iterable[tuple[Any, ...]]) -> list[str]:
    """One line each: fewer or more partitions, another value, a value that the file does not have. Pure."""
    lines = []
    if partitions != topic.partitions:
        lines.append(f"{topic.name} has {partitions} partitions, not {topic.partitions}")
    found = {entry[0]: (entry[1], entry[3]) for entry in entries}
    for name, wanted in topic.config.items():
        value = found.get(name, (None, 0))[0]
        if value != wanted:
            lines.append(f"{topic.name} has {name}={value}, not {wanted}")
    extra = [name for name, (_, source) in found.items() if source == SET_ON_THE_TOPIC]
    lines += [f"{topic.name} has {name}, which its file lacks" for name in extra if name not in topic.config]
    return lines
