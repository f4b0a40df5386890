"""The waiting list: who is given what came free, over all the lists that a pool serves, and who is passed by it.

Who was passed by `most_overtaken` people who came later stands before everybody, by arrival. Where a pool serves
several boroughs comes the borough whose turn it is. Then who has the most points, which grow with the wait; of equals
the first to come.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.referral.domain.borough_turns import BoroughTurns
from services.referral.domain.line_queues import InLine, Line, PlaceInLine, by_arrival, by_points
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.router import Decision, decide
from services.referral.domain.routing_policy import Coordinates
from services.referral.domain.suitability import suits
from services.referral.domain.waiting_policy import WAITING_POLICY, WaitingPolicy
from services.referral.domain.wants import Wants

HomeOf = Callable[[str], Coordinates | None]


class Waiting(Protocol):
    """Whatever stands in the line: a leg, or the little of it that the line tells."""

    @property
    def leg_id(self) -> UUID: ...
    @property
    def wants(self) -> Wants: ...
    @property
    def tried(self) -> frozenset[UUID]: ...
    @property
    def place_in_line(self) -> PlaceInLine: ...


@dataclass(frozen=True, slots=True)
class GivenPlace:
    """Who is to ask which pool."""

    leg: InLine
    decision: Decision


@dataclass(frozen=True, slots=True)
class Given:
    """What one turn of the line gives: places, how often each who stays was passed by it, and the boroughs' turns."""

    places: tuple[GivenPlace, ...]
    passed: Mapping[UUID, int]
    turns: BoroughTurns


def give_places(
    line: Iterable[InLine],
    pools: Iterable[ListedPool],
    home_of: HomeOf,
    *,
    turns: BoroughTurns | None = None,
    policy: WaitingPolicy = WAITING_POLICY,
    in_other_hands: Collection[UUID] = (),
    at_most: int | None = None,
) -> Given:
    """Gives what is free to who comes first for it, one place after the other.

    Who is in other hands is passed like everybody else, and cannot be given anything now. Where such a one comes
    first because they were passed too often, the place waits for them.
    """
    left = {pool.pool_id: pool for pool in pools if pool.signal.has_space}
    standing = Line(line, left.values(), turns or BoroughTurns(), policy, in_other_hands)
    given: list[GivenPlace] = []
    while (firsts := standing.firsts()) and (at_most is None or len(given) < at_most):
        leg = min(firsts.values(), key=standing.order)
        decision = decide(
            leg.wants,
            left.values(),
            tried=leg.tried,
            kept_for_earlier={pool_id for pool_id in left if firsts.get(pool_id) is not leg},
            home=home_of(leg.wants.area),
        )
        pool = decision.chosen
        assert pool is not None  # noqa: S101 - one of the pools came to them first
        given.append(GivenPlace(leg, decision))
        left[pool.pool_id] = after_one_request(pool)
        standing.give(left[pool.pool_id], leg)
    return Given(tuple(given), standing.passed, standing.turns)


def after_one_request(pool: ListedPool) -> ListedPool:
    """The pool as it stands for the next in line."""
    return replace(pool, signal=pool.signal.after_one_request(), given_today=pool.given_today + 1)


def first_in_line(line: Sequence[Waiting], pools: Iterable[ListedPool]) -> Mapping[UUID, PlaceInLine]:
    """For each pool the place of the first who waits and whom it suits. The line comes in its order."""
    found: dict[UUID, PlaceInLine] = {}
    for pool in pools:
        first = next((leg for leg in line if suits(pool, leg.wants, leg.tried)), None)
        if first:
            found[pool.pool_id] = first.place_in_line
    return found


@dataclass(frozen=True, slots=True)
class Front:
    """Those in the line whom a pool suits, in short. Who stands before all of them passes nobody."""

    first_came: PlaceInLine
    stands_from: datetime
    somebody_was_passed_often: bool

    def lets(self, came: PlaceInLine, stands: datetime) -> bool:
        """Whether somebody who is not in the line may ask the pool at once."""
        return came < self.first_came and stands <= self.stands_from and not self.somebody_was_passed_often


def fronts(
    line: Iterable[InLine], pools: Iterable[ListedPool], policy: WaitingPolicy = WAITING_POLICY
) -> Mapping[UUID, Front]:
    """For each pool that suits somebody in the line, whom a newcomer must stand before."""
    in_line = list(line)
    found: dict[UUID, Front] = {}
    for pool in pools:
        suited = [leg for leg in in_line if suits(pool, leg.wants, leg.tried)]
        if suited:
            found[pool.pool_id] = Front(
                min(leg.place_in_line for leg in suited),
                min(leg.stands(policy) for leg in suited),
                any(leg.overtaken >= policy.most_overtaken for leg in suited),
            )
    return found


def passed_while_away(
    away: Iterable[InLine], places: Iterable[tuple[Waiting, ListedPool]]
) -> Mapping[UUID, int]:
    """How often each who is away from the line was passed by these places: as those who stand in it are."""
    given, passed = list(places), Counter[UUID]()
    for other in away:
        for leg, pool in given:
            came_first = other.place_in_line < leg.place_in_line and other.leg_id != leg.leg_id
            if came_first and other.wants.need in pool.needs and suits(pool, other.wants, other.tried):
                passed[other.leg_id] += 1
    return passed


def people_before(leg_id: UUID, line: Iterable[InLine], policy: WaitingPolicy = WAITING_POLICY) -> int | None:
    """How many of the line stand before a leg, where no borough has a turn; None where it is not in the line."""
    order = {
        leg.leg_id: by_arrival(leg) if leg.overtaken >= policy.most_overtaken else by_points(leg, policy)
        for leg in line
    }
    own = order.get(leg_id)
    return None if own is None else sum(each < own for each in order.values())
