"""The router over what there is, in simulated time: the only file that knows how a decision is asked for."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from uuid import UUID

from services.referral.domain.leg import Leg
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.policy import RoutingPolicy
from services.referral.domain.router import Decision, decide
from services.referral.domain.routing_policy import Coordinates
from shared.vocabulary.vocabulary import boroughs


class Menu:
    """All pools as they stand, found by need and borough."""

    def __init__(self, pools: Iterable[ListedPool], areas: Iterable[str], policy: RoutingPolicy) -> None:
        self.pools: dict[UUID, ListedPool] = {pool.pool_id: pool for pool in pools}
        self._policy = policy
        self._reach: dict[tuple[str, str], list[UUID]] = {}
        for area in areas:
            for pool in self.pools.values():
                if pool.everywhere or area in pool.areas:
                    for need in pool.needs:
                        self._reach.setdefault((need, area), []).append(pool.pool_id)

    def decide(self, leg: Leg) -> Decision:
        """Nobody in the line suits a pool that shows space, since each freed place is given before time goes on."""
        reach = self._reach.get((leg.wants.need, leg.wants.area), ())
        return decide(
            leg.wants, [self.pools[pool_id] for pool_id in reach], tried=leg.tried,
            home=home_of(leg.wants.area), policy=self._policy,
        )  # fmt: skip

    def hear(self, pool_id: UUID, signal: Signal, *, asked: int = 0) -> None:
        """A pool's space has changed; so many were sent there just now."""
        pool = self.pools[pool_id]
        self.pools[pool_id] = replace(pool, signal=signal, given_today=pool.given_today + asked)

    def new_day(self) -> None:
        for pool_id, pool in self.pools.items():
            if pool.given_today:
                self.pools[pool_id] = replace(pool, given_today=0)


@cache
def home_of(area: str) -> Coordinates | None:
    """The middle of the borough, as the service has it."""
    borough = boroughs().get(area)
    return (borough.latitude, borough.longitude) if borough else None
