"""What counts as being turned away: a no, silence, a wait, and that nothing suits, each with its reason."""

from dataclasses import dataclass
from uuid import UUID

from services.referral.domain.leg import Fact, FactKind, Leg
from services.referral.domain.suitability import Barrier

NO_ANSWER, ALL_FULL = "no-answer-in-time", "all-that-suit-are-full"
KINDS = {
    FactKind.DECLINED: "declined",
    FactKind.LAPSED: "lapsed",
    FactKind.WAIT_LISTED: "waited",
    FactKind.NEED_UNMET: "unmet",
}
WITHOUT_WORDS = {FactKind.LAPSED: NO_ANSWER, FactKind.WAIT_LISTED: ALL_FULL}


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
