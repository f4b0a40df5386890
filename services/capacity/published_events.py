"""Facts of capacity → events. The only mapping, so that the domain can change freely."""

from collections.abc import Mapping

from services.capacity.domain.doubt import Doubt
from services.capacity.domain.places import Fact, PlaceFreed, PlaceHeld, PlaceRefused, PlaceTaken
from services.capacity.domain.pool import Pool, Said
from services.capacity.domain.status import Source
from shared.events.capacity import (
    DoubtReason,
    PlaceFreedV1,
    PlaceHeldV1,
    PlaceRefusedV1,
    PlaceTakenV1,
    SignalChangedV1,
    SignalSource,
)
from shared.events.event_data import EventData

# The nearest of the sources that readers of the first release know.
SOURCE_SAID: Mapping[Source, SignalSource] = {
    Source.LINK: "link",
    Source.BOARD: "link",
    Source.PHONED: "link",
    Source.API: "api",
    Source.CSV: "api",
    Source.DECAY: "decay",
}


def place_outcome(fact: Fact) -> EventData:
    """The event that tells what became of a place."""
    match fact:
        case PlaceHeld():
            return _held(fact)
        case PlaceRefused():
            return _refused(fact)
        case PlaceTaken(request):
            return PlaceTakenV1(
                pool_id=request.pool_id,
                request_id=request.request_id,
                referral_id=request.referral_id,
                leg_id=request.leg_id,
            )
        case PlaceFreed():
            return _freed(fact)


def area_of(fact: Fact) -> str:
    """The area of the person whom a fact concerns."""
    return fact.hold.request.area if isinstance(fact, PlaceHeld) else fact.request.area


def signal_changed(pool: Pool, said: Said) -> SignalChangedV1:
    return SignalChangedV1(
        pool_id=pool.pool_id,
        service_id=pool.service_id,
        version=pool.ledger.version,
        status=pool.ledger.status.value,
        free=pool.ledger.free_or_no_limit,
        source=SOURCE_SAID[said.source],
        way=said.source.value,
        confirmed_at=said.confirmed_at,
        expires_at=said.expires_at,
        paused_until=said.paused_until,
        expected_wait_days=said.expected_wait_days,
        doubt_percent=pool.doubt.percent if pool.doubt else None,
        doubt_reasons=_reasons(pool.doubt) if pool.doubt else (),
    )


def _reasons(doubt: Doubt) -> tuple[DoubtReason, ...]:
    return tuple(DoubtReason(code=each.code.value, number=each.number, of=each.of) for each in doubt.reasons)


def _held(fact: PlaceHeld) -> PlaceHeldV1:
    request = fact.hold.request
    return PlaceHeldV1(
        pool_id=request.pool_id,
        request_id=request.request_id,
        referral_id=request.referral_id,
        leg_id=request.leg_id,
        signal_version=fact.hold.signal_version,
        held_at=fact.held_at,
    )


def _refused(fact: PlaceRefused) -> PlaceRefusedV1:
    request = fact.request
    return PlaceRefusedV1(
        pool_id=request.pool_id,
        request_id=request.request_id,
        referral_id=request.referral_id,
        leg_id=request.leg_id,
        reason=fact.reason.value,
        signal_version=fact.signal_version,
    )


def _freed(fact: PlaceFreed) -> PlaceFreedV1:
    return PlaceFreedV1(
        pool_id=fact.request.pool_id,
        request_id=fact.request.request_id,
        reason=fact.reason.value,
        reopened=fact.reopened,
        free=fact.free,
        signal_version=fact.signal_version,
    )
