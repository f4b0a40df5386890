"""Keeps the names of services, and asks an organisation for the space of every pool that is new.

And once more where its links were taken back.
"""

from datetime import datetime

from services.notify.domain.message_rules import NEW_SPACE_LINK_TEMPLATE, ask_for_space
from services.notify.storage import message_rows
from services.notify.storage.service_copies import keep_pools, keep_service, withdraw_service
from services.notify.use_cases.plan_messages import new_message
from shared.events.directory import OrganisationLinksEndedV1, ServicePublishedV1, ServiceWithdrawnV1
from shared.events.envelope import Event
from shared.postgres.pool import Connection


async def follow_published_service(
    connection: Connection, event: Event[ServicePublishedV1], now: datetime
) -> None:
    service = event.data
    newest = await keep_service(
        connection, service.service_id, service.version, service.name, sensitive=service.sensitive
    )
    if not newest:
        return
    pools = await keep_pools(connection, service.service_id, [pool.pool_id for pool in service.pools])
    asked = [ask_for_space(service.service_id, service.organisation_id, pool) for pool in pools]
    await message_rows.plan_messages(connection, [new_message(event, each) for each in asked], now)


async def follow_withdrawn_service(connection: Connection, service: ServiceWithdrawnV1) -> None:
    await withdraw_service(connection, service.service_id, service.version)


async def follow_ended_links(
    connection: Connection, event: Event[OrganisationLinksEndedV1], now: datetime
) -> None:
    """What the organisation has in hand of people is referral's to say."""
    ended = event.data
    asked = [
        ask_for_space(pool.service_id, ended.organisation_id, pool.pool_id, NEW_SPACE_LINK_TEMPLATE)
        for pool in ended.pools
    ]
    await message_rows.plan_messages(connection, [new_message(event, each) for each in asked], now)
