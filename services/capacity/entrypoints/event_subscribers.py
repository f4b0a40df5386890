"""What capacity hears: words about places, offers that were shown, and the directory's services."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.capacity.domain.places import Request, Word
from services.capacity.domain.safeguards import Safeguards
from services.capacity.metrics import CapacityMetrics
from services.capacity.use_cases.answer_place_words import HeardWord, Teller, answer_place_words
from services.capacity.use_cases.erase_person import erase_person
from services.capacity.use_cases.follow_directory import follow_published, follow_withdrawn
from services.capacity.use_cases.note_offer_outcomes import OUTCOMES, note_offer_outcomes
from services.capacity.use_cases.note_offers_shown import note_offers_shown
from shared.events.directory import OrganisationLinksEndedV1, ServicePublishedV1, ServiceWithdrawnV1
from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.events.referral import (
    PersonErasedV1,
    PlaceConfirmedV1,
    PlaceEndedV1,
    PlaceGivenUpV1,
    PlaceRequestedV1,
    PlaceRequestEventData,
    ReferralOfferedV1,
)
from shared.messaging.failures import PoisonMessage
from shared.messaging.subscription import BatchHandler, Handler, Subscription
from shared.postgres.pool import Connection
from shared.security.revoked_links import revoke_links_sent_to
from shared.service_defaults.clock import Clock

WORDS: Mapping[type[EventData], Word] = {
    PlaceRequestedV1: Word.REQUESTED,
    PlaceConfirmedV1: Word.CONFIRMED,
    PlaceGivenUpV1: Word.GIVEN_UP,
    PlaceEndedV1: Word.ENDED,
}


def capacity_subscriptions(
    clock: Clock, safeguards: Safeguards, metrics: CapacityMetrics
) -> Sequence[Subscription]:
    return (
        Subscription(
            topic=PlaceRequestEventData.topic,
            group="capacity.place-requests",
            batch_handler=place_words_handler(clock, safeguards, metrics),
            batch_types=tuple(WORDS),
        ),
        Subscription(
            topic=ServicePublishedV1.topic,
            group="capacity.services",
            handlers=services_handlers(clock),
        ),
        Subscription(
            topic=ReferralOfferedV1.topic,
            group="capacity.offers",
            batch_handler=referral_events_handler(clock),
            batch_types=(ReferralOfferedV1, PersonErasedV1, *OUTCOMES),
        ),
        Subscription(
            topic=OrganisationLinksEndedV1.topic,
            group="capacity.organisations",
            handlers={OrganisationLinksEndedV1: on_organisation_links_ended},
        ),
    )


def place_words_handler(clock: Clock, safeguards: Safeguards, metrics: CapacityMetrics) -> BatchHandler:
    teller = Teller(safeguards)

    async def on_place_words(connection: Connection, events: Sequence[Event[Any]]) -> None:
        heard = [heard_word(event) for event in events]
        answers = await answer_place_words(
            connection, heard, now=clock(), safeguards=safeguards, teller=teller
        )
        metrics.count(each.fact for each in answers if not each.again)
        metrics.count_repeated(each.fact for each in answers if each.again)

    return on_place_words


def heard_word(event: Event[PlaceRequestEventData]) -> HeardWord:
    data = event.data
    if event.area is None:
        raise PoisonMessage("no-area")
    request = Request(data.request_id, data.pool_id, data.referral_id, data.leg_id, event.area)
    return HeardWord(WORDS[type(data)], request, event, getattr(data, "beside_leg_id", None))


def referral_events_handler(clock: Clock) -> BatchHandler:
    async def on_referral_events(connection: Connection, events: Sequence[Event[Any]]) -> None:
        # Pools are locked before holds, as by whatever answers a word about a place.
        if outcomes := [each for each in events if isinstance(each.data, OUTCOMES)]:
            await note_offer_outcomes(connection, outcomes, clock())
        await on_offers_shown(
            connection, [each for each in events if isinstance(each.data, ReferralOfferedV1)]
        )
        for event in events:
            if isinstance(event.data, PersonErasedV1):
                await erase_person(connection, event)

    return on_referral_events


async def on_offers_shown(connection: Connection, events: Sequence[Event[ReferralOfferedV1]]) -> None:
    if not events:
        return
    # The first showing counts, so the earliest of a batch is written last.
    shown_at = {event.data.request_id: event.data.offered_at for event in reversed(events)}
    await note_offers_shown(connection, shown_at)


def services_handlers(clock: Clock) -> Mapping[type[EventData], Handler]:
    async def on_service_published(connection: Connection, event: Event[ServicePublishedV1]) -> None:
        await follow_published(connection, event.data, clock())

    async def on_service_withdrawn(connection: Connection, event: Event[ServiceWithdrawnV1]) -> None:
        await follow_withdrawn(connection, event.data, clock())

    return {ServicePublishedV1: on_service_published, ServiceWithdrawnV1: on_service_withdrawn}


async def on_organisation_links_ended(connection: Connection, event: Event[OrganisationLinksEndedV1]) -> None:
    about = {each for pool in event.data.pools for each in (pool.pool_id, pool.service_id)}
    await revoke_links_sent_to(connection, event.data.organisation_id, about, event.data.links_valid_from)
