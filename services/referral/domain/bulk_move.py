"""Many move at once and keep to the rules of the line: its order, its bound and the boroughs' turns. Pure.

One stable assignment (`reallocation`), in which each pool takes people in the order of the line. Who stays without a
place was passed by each who came later and has one that suits them too. Whoever would be passed once too often stands
before everybody, and all is assigned anew: in that place nobody who came later passes them any more.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from services.referral.domain.borough_turns import BoroughTurns, serves_several
from services.referral.domain.line_queues import InLine, Order, PlaceInLine, by_arrival, by_points
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.reallocation import assign, choices_of
from services.referral.domain.router import Decision
from services.referral.domain.suitability import suits
from services.referral.domain.waiting_policy import WAITING_POLICY, WaitingPolicy

DecideAlone = Callable[[InLine, datetime], Decision]
"""What the router says of a leg that stands in the line since then."""

Claims = Mapping[UUID, Mapping[UUID, int]]
"""For each pool how its people follow one another."""


BEFORE_EVERYBODY = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moved:
    """Who goes where, how often each who goes nowhere was passed by it, and the boroughs' turns."""

    decisions: Mapping[UUID, Decision]
    places: Mapping[UUID, UUID]
    passed: Mapping[UUID, int]
    turns: BoroughTurns


def move_together(
    moving: Collection[InLine],
    line: Sequence[InLine],
    decide_alone: DecideAlone,
    turns: BoroughTurns,
    policy: WaitingPolicy = WAITING_POLICY,
) -> Moved:
    """Assigns all of them. Those of the line who come before somebody at a pool keep it: the decisions say so."""
    legs = {leg.leg_id: leg for leg in moving}
    often = {leg.leg_id for leg in moving if leg.overtaken >= policy.most_overtaken}
    decisions = {
        leg.leg_id: decide_alone(leg, BEFORE_EVERYBODY if leg.leg_id in often else leg.stands(policy))
        for leg in moving
    }
    while True:
        orders = {
            leg.leg_id: by_arrival(leg) if leg.leg_id in often else by_points(leg, policy) for leg in moving
        }
        asked = _Asked(legs, orders, decisions)
        places = asked.assigned(turns)
        passed = _passed(legs, decisions, places)
        too_often = {
            leg_id
            for leg_id, times in passed.items()
            if legs[leg_id].overtaken + times > policy.most_overtaken
        } - often
        if not too_often:
            return Moved(decisions, places, passed, asked.paid(places, line, turns))
        often |= too_often
        decisions |= {leg_id: decide_alone(legs[leg_id], BEFORE_EVERYBODY) for leg_id in too_often}


class _Asked:
    """The pools that may be asked, each with those who want it, in the order of the line."""

    def __init__(
        self, legs: Mapping[UUID, InLine], orders: Mapping[UUID, Order], decisions: Mapping[UUID, Decision]
    ) -> None:
        self._legs, self._orders = legs, orders
        self._choices = {leg_id: choices_of(each) for leg_id, each in decisions.items()}
        self._pools: dict[UUID, ListedPool] = {}
        wanting: defaultdict[UUID, list[InLine]] = defaultdict(list)
        for leg_id in sorted(legs, key=orders.__getitem__):
            for pool in self._choices[leg_id]:
                self._pools[pool.pool_id] = pool
                wanting[pool.pool_id].append(legs[leg_id])
        self._wanting = wanting

    def assigned(self, turns: BoroughTurns) -> dict[UUID, UUID]:
        claims = {pool_id: self._claims(pool, turns) for pool_id, pool in self._pools.items()}
        return assign(
            {leg_id: [pool.pool_id for pool in pools] for leg_id, pools in self._choices.items()},
            {pool_id: pool.signal.free for pool_id, pool in self._pools.items()},
            lambda pool_id, leg_id: claims[pool_id][leg_id],
        )

    def paid(self, places: Mapping[UUID, UUID], line: Sequence[InLine], turns: BoroughTurns) -> BoroughTurns:
        """The turns when each borough has paid for what it was given, among those that waited for it too."""
        given: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for leg_id, pool_id in places.items():
            given[pool_id].add(leg_id)
        for pool_id in sorted(given):
            pool = self._pools[pool_id]
            if not serves_several(pool):
                continue
            theirs = [leg for leg in self._wanting[pool_id] if leg.leg_id in given[pool_id]]
            staying = {leg.wants.area for leg in self._wanting[pool_id] if leg.leg_id not in places}
            staying |= {leg.wants.area for leg in line if _waits_for(leg, pool)}
            for number, leg in enumerate(theirs):
                waiting = staying | {each.wants.area for each in theirs[number:]}
                turns = turns.after_giving(pool, leg.wants.area, sorted(waiting))
        return turns

    def _claims(self, pool: ListedPool, turns: BoroughTurns) -> dict[UUID, int]:
        wanting = self._wanting[pool.pool_id]
        if serves_several(pool):
            wanting = self._in_turns(pool, wanting, turns)
        return {leg.leg_id: number for number, leg in enumerate(wanting)}

    def _in_turns(self, pool: ListedPool, wanting: Sequence[InLine], turns: BoroughTurns) -> list[InLine]:
        """Who stands before everybody goes first; then the boroughs have their turns, as in the line."""
        by_borough: defaultdict[str, list[InLine]] = defaultdict(list)
        for leg in reversed(wanting):
            by_borough[leg.wants.area].append(leg)
        ordered: list[InLine] = []
        first = [leg for leg in wanting if self._stands_before_everybody(leg)]
        while by_borough:
            borough = first[len(ordered)].wants.area if len(ordered) < len(first) else None
            borough = borough or turns.next(pool, by_borough.keys())
            assert borough is not None  # noqa: S101 - somebody of it waits
            turns = turns.after_giving(pool, borough, by_borough.keys())
            ordered.append(by_borough[borough].pop())
            if not by_borough[borough]:
                del by_borough[borough]
        return ordered

    def _stands_before_everybody(self, leg: InLine) -> bool:
        return self._orders[leg.leg_id] == by_arrival(leg)


def _waits_for(leg: InLine, pool: ListedPool) -> bool:
    return leg.wants.need in pool.needs and suits(pool, leg.wants, leg.tried)


def _passed(
    legs: Mapping[UUID, InLine], decisions: Mapping[UUID, Decision], places: Mapping[UUID, UUID]
) -> dict[UUID, int]:
    """How many who came later got a place of a pool that suits somebody who got none."""
    given: defaultdict[UUID, list[PlaceInLine]] = defaultdict(list)
    for leg_id, pool_id in places.items():
        given[pool_id].append(legs[leg_id].place_in_line)
    for came in given.values():
        came.sort()
    passed: dict[UUID, int] = {}
    for leg_id, decision in decisions.items():
        if leg_id in places:
            continue
        own = legs[leg_id].place_in_line
        suiting = (given.get(each.pool.pool_id, []) for each in decision.candidates if not each.asked_before)
        times = sum(len(at) - bisect_right(at, own) for at in suiting)
        if times:
            passed[leg_id] = times
    return passed
