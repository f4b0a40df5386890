"""The line while it is drained: a queue for each pool, who was passed how often, and who is gone."""

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referral.domain.borough_turns import BoroughTurns, serves_several
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.suitability import suits
from services.referral.domain.waiting_policy import WAITING_POLICY, WaitingPolicy, stands_since
from services.referral.domain.wants import Wants

PlaceInLine = tuple[datetime, UUID]
Order = tuple[int, datetime, datetime, UUID]

EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class InLine:
    """A leg that waits: what decides when its turn comes, in codes."""

    leg_id: UUID
    wants: Wants
    received_at: datetime
    tried: frozenset[UUID] = frozenset()
    overtaken: int = 0

    @property
    def place_in_line(self) -> PlaceInLine:
        """By arrival. A leg that comes back keeps it."""
        return self.received_at, self.leg_id

    def stands(self, policy: WaitingPolicy = WAITING_POLICY) -> datetime:
        """The earlier, the more points."""
        return stands_since(self.wants, self.received_at, policy)


def by_arrival(leg: InLine) -> Order:
    """Where they stand who were passed too often."""
    return 0, leg.received_at, leg.received_at, leg.leg_id


def by_points(leg: InLine, policy: WaitingPolicy) -> Order:
    """Where the others stand, behind them. Points are the same as an earlier coming."""
    return 1, leg.stands(policy), leg.received_at, leg.leg_id


@dataclass(slots=True)
class _Queue:
    """Whom one pool suits: by arrival, and for each borough that has turns, or for all together, in their order."""

    pool: ListedPool
    by_arrival: list[InLine]
    members: frozenset[UUID]
    by_borough: dict[str, list[InLine]]


class Line:
    """Who comes first for each pool, and how that changes with every place that is given."""

    def __init__(
        self,
        legs: Iterable[InLine],
        pools: Iterable[ListedPool],
        turns: BoroughTurns,
        policy: WaitingPolicy,
        in_other_hands: Collection[UUID],
    ) -> None:
        self.turns = turns
        self._policy = policy
        self._in_other_hands = frozenset(in_other_hands)
        self._gone: set[UUID] = set()
        self._legs = sorted(legs, key=lambda leg: leg.place_in_line)
        self._by_points = {leg.leg_id: by_points(leg, policy) for leg in self._legs}
        self._passed: Counter[UUID] = Counter()
        self._too_often = [leg for leg in self._legs if leg.overtaken >= policy.most_overtaken]
        self._queues = {pool.pool_id: self._queue(pool) for pool in pools}
        self._firsts = {pool_id: self._first_for(queue) for pool_id, queue in self._queues.items()}

    @property
    def passed(self) -> dict[UUID, int]:
        """How often each who is still in the line was passed by what was given."""
        return {leg_id: times for leg_id, times in self._passed.items() if leg_id not in self._gone}

    def order(self, leg: InLine) -> Order:
        """Who stands before whom where no borough has a turn."""
        often = self._times_passed(leg) >= self._policy.most_overtaken
        return by_arrival(leg) if often else self._by_points[leg.leg_id]

    def firsts(self) -> dict[UUID, InLine]:
        """Who comes first for each pool with space, where somebody does who can be given it now."""
        return {pool_id: leg for pool_id, leg in self._firsts.items() if leg is not None}

    def give(self, pool: ListedPool, leg: InLine) -> None:
        """The leg was given a place of the pool, which is as it is afterwards. Whom it suits and who came before were passed."""
        queue = self._queues[pool.pool_id]
        self._forget_gone(queue)
        self.turns = self.turns.after_giving(pool, leg.wants.area, queue.by_borough.keys())
        self._gone.add(leg.leg_id)
        passed_too_often = len(self._too_often)
        for other in queue.by_arrival:
            if other.place_in_line >= leg.place_in_line:
                break
            if other.leg_id not in self._gone:
                self._pass(other)
        everywhere = passed_too_often != len(self._too_often)
        for pool_id, first in self._firsts.items():
            if everywhere or first is leg or pool_id == pool.pool_id:
                self._firsts[pool_id] = self._first_for(self._queues[pool_id])
        if not pool.signal.has_space:
            del self._firsts[pool.pool_id]

    def _first_for(self, queue: _Queue) -> InLine | None:
        for leg in self._too_often:
            if leg.leg_id in queue.members and leg.leg_id not in self._gone:
                return None if leg.leg_id in self._in_other_hands else leg
        self._forget_gone(queue)
        waiting = queue.by_borough
        if not waiting:
            return None
        return waiting[self.turns.next(queue.pool, waiting.keys()) or EVERYBODY][-1]

    def _pass(self, leg: InLine) -> None:
        self._passed[leg.leg_id] += 1
        if self._times_passed(leg) == self._policy.most_overtaken:
            insort(self._too_often, leg, key=lambda each: each.place_in_line)

    def _times_passed(self, leg: InLine) -> int:
        return leg.overtaken + self._passed[leg.leg_id]

    def _queue(self, pool: ListedPool) -> _Queue:
        """Its lists by borough end with who comes first, so that taking them off is cheap."""
        suited = [
            leg for leg in self._legs if leg.wants.need in pool.needs and suits(pool, leg.wants, leg.tried)
        ]
        by_borough: defaultdict[str, list[InLine]] = defaultdict(list)
        for leg in suited:
            if leg.leg_id not in self._in_other_hands:
                by_borough[leg.wants.area if serves_several(pool) else EVERYBODY].append(leg)
        for legs in by_borough.values():
            legs.sort(key=lambda leg: self._by_points[leg.leg_id], reverse=True)
        return _Queue(pool, suited, frozenset(leg.leg_id for leg in suited), dict(by_borough))

    def _forget_gone(self, queue: _Queue) -> None:
        for borough in list(queue.by_borough):
            legs = queue.by_borough[borough]
            while legs and legs[-1].leg_id in self._gone:
                legs.pop()
            if not legs:
                del queue.by_borough[borough]
