"""The waiting list: free places go to those who came first, over all the lists that a pool serves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.referral.domain.leg import Leg
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.router import Decision, decide
from services.referral.domain.routing_policy import Coordinates
from services.referral.domain.suitability import suits

HomeOf = Callable[[str], Coordinates | None]
PlaceInLine = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class GivenPlace:
    """A leg and the pool that it is to ask."""

    leg: Leg
    decision: Decision


def give_places(line: Iterable[Leg], pools: Sequence[ListedPool], home_of: HomeOf) -> list[GivenPlace]:
    """Goes down the line once. Each leg gets the best of what is left, if any of it suits."""
    left = {pool.pool_id: pool for pool in pools}
    given: list[GivenPlace] = []
    for leg in sorted(line, key=lambda each: each.place_in_line):
        if not any(pool.signal.has_space for pool in left.values()):
            break
        decision = decide(leg.wants, left.values(), tried=leg.tried, home=home_of(leg.wants.area))
        if decision.chosen:
            given.append(GivenPlace(leg, decision))
            left[decision.chosen.pool_id] = after_one_request(decision.chosen)
    return given


def after_one_request(pool: ListedPool) -> ListedPool:
    """The pool as it stands for the next in line."""
    return replace(pool, signal=pool.signal.after_one_request(), given_today=pool.given_today + 1)


def first_in_line(line: Sequence[Leg], pools: Iterable[ListedPool]) -> Mapping[UUID, PlaceInLine]:
    """For each pool the place of the first who waits and whom it suits. The line comes in its order."""
    found: dict[UUID, PlaceInLine] = {}
    for pool in pools:
        first = next((leg for leg in line if suits(pool, leg.wants, leg.tried)), None)
        if first:
            found[pool.pool_id] = first.place_in_line
    return found
