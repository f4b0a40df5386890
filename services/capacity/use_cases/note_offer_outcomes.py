"""Hears what became of offers, and doubts a declared 'open' aloud where that speaks against it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.capacity.domain.doubt import OfferOutcome, Outcome, doubt_of
from services.capacity.domain.pool import Pool, doubted
from services.capacity.published_events import signal_changed
from services.capacity.storage.outcome_rows import note_outcomes, outcomes_of, taken_at
from services.capacity.storage.pool_rows import lock_pools, save_signals
from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.events.referral import (
    PlacedLegEventData,
    ReferralAcceptedV1,
    ReferralDeclinedV1,
    ReferralLapsedV1,
    ReferralStartedV1,
)
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection

OUTCOMES: tuple[type[EventData], ...] = (
    ReferralAcceptedV1,
    ReferralDeclinedV1,
    ReferralLapsedV1,
    ReferralStartedV1,
)


async def note_offer_outcomes(
    connection: Connection, events: Sequence[Event[PlacedLegEventData]], now: datetime
) -> None:
    """Under the locks of the pools, as whatever changes them."""
    pools = await lock_pools(connection, {event.data.pool_id for event in events})
    known = [event for event in events if event.data.pool_id in pools]
    started = [event.data.request_id for event in known if isinstance(event.data, ReferralStartedV1)]
    taken = await taken_at(connection, started) if started else {}
    outcomes = [(event.data.pool_id, _outcome(event, taken.get(event.data.request_id))) for event in known]
    await note_outcomes(connection, outcomes, now)
    await _doubt(connection, list(pools.values()), now)


async def _doubt(connection: Connection, pools: Sequence[Pool], now: datetime) -> None:
    speaking = [each for each in pools if each.said is not None and each.ledger.gives_places]
    outcomes = await outcomes_of(connection, [each.pool_id for each in speaking])
    changed = []
    for pool in speaking:
        spoke_at = pool.said.confirmed_at if pool.said else now
        doubt = doubt_of(outcomes.get(pool.pool_id, ()), spoke_at, now)
        if doubt != pool.doubt:
            changed.append(doubted(pool, doubt))
    if changed:
        await save_signals(connection, changed, now)
        events = [say(signal_changed(pool, pool.said), area=pool.area) for pool in changed if pool.said]
        await append_events(connection, events)


def _outcome(event: Event[Any], accepted_at: datetime | None) -> OfferOutcome:
    match event.data:
        case ReferralAcceptedV1():
            return OfferOutcome(Outcome.ACCEPTED, event.time)
        case ReferralDeclinedV1(reason="no-space"):
            return OfferOutcome(Outcome.DECLINED_AS_FULL, event.time)
        case ReferralDeclinedV1():
            return OfferOutcome(Outcome.DECLINED, event.time)
        case ReferralStartedV1(started_at=started_at):
            waited = max(0, (started_at - accepted_at).days) if accepted_at else None
            return OfferOutcome(Outcome.STARTED, event.time, waited)
        case _:
            return OfferOutcome(Outcome.LAPSED, event.time)
