"""What outcomes hears, and which use case takes it."""

from collections.abc import Sequence
from typing import Any

from services.outcomes.domain.follow_up import FollowUpPlan
from services.outcomes.use_cases.copy_service import copy_service, mark_service_withdrawn
from services.outcomes.use_cases.erase_people import erase_people, refuse_events_of_the_erased
from services.outcomes.use_cases.follow_referrals import HEARD, follow_referrals
from services.outcomes.use_cases.renew_links import renew_links
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.events.envelope import Event
from shared.events.referral import PersonErasedV1, ReferralLinkAskedV1
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Connection


def subscriptions(plan: FollowUpPlan) -> list[Subscription]:
    async def on_referral_events(connection: Connection, events: Sequence[Event[Any]]) -> None:
        await refuse_events_of_the_erased(connection, events)
        await follow_referrals(connection, events, plan)
        for event in events:
            if isinstance(event.data, ReferralLinkAskedV1):
                await renew_links(connection, event)
        await erase_people(connection, [event for event in events if isinstance(event.data, PersonErasedV1)])

    return [
        Subscription(
            topic="referral.referrals.v1",
            group="outcomes.referrals",
            batch_handler=on_referral_events,
            batch_types=(*HEARD, ReferralLinkAskedV1, PersonErasedV1),
        ),
        Subscription(
            topic="directory.services.v1",
            group="outcomes.services",
            handlers={
                ServicePublishedV1: on_service_published,
                ServiceWithdrawnV1: on_service_withdrawn,
            },
        ),
    ]


async def on_service_published(connection: Connection, event: Event[ServicePublishedV1]) -> None:
    await copy_service(connection, event.data)


async def on_service_withdrawn(connection: Connection, event: Event[ServiceWithdrawnV1]) -> None:
    await mark_service_withdrawn(connection, event.data)
