"""What provisioning makes of a real Kafka, and what it refuses to change."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from deploy.provision.inputs import CannotProvision
from deploy.provision.kafka_topics import kafka_admin, partition_counts, provision_topics
from shared.messaging.topics import Topic, all_topics


@pytest.fixture
def topic() -> Topic:
    return Topic(
        name=f"test.{secrets.token_hex(4)}.v1",
        owner="test",
        description="",
        key="id",
        partitions=3,
        config={"retention.ms": "-1", "cleanup.policy": "delete"},
        consumers={},
    )


async def test_all_topics_are_there_with_the_partitions_of_their_files(kafka: str) -> None:
    async with kafka_admin(kafka) as admin:
        found = await partition_counts(admin)

    assert {name: found.get(name) for name in all_topics()} == {
        name: topic.partitions for name, topic in all_topics().items()
    }


async def test_a_second_time_creates_nothing(kafka: str, topic: Topic) -> None:
    async with kafka_admin(kafka) as admin:
        first = await provision_topics(admin, {topic.name: topic})
        second = await provision_topics(admin, {topic.name: topic})

    assert (first, second) == ([topic.name], [])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"partitions": 4}, "has 3 partitions, not 4"),
        ({"config": {"retention.ms": "1000", "cleanup.policy": "delete"}}, "has retention.ms=-1, not 1000"),
        ({"config": {"cleanup.policy": "delete"}}, "has retention.ms, which its file lacks"),
    ],
)
async def test_a_topic_in_another_form_is_reported_and_left_alone(
    kafka: str, topic: Topic, changed: dict[str, object], said: str
) -> None:
    other = replace(topic, **changed)  # type: ignore[arg-type]
    async with kafka_admin(kafka) as admin:
        await provision_topics(admin, {topic.name: topic})

        with pytest.raises(CannotProvision, match=said):
            await provision_topics(admin, {other.name: other})

        assert (await partition_counts(admin))[topic.name] == 3


async def test_emptied_topics_hold_no_event(empty_topics: str) -> None:
    async with kafka_admin(empty_topics) as admin:
        assert set(all_topics()) <= set(await partition_counts(admin))


async def test_a_kafka_that_is_not_there_is_told_with_its_address() -> None:
    with pytest.raises(CannotProvision, match=r"127\.0\.0\.1:9 does not answer"):
        async with kafka_admin("127.0.0.1:9", wait_seconds=0.2):
            pass
