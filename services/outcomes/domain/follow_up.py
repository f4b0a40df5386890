"""When a person is asked how they are, and when asking is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

Occasion = Literal["before", "after"]

# Ids are made from the leg, so that a rebuild from the log finds the same follow-ups again.
FOLLOW_UPS = UUID("6b0f9a52-30c8-5a0f-8d57-0c64b4b3f0a1")


@dataclass(frozen=True, slots=True)
class FollowUpPlan:
    """The rule for due times: `before` at once when a place is sure, `after` some time into the support."""

    after: timedelta
    lapses_after: timedelta


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """A follow-up that an event of the leg calls for."""

    follow_up_id: UUID
    leg_id: UUID
    occasion: Occasion
    due_at: datetime


def before_support(leg_id: UUID, accepted_at: datetime) -> NewFollowUp:
    return NewFollowUp(follow_up_id(leg_id, "before"), leg_id, "before", accepted_at)


def after_support(leg_id: UUID, started_at: datetime, plan: FollowUpPlan) -> NewFollowUp:
    return NewFollowUp(follow_up_id(leg_id, "after"), leg_id, "after", started_at + plan.after)


def follow_up_id(leg_id: UUID, occasion: Occasion) -> UUID:
    return uuid5(FOLLOW_UPS, f"{leg_id}:{occasion}")
