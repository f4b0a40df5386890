"""What referral hears, and which use case each topic goes to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.referral.settings import ReferralSettings
from services.referral.storage.erasure import record_erasure_answer
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.copy_services import copy_services
from services.referral.use_cases.copy_signals import copy_signals
from services.referral.use_cases.end_organisation_links import end_organisation_links
from services.referral.use_cases.keep_settlement import keep_settlement
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.receive_place_answers import receive_place_answers
from services.referral.use_cases.record_told_access import record_told_access
from shared.events import capacity, notify, outcomes
from shared.events.capacity import (
    PlaceFreedV1,
    PlaceHeldV1,
    PlaceRefusedV1,
    PlaceTakenV1,
    SignalChangedV1,
)
from shared.events.catalogue import owner_of
from shared.events.directory import OrganisationLinksEndedV1, ServicePublishedV1, ServiceWithdrawnV1
from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.events.outcomes import FollowUpSettledV1, RecordAccessedV1
from shared.messaging.failures import PoisonMessage
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Connection
from shared.service_defaults.clock import Clock

ERASURE_ANSWERS: Mapping[str, type[EventData]] = {
    "capacity": capacity.PersonErasureAnsweredV1,
    "notify": notify.PersonErasureAnsweredV1,
    "outcomes": outcomes.PersonErasureAnsweredV1,
}


def subscriptions(
    settings: ReferralSettings,
    clock: Clock,
    by: Acting,
    known_pools: KnownPools | None = None,
    hold_lost: Callable[[str], None] | None = None,
) -> list[Subscription]:
    async def on_place_answers(connection: Connection, events: Sequence[Event[Any]]) -> None:
        await receive_place_answers(
            connection, events, now=clock(), answer_time=settings.offer_answer_time, by=by,
            known_pools=known_pools, hold_lost=hold_lost,
        )  # fmt: skip

    async def on_services(connection: Connection, events: Sequence[Event[Any]]) -> None:
        await copy_services(connection, events, clock(), by)

    async def on_signals(connection: Connection, events: Sequence[Event[Any]]) -> None:
        await copy_signals(connection, events, clock(), by)

    async def on_follow_up_settled(connection: Connection, event: Event[FollowUpSettledV1]) -> None:
        await keep_settlement(connection, event, _area_of(event), by)

    async def on_record_accessed(connection: Connection, event: Event[RecordAccessedV1]) -> None:
        await record_told_access(connection, event, _area_of(event), by.trail)

    async def on_organisation_links_ended(
        connection: Connection, event: Event[OrganisationLinksEndedV1]
    ) -> None:
        await end_organisation_links(connection, event, by)

    return [
        Subscription(
            "directory.organisations.v1",
            "referral.organisations",
            handlers={OrganisationLinksEndedV1: on_organisation_links_ended},
        ),
        Subscription(
            "capacity.places.v1",
            "referral.places",
            batch_handler=on_place_answers,
            batch_types=(PlaceHeldV1, PlaceRefusedV1, PlaceTakenV1, PlaceFreedV1),
        ),
        Subscription(
            "capacity.signals.v1",
            "referral.signals",
            batch_handler=on_signals,
            batch_types=(SignalChangedV1,),
        ),
        Subscription(
            "directory.services.v1",
            "referral.services",
            batch_handler=on_services,
            batch_types=(ServicePublishedV1, ServiceWithdrawnV1),
        ),
        Subscription(
            "outcomes.follow-ups.v1",
            "referral.follow-ups",
            handlers={FollowUpSettledV1: on_follow_up_settled},
        ),
        Subscription(
            "outcomes.accesses.v1",
            "referral.accesses",
            handlers={RecordAccessedV1: on_record_accessed},
        ),
        *(
            Subscription(answer.topic, f"referral.{service}-erasures", handlers={answer: on_erasure_answered})
            for service, answer in ERASURE_ANSWERS.items()
        ),
    ]


def _area_of(event: Event[Any]) -> str:
    if event.area is None:
        raise PoisonMessage("no-area")
    return event.area


async def on_erasure_answered(connection: Connection, event: Event[Any]) -> None:
    service = owner_of(event.type)
    await record_erasure_answer(connection, event.data.referral_id, service, event.time)
