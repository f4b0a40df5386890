"""Finds the next place for legs in matching: each asks one pool, joins the waiting list or is unmet.

Signals are read without a lock: capacity decides, and a guess that was too high costs one refusal.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from uuid import UUID

from services.referral.domain.leg import Leg, Placement, Step, ask_for_place, find_unmet, wait
from services.referral.domain.listed_pool import ListedPool, Space
from services.referral.domain.router import Decision, Outcome, decide
from services.referral.domain.routing_policy import Coordinates
from services.referral.domain.waiting_list import PlaceInLine, after_one_request, first_in_line
from services.referral.storage.copied_services import list_pools_for
from services.referral.storage.waiting_line import look_along_line
from services.referral.use_cases.changes import Cause, Changes
from services.referral.use_cases.new_ids import new_id
from shared.postgres.pool import Connection
from shared.vocabulary.vocabulary import boroughs

LINE_LOOKED_AT = 200  # legs; behind so many, a newcomer joins the line unseen and the drain decides


async def route_legs(
    connection: Connection,
    legs: Sequence[Leg],
    changes: Changes,
    *,
    causes: Mapping[UUID, Cause] | None = None,
    spaces: Mapping[UUID, Space] | None = None,
) -> frozenset[UUID]:
    """Routes the legs, first come first. Gives the pools with space that are kept for others in the line.

    `spaces` is what has been heard of pools and is not yet written.
    """
    if not legs:
        return frozenset()
    needs, areas = {leg.wants.need for leg in legs}, {leg.wants.area for leg in legs}
    pools = {
        pool.pool_id: _corrected(pool, spaces or {})
        for pool in await list_pools_for(connection, needs, areas)
    }
    firsts = await _first_in_line(connection, pools.values())
    kept: set[UUID] = set()
    for leg in sorted(legs, key=lambda each: each.place_in_line):
        kept_for_earlier = {pool for pool, first in firsts.items() if first < leg.place_in_line}
        decision = decide(
            leg.wants, in_reach(leg, pools.values()), tried=leg.tried,
            kept_for_earlier=kept_for_earlier, home=home_of(leg.wants.area),
        )  # fmt: skip
        changes.decided(leg, decision)
        changes.step(_step(leg, decision, changes), (causes or {}).get(leg.leg_id))
        if decision.chosen:
            pools[decision.chosen.pool_id] = after_one_request(decision.chosen)
        elif decision.outcome is Outcome.WAIT:
            kept |= {each.pool.pool_id for each in decision.candidates if each.pool.signal.has_space}
    return frozenset(kept)


def placement_in(pool: ListedPool) -> Placement:
    """A new request for a place in the pool."""
    return Placement(new_id(), pool.pool_id, pool.service_id, pool.organisation_id)


@cache
def home_of(area: str) -> Coordinates | None:
    """The middle of the borough: as near as we care to know where a person lives."""
    borough = boroughs().get(area)
    return (borough.latitude, borough.longitude) if borough else None


def _step(leg: Leg, decision: Decision, changes: Changes) -> Step:
    if decision.chosen:
        return ask_for_place(leg, placement_in(decision.chosen), "best-with-space")
    if decision.unmet_reason:
        return find_unmet(leg, decision.unmet_reason)
    return wait(leg, changes.now)


def _corrected(pool: ListedPool, spaces: Mapping[UUID, Space]) -> ListedPool:
    space = spaces.get(pool.pool_id)
    return pool.with_signal(pool.signal.corrected(space)) if space else pool


def in_reach(leg: Leg, pools: Iterable[ListedPool]) -> list[ListedPool]:
    """Those for this leg's need and area, out of what was read for all legs at once."""
    wants = leg.wants
    return [
        pool for pool in pools if wants.need in pool.needs and (pool.everywhere or wants.area in pool.areas)
    ]


async def _first_in_line(connection: Connection, pools: Collection[ListedPool]) -> Mapping[UUID, PlaceInLine]:
    """Who waits first for each pool that shows space. Nobody has to ask while there is none."""
    with_space = [pool for pool in pools if pool.signal.has_space]
    if not with_space:
        return {}
    needs = frozenset[str]().union(*(pool.needs for pool in with_space))
    line = await look_along_line(connection, needs, limit=LINE_LOOKED_AT)
    firsts = dict(first_in_line(line.legs, with_space))
    if line.goes_on_behind:
        for pool in with_space:
            firsts.setdefault(pool.pool_id, line.goes_on_behind)
    return firsts
