"""What an import has to say reaches Kafka through the relay: every service once, under its own key."""

import uuid
from collections import Counter

from aiokafka import AIOKafkaConsumer

from services.directory.entrypoints.feeds.load_command import load
from services.directory.settings import DirectorySettings
from shared.events.directory import ServicePublishedV1
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from tests.component.directory.conftest import PACK
from tests.support.messaging_place import running


async def test_every_service_of_the_pack_reaches_the_topic_once_under_its_own_key(
    settings: DirectorySettings, empty_topics: str
) -> None:
    await load(str(PACK), settings)
    dsn = settings.postgres_dsn.get_secret_value()
    relay = OutboxRelay("directory", dsn, empty_topics, MessagingMetrics())
    consumer = AIOKafkaConsumer(
        ServicePublishedV1.topic,
        bootstrap_servers=empty_topics,
        group_id=f"test.{uuid.uuid4().hex}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )

    async with running(relay.run), consumer:
        await load(str(PACK), settings)
        records = [await consumer.getone() for _ in range(66)]

    found = [ServicePublishedV1.model_validate_json(record.value) for record in records]
    assert {event.version for event in found} == {1}
    assert max(Counter(event.service_id for event in found).values()) == 1
    assert all(
        record.key == str(event.service_id).encode() for record, event in zip(records, found, strict=True)
    )
