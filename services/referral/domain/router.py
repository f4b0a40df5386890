"""The router: of the pools there are, which one to ask for a place for one leg, and why not the others."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.routing_policy import POLICY, Coordinates, Points, RoutingPolicy, points_of
from services.referral.domain.suitability import Barrier, UnmetReason, barriers, unmet_reason
from services.referral.domain.wants import Wants


class Outcome(StrEnum):
    """REQUEST a place in `chosen`, WAIT for one, or the need is UNMET."""

    REQUEST = "request"
    WAIT = "wait"
    UNMET = "unmet"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pool that suits, with its points and its signal as it was."""

    pool: ListedPool
    points: Points
    kept_for_earlier: bool

    @property
    def rank(self) -> tuple[int, int, UUID]:
        """Open before limited before the rest, then points, then the id: the same order every time."""
        order = {"open": 0, "limited": 1}.get(self.pool.signal.status, 2)
        return order, -self.points.total, self.pool.pool_id

    @property
    def can_be_asked(self) -> bool:
        return self.pool.signal.has_space and not self.kept_for_earlier


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A pool that does not suit, with every barrier."""

    pool_id: UUID
    barriers: tuple[Barrier, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and all that it was decided on, so that it can be read again later."""

    outcome: Outcome
    policy: str
    candidates: tuple[Candidate, ...]
    exclusions: tuple[Exclusion, ...]
    chosen: ListedPool | None = None
    unmet_reason: UnmetReason | None = None


def decide(
    wants: Wants,
    pools: Iterable[ListedPool],
    *,
    tried: Collection[UUID] = (),
    kept_for_earlier: Collection[UUID] = (),
    home: Coordinates | None = None,
    policy: RoutingPolicy = POLICY,
) -> Decision:
    """Decides for one leg. `kept_for_earlier` are pools that suit somebody who has waited longer."""
    candidates: list[Candidate] = []
    exclusions: list[Exclusion] = []
    for pool in pools:
        found = barriers(pool, wants, tried)
        if found:
            exclusions.append(Exclusion(pool.pool_id, found))
        else:
            points = points_of(pool, wants, home, policy)
            candidates.append(Candidate(pool, points, pool.pool_id in kept_for_earlier))
    ranked = tuple(sorted(candidates, key=lambda each: each.rank))
    excluded = tuple(sorted(exclusions, key=lambda each: each.pool_id))
    if not ranked:
        reason = unmet_reason(each.barriers for each in excluded)
        return Decision(Outcome.UNMET, policy.name, ranked, excluded, unmet_reason=reason)
    chosen = next((each.pool for each in ranked if each.can_be_asked), None)
    outcome = Outcome.REQUEST if chosen else Outcome.WAIT
    return Decision(outcome, policy.name, ranked, excluded, chosen)
