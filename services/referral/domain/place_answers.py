"""What an answer of capacity means for a leg, wherever the leg has gone meanwhile. No place may leak."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.referral.domain.leg import (
    Leg,
    LegState,
    Step,
    leave_full_provider,
    lose_hold,
    offer,
    refuse,
    take_place,
)

HAVING_THE_PLACE = frozenset(
    {LegState.OFFERED, LegState.ACCEPTING, LegState.ACCEPTED, LegState.STARTED, LegState.COMPLETED}
)


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The leg has no use for this place: it goes back at once."""

    reason: Literal["withdrawn", "not-wanted"]


def answer_held(
    leg: Leg | None, request_id: UUID, *, provider_is_full: bool, now: datetime, answer_by: datetime
) -> Step | Unwanted | None:
    """A place is held. None when that is known already."""
    if leg is not None and leg.asks_for(request_id):
        if leg.state is LegState.REQUESTED:
            return leave_full_provider(leg) if provider_is_full else offer(leg, now, answer_by)
        if leg.state in HAVING_THE_PLACE:
            return None
    return _unwanted(leg)


def answer_taken(leg: Leg | None, request_id: UUID) -> Step | Unwanted | None:
    """A place is taken for good. None when that is known already."""
    if leg is not None and leg.asks_for(request_id):
        if leg.state is LegState.ACCEPTING:
            return take_place(leg)
        if leg.state in HAVING_THE_PLACE:
            return None
    return _unwanted(leg)


def answer_refused(leg: Leg | None, request_id: UUID, reason: str) -> Step | None:
    """No place. `hold-gone` answers a confirmation, everything else a request."""
    if leg is None or not leg.asks_for(request_id):
        return None
    if reason == "hold-gone":
        return lose_hold(leg, "hold-gone") if leg.state is LegState.ACCEPTING else None
    if leg.state is not LegState.REQUESTED:
        return None
    return refuse(leg, reason, never_again=reason == "no-such-pool")


def answer_freed(leg: Leg | None, request_id: UUID, reason: str) -> Step | None:
    """A place is free again: news for a leg that did not give it back itself.

    Capacity's own back-stop takes a hold away (`expired`) long after the offer's clock here should have run out. A
    leg that still asks never heard that the place was held; it must not wait for that word for ever.
    """
    if leg is None or not leg.asks_for(request_id):
        return None
    expired = reason == "expired"
    if leg.state is LegState.REQUESTED:
        return refuse(leg, "hold-expired" if expired else "hold-gone")
    if not expired or leg.state not in {LegState.OFFERED, LegState.ACCEPTING}:
        return None
    return lose_hold(leg, "hold-expired")


def _unwanted(leg: Leg | None) -> Unwanted:
    withdrawn = leg is not None and leg.state is LegState.WITHDRAWN
    return Unwanted("withdrawn" if withdrawn else "not-wanted")
