"""A whole service process for tests of stopping: it notes each event of one topic, and when it did.

`python -m tests.support.noting_service TOPIC GROUP`, settings as every service has them, prefix NOTING_.
"""

import sys
from typing import Any, ClassVar
from uuid import UUID

from pydantic_settings import SettingsConfigDict

from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.messaging.subscription import Subscription
from shared.messaging.topics import ConsumerOrder, Order
from shared.postgres.pool import Connection
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts, run
from shared.service_defaults.settings import ServiceSettings


class NotingSettings(ServiceSettings):
    """The settings of every service, and no more."""

    model_config = SettingsConfigDict(env_prefix="NOTING_", frozen=True)


class HappenedV1(EventData):
    """What the tests publish."""

    event_type: ClassVar[str] = "test.happened.v1"
    topic: ClassVar[str] = "given on the command line"
    key_field: ClassVar[str] = "key_id"
    key_id: UUID
    number: int


async def note_with_time(connection: Connection, event: Event[Any]) -> None:
    """Notes how long the event was on its way, in milliseconds."""
    await connection.execute(
        "INSERT INTO happenings (key, number) VALUES ($1, extract(epoch FROM clock_timestamp() - $2) * 1000)",
        event.subject,
        event.time,
    )


def make(_platform: Platform[NotingSettings]) -> ServiceParts:
    topic, group = sys.argv[1:]
    order = ConsumerOrder(Order.STRICT, None)
    return ServiceParts(
        subscriptions=[Subscription(topic, group, {HappenedV1: note_with_time}, order_of_undeclared=order)]
    )


if __name__ == "__main__":
    run(ServiceDefinition("noting", NotingSettings(), make))
