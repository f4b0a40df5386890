"""The router: of the pools there are, which one to ask for a place for one leg, and why not the others."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.referral.domain.area_policies import policy_of
from services.referral.domain.asking_first import asked_first
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.policy import RoutingPolicy
from services.referral.domain.routing_policy import Coordinates, Points, is_specialist, points_of
from services.referral.domain.suitability import UNMET_REASON, Barrier, UnmetReason, barriers, unmet_barrier
from services.referral.domain.wants import Wants


class Outcome(StrEnum):
    """REQUEST a place in `chosen`, PROPOSE the best to the person, WAIT for a place, or the need is UNMET."""

    REQUEST = "request"
    PROPOSE = "propose"
    WAIT = "wait"
    UNMET = "unmet"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pool that suits, with its points and its signal as it was."""

    pool: ListedPool
    points: Points
    kept_for_earlier: bool
    is_specialist: bool = False
    asked_before: bool = False
    """It had no space for them, or did not answer, and its provider has said nothing of its space since."""

    @property
    def rank(self) -> tuple[bool, int, int, UUID]:
        """Specialists first, open before limited before the rest, then points, then the id: always the same order."""
        return not self.is_specialist, self.pool.signal.order, -self.points.total, self.pool.pool_id

    @property
    def can_be_asked(self) -> bool:
        return self.pool.signal.has_space and not self.kept_for_earlier and not self.asked_before


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
    unmet_barrier: Barrier | None = None
    """What excluded most of what is there, where nothing suits."""
    asked_first: tuple[ListedPool, ...] = ()
    """Whose space nobody knows: they are to be asked whether they have any. No place is asked for."""

    @property
    def unmet_reason(self) -> UnmetReason | None:
        return UNMET_REASON[self.unmet_barrier] if self.unmet_barrier else None


def decide(
    wants: Wants,
    pools: Iterable[ListedPool],
    *,
    tried: Collection[UUID] = (),
    until_said: Collection[UUID] = (),
    kept_for_earlier: Collection[UUID] = (),
    home: Coordinates | None = None,
    policy: RoutingPolicy | None = None,
) -> Decision:
    """Decides for one leg, by the policy of its area. `kept_for_earlier` are pools that suit somebody who waits longer.

    `until_said` are those of the `tried` that suit all the same: who finds no other waits for them to say their space anew.
    """
    policy = policy or policy_of(wants.area)
    out = frozenset(tried) - frozenset(until_said)
    candidates: list[Candidate] = []
    exclusions: list[Exclusion] = []
    for pool in pools:
        found = barriers(pool, wants, out)
        if found:
            exclusions.append(Exclusion(pool.pool_id, found))
        else:
            points = points_of(pool, wants, home, policy)
            kept, special = pool.pool_id in kept_for_earlier, is_specialist(pool, wants, policy)
            candidates.append(Candidate(pool, points, kept, special, pool.pool_id in until_said))
    ranked = tuple(sorted(candidates, key=lambda each: each.rank))
    excluded = tuple(sorted(exclusions, key=lambda each: each.pool_id))
    if not ranked:
        barrier = unmet_barrier(each.barriers for each in excluded)
        return Decision(Outcome.UNMET, policy.label, ranked, excluded, unmet_barrier=barrier)
    chosen = next((each.pool for each in ranked if each.can_be_asked), None)
    if chosen:
        return Decision(Outcome.REQUEST, policy.label, ranked, excluded, chosen)
    to_ask = asked_first((each.pool for each in ranked), policy)
    return Decision(Outcome.WAIT, policy.label, ranked, excluded, asked_first=to_ask)
