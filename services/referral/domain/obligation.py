"""Who must act next on a leg, what they do, and by when. A pure function of where the leg stands and of its area's times.

A due time is set when the leg comes into a state, and moves only by a step, which the history keeps with its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.referral.domain.leg import LIVE, WITH_PLACE_TAKEN, Leg, LegState, Step


class Owner(StrEnum):
    """Who must act next."""

    SYSTEM = "system"
    PROVIDER = "provider"
    COORDINATOR = "coordinator"
    PERSON = "person"


STILL_WANTED = "still-wanted"
"""The reason of the step by which somebody says that they go on waiting."""


@dataclass(frozen=True, slots=True)
class DueTimes:
    """How long an area lets each owner take. Offers and choices have clocks of their own: `answer_by`."""

    finding: timedelta = timedelta(minutes=5)
    word_of_place: timedelta = timedelta(minutes=15)
    starting: timedelta = timedelta(days=14)
    telling: timedelta = timedelta(days=91)
    looking_at_wait: timedelta = timedelta(days=28)


STANDARD = DueTimes()
OF_AREA: Mapping[str, DueTimes] = {}
"""Areas whose times differ from the standard."""


@dataclass(frozen=True, slots=True)
class Obligation:
    owner: Owner
    next_step: str


OBLIGATIONS: Mapping[LegState, Obligation] = {
    LegState.MATCHING: Obligation(Owner.SYSTEM, "find-a-place"),
    LegState.PROPOSED: Obligation(Owner.PERSON, "choose-a-group"),
    LegState.WAITING: Obligation(Owner.COORDINATOR, "look-at-the-wait"),
    LegState.REQUESTED: Obligation(Owner.SYSTEM, "hold-a-place"),
    LegState.OFFERED: Obligation(Owner.PROVIDER, "answer-the-offer"),
    LegState.ACCEPTING: Obligation(Owner.SYSTEM, "book-the-place"),
    LegState.ACCEPTED: Obligation(Owner.PROVIDER, "start"),
    LegState.STARTED: Obligation(Owner.PROVIDER, "say-how-it-goes"),
}


def obligation_of(leg: Leg) -> Obligation | None:
    """None when the leg is over: nobody owes anything any more."""
    return OBLIGATIONS[leg.state] if leg.state in LIVE else None


def times_of(area: str) -> DueTimes:
    return OF_AREA.get(area, STANDARD)


def with_due_time(step: Step, now: datetime) -> Step:
    """The step with what is due from it on. Within a state only the step itself moves a due time."""
    leg = step.leg
    if leg.state not in LIVE:
        return replace(step, leg=replace(leg, due_at=None, review_at=None))
    times = times_of(leg.wants.area)
    if step.reason == STILL_WANTED and leg.due_at is not None and now < leg.due_at:
        # Their own word puts off the look at their wait. A look that is owed already is still owed.
        later = max(leg.due_at, now + times.looking_at_wait)
        return replace(step, leg=replace(leg, due_at=later, review_at=later))
    review_at = None if leg.state in WITH_PLACE_TAKEN else leg.review_at
    if leg.waiting_since is not None:
        review_at = review_at or leg.waiting_since + times.looking_at_wait
    due_at = leg.due_at
    if due_at is None or step.came_from is not leg.state:
        due_at = _due_in(leg, review_at, now, times)
    return replace(step, leg=replace(leg, due_at=due_at, review_at=review_at))


def _due_in(leg: Leg, review_at: datetime | None, now: datetime, times: DueTimes) -> datetime:
    match leg.state:
        case LegState.WAITING if review_at is not None:
            return review_at
        case LegState.OFFERED | LegState.PROPOSED if leg.answer_by is not None:
            return leg.answer_by
        case LegState.REQUESTED | LegState.ACCEPTING:
            return now + times.word_of_place
        case LegState.ACCEPTED:
            return now + times.starting
        case LegState.STARTED:
            return now + times.telling
        case _:
            return now + times.finding
