"""Makes the project's topics anew between tests, since their names are fixed."""

from __future__ import annotations

from aiokafka.admin import AIOKafkaAdminClient

from deploy.provision.kafka_topics import kafka_admin, partition_counts, provision_topics
from shared.messaging.topics import all_topics
from tests.support.eventually import eventually


async def empty_all_topics(bootstrap: str) -> None:
    names = set(all_topics())
    async with kafka_admin(bootstrap) as admin:
        await admin.delete_topics(sorted(names & set(await partition_counts(admin))))
        await eventually(lambda: are_gone(admin, names), because="the topics are deleted")
        await provision_topics(admin, all_topics())
        await eventually(lambda: are_there(admin, names), because="the topics are there again")


async def are_gone(admin: AIOKafkaAdminClient, names: set[str]) -> bool:
    return not names & set(await partition_counts(admin))


async def are_there(admin: AIOKafkaAdminClient, names: set[str]) -> bool:
    return names <= set(await partition_counts(admin))
