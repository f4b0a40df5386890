"""What counts as being turned away: a no, silence, a wait, and that nothing suits, each with its reason.

Beside it, that somebody did not come: help that is there and does not reach them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from services.referral.domain.fact_kind import FactKind
from services.referral.domain.leg import DID_NOT_ATTEND, Fact, Leg
from services.referral.domain.suitability import Barrier

NO_ANSWER, ALL_FULL = "no-answer-in-time", "all-that-suit-are-full"
KINDS = {
    FactKind.DECLINED: "declined",
    FactKind.LAPSED: "lapsed",
    FactKind.WAIT_LISTED: "waited",
    FactKind.NEED_UNMET: "unmet",
    FactKind.NOT_ATTENDED: "missed",
}
WITHOUT_WORDS = {
    FactKind.LAPSED: NO_ANSWER,
    FactKind.WAIT_LISTED: ALL_FULL,
    FactKind.NOT_ATTENDED: DID_NOT_ATTEND,
}
MISSED_BY_GROUP = "missed-by-group"


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """One kind of it. Of nobody: how often is counted."""

    area: str
    need: str
    kind: str
    reason: str
    organisation_id: UUID | None
    """Who said no, or nothing."""
    referring_organisation_id: UUID | None
    barrier: Barrier | None = None
    """What excluded most of what is there, where nothing was found."""


def turned_away_by(fact: Fact, leg: Leg) -> TurnedAway | None:
    """None where a fact is no such thing."""
    kind = KINDS.get(fact.kind)
    if kind is None:
        return None
    return TurnedAway(
        leg.wants.area, leg.wants.need, kind, fact.reason or WITHOUT_WORDS.get(fact.kind, "other"),
        fact.placement.organisation_id if fact.placement else None, leg.referring_organisation_id,
        fact.barrier,
    )  # fmt: skip


def counts_of(fact: Fact, leg: Leg) -> Iterator[TurnedAway]:
    """All that a fact counts for. By group it counts for the area alone: with a provider's name it could be somebody."""
    if away := turned_away_by(fact, leg):
        yield away
    if fact.kind is FactKind.NOT_ATTENDED:
        for group in sorted(leg.wants.groups):
            yield TurnedAway(leg.wants.area, leg.wants.need, MISSED_BY_GROUP, group, None, None)
