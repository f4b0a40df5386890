"""What became of one offer, told from the steps in which it had a part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.referral.domain.leg import DECLINE_REASONS


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class PastStep:
    """One step of a leg as it was recorded."""

    leg_id: UUID
    from_state: str | None
    to_state: str
    reason: str | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class OfferStory:
    """How the offer stands, since when, and the reason where there is one."""

    state: OfferState
    at: datetime
    reason: str | None = None
    person_chose: bool = False
    """Whether the person themselves chose this provider among several."""


def tell(steps: Sequence[PastStep]) -> OfferStory | None:
    """The story of one request, from its steps in order. None for an offer that was never shown."""
    shown = [step for step in steps if step.to_state == "offered" or step.from_state in _AFTER_OFFERED]
    if not shown:
        return None
    last = shown[-1]
    if last.to_state == "withdrawn" or last.reason == "not-wanted":
        return OfferStory(OfferState.WITHDRAWN, last.happened_at)
    if last.to_state == "matching":
        return _ended(last)
    answered = next((step for step in shown if step.to_state == "accepting"), None)
    if answered:
        return OfferStory(OfferState.ACCEPTED, answered.happened_at)
    person_chose = any(step.to_state == "requested" and step.reason == "person-chose" for step in steps)
    return OfferStory(OfferState.OPEN, last.happened_at, person_chose=person_chose)


def _ended(last: PastStep) -> OfferStory:
    if last.reason in DECLINE_REASONS:
        return OfferStory(OfferState.DECLINED, last.happened_at, last.reason)
    if last.reason == "no-answer-in-time":
        return OfferStory(OfferState.LAPSED, last.happened_at)
    if last.reason == "provider-closed":
        return OfferStory(OfferState.CLOSED, last.happened_at)
    return OfferStory(OfferState.GONE, last.happened_at, last.reason)


_AFTER_OFFERED = frozenset({"offered", "accepting", "accepted", "started", "completed"})
