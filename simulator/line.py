"""The waiting list in simulated time: the only file that knows how its order is asked for."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from uuid import UUID

from services.referral.domain.area_policies import shares_between_boroughs
from services.referral.domain.borough_turns import BoroughTurns
from services.referral.domain.leg import Leg
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.waiting_list import GivenPlace, give_places
from services.referral.domain.waiting_policy import WaitingPolicy
from simulator.menu import home_of


class WaitingLine:
    """Who waits, by need and borough; how often each was passed, and which boroughs have a turn where."""

    def __init__(self, policy: WaitingPolicy) -> None:
        self._policy = policy
        self._legs: dict[UUID, Leg] = {}
        self._lines: defaultdict[str, defaultdict[str, dict[UUID, Leg]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        self._passed: Counter[UUID] = Counter()
        self._turns = BoroughTurns(shares_between_boroughs())

    def __len__(self) -> int:
        return len(self._legs)

    def join(self, leg: Leg) -> None:
        """Who comes back was passed as often as before."""
        self._lines[leg.wants.need][leg.wants.area][leg.leg_id] = leg
        self._legs[leg.leg_id] = leg

    def leave(self, leg_id: UUID) -> Leg:
        leg = self._legs.pop(leg_id)
        return self._lines[leg.wants.need][leg.wants.area].pop(leg_id)

    def for_pool(self, pool: ListedPool) -> Iterator[InLine]:
        """Those of the needs and boroughs of a pool. Nobody may join or leave meanwhile."""
        return (
            InLine(leg.leg_id, leg.wants, leg.received_at, leg.tried, self._passed[leg.leg_id])
            for need in pool.needs
            for area, line in self._lines[need].items()
            if pool.everywhere or area in pool.areas
            for leg in line.values()
        )

    def give(self, pool: ListedPool) -> list[GivenPlace]:
        """Who is to ask the pool for what it has free."""
        line = list(self.for_pool(pool)) if pool.signal.has_space else []
        if not line:
            return []
        given = give_places(line, [pool], home_of, turns=self._turns, policy=self._policy)
        self._passed.update(given.passed)
        self._turns = given.turns
        return list(given.places)
