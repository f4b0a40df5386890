"""What notify hears, and which use case takes it."""

from collections.abc import Sequence
from typing import Any

from services.notify.domain.message_rules import RULES
from services.notify.use_cases.erase_person import erase_person, refuse_events_of_the_erased
from services.notify.use_cases.follow_services import (
    follow_ended_links,
    follow_published_service,
    follow_withdrawn_service,
)
from services.notify.use_cases.plan_messages import plan_messages
from shared.events.catalogue import types_on
from shared.events.directory import OrganisationLinksEndedV1, ServicePublishedV1, ServiceWithdrawnV1
from shared.events.envelope import Event
from shared.events.referral import PersonErasedV1
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Connection
from shared.service_defaults.clock import Clock


def subscriptions(clock: Clock) -> list[Subscription]:
    async def on_events(connection: Connection, events: Sequence[Event[Any]]) -> None:
        await refuse_events_of_the_erased(connection, events)
        await plan_messages(connection, events, clock())
        for event in events:
            if isinstance(event.data, PersonErasedV1):
                await erase_person(connection, event)

    async def on_service_published(connection: Connection, event: Event[ServicePublishedV1]) -> None:
        await follow_published_service(connection, event, clock())

    async def on_service_withdrawn(connection: Connection, event: Event[ServiceWithdrawnV1]) -> None:
        await follow_withdrawn_service(connection, event.data)

    async def on_links_ended(connection: Connection, event: Event[OrganisationLinksEndedV1]) -> None:
        await follow_ended_links(connection, event, clock())

    told = [
        Subscription(
            topic=topic,
            group=group,
            batch_handler=on_events,
            batch_types=tuple(
                each for each in types_on(topic) if each.event_type in RULES or each is PersonErasedV1
            ),
        )
        for group, topic in (
            ("notify.referrals", "referral.referrals.v1"),
            ("notify.follow-ups", "outcomes.follow-ups.v1"),
            ("notify.space-reminders", "capacity.reminders.v1"),
            ("notify.space-questions", "referral.space-questions.v1"),
            ("notify.assurances", "directory.assurances.v1"),
            ("notify.lists", "directory.list-emails.v1"),
            ("notify.digests", "directory.digests.v1"),
        )
    ]
    services = Subscription(
        topic="directory.services.v1",
        group="notify.services",
        handlers={ServicePublishedV1: on_service_published, ServiceWithdrawnV1: on_service_withdrawn},
    )
    organisations = Subscription(
        topic="directory.organisations.v1",
        group="notify.organisations",
        handlers={OrganisationLinksEndedV1: on_links_ended},
    )
    return [*told, services, organisations]
