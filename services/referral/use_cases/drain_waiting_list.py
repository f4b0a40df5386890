"""Gives the free places of pools to those who wait, by the rule of the line, over all lists that the pools serve."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.referral.domain.area_policies import shares_between_boroughs
from services.referral.domain.borough_turns import BoroughTurns, serves_several
from services.referral.domain.leg import Leg, ask_for_place
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.london_days import day_in_london
from services.referral.domain.waiting_list import Given, give_places
from services.referral.storage.copied_services import list_pools
from services.referral.storage.places_in_line import (
    count_passed,
    keep_balances,
    read_balances,
)
from services.referral.storage.waiting_line import (
    lock_line,
    lock_still_waiting,
    read_line_of,
    still_waiting,
)
from services.referral.use_cases.changes import Cause, Changes
from services.referral.use_cases.route_legs import home_of, placement_in
from shared.postgres.pool import Connection

LINE_READ = 20_000  # of more than so many those who came last have no turn yet
MOST_AT_ONCE = 100  # requests of one drain: the rest follows with the next


async def drain_waiting_list(
    connection: Connection,
    pool_ids: Collection[UUID],
    changes: Changes,
    *,
    causes: Mapping[UUID, Cause] | None = None,
) -> int:
    """Drains the lists into these pools and gives the number of legs that now ask for a place.

    The caller has locked the pools' signals (`lock_signals`), so that two drains of a pool take turns; and
    it has kept the legs that it changed before, so that they stand in the line.
    """
    pools = [
        pool
        for pool in await list_pools(connection, pool_ids, day_in_london(changes.now))
        if pool.signal.has_space
    ]
    if not pools:
        return 0
    await lock_line(connection, frozenset[str]().union(*(pool.needs for pool in pools)))
    line = (await read_line_of(connection, pools, limit=LINE_READ)).legs
    if not line:
        return 0
    several = [pool.pool_id for pool in pools if serves_several(pool)]
    balances = await read_balances(connection, several) if several else {}
    turns = BoroughTurns(shares_between_boroughs(), balances)
    taken = await _give(connection, line, pools, turns)
    _ask(taken, changes, causes or {})
    await count_passed(connection, taken.given.passed)
    await keep_balances(connection, _changed(turns, taken.given.turns))
    return len(taken.given.places)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is given, and the locked legs that it is given to."""

    given: Given
    legs: Mapping[UUID, Leg]


async def _give(
    connection: Connection, line: Collection[InLine], pools: Collection[ListedPool], turns: BoroughTurns
) -> _Taken:
    """Gives places to legs that nobody else has in hand; where somebody has, it is decided once more without them.

    It is decided once more, too, where a leg has tried more by the time of its lock than by that of the reading.
    """
    in_hand: dict[UUID, Leg] = {}
    in_other_hands: frozenset[UUID] = frozenset()
    while True:
        given = give_places(
            line, pools, home_of, turns=turns, in_other_hands=in_other_hands, at_most=MOST_AT_ONCE
        )
        new = [each.leg.leg_id for each in given.places if each.leg.leg_id not in in_hand]
        if not new:
            return _Taken(given, in_hand)
        locked = await lock_still_waiting(connection, new)
        in_hand |= locked
        missed = set(new) - locked.keys()
        as_locked = [_as_locked(leg, locked.get(leg.leg_id)) for leg in line]
        if not missed and as_locked == list(line):
            return _Taken(given, in_hand)
        held_elsewhere = await still_waiting(connection, missed) if missed else frozenset()
        in_other_hands |= held_elsewhere
        line = [leg for leg in as_locked if leg.leg_id not in missed - held_elsewhere]


def _as_locked(leg: InLine, locked: Leg | None) -> InLine:
    return replace(leg, wants=locked.wants, tried=locked.tried) if locked else leg


def _ask(taken: _Taken, changes: Changes, causes: Mapping[UUID, Cause]) -> None:
    for each in taken.given.places:
        pool = each.decision.chosen
        if pool is not None:
            leg = taken.legs[each.leg.leg_id]
            changes.decided(leg, each.decision)
            changes.step(ask_for_place(leg, placement_in(pool), "place-came-free"), causes.get(pool.pool_id))


def _changed(before: BoroughTurns, after: BoroughTurns) -> dict[UUID, Mapping[str, int]]:
    return {
        pool_id: owed for pool_id, owed in after.balances.items() if before.balances.get(pool_id, {}) != owed
    }
