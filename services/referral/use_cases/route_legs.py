"""Finds the next place for legs in matching: each asks one pool, joins the waiting list or is unmet.

Pools are known without a lock: capacity decides, and a guess that was too high costs one refusal.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from services.referral.domain.leg import (
    Leg,
    Placement,
    Step,
    ask_for_place,
    end_without_place,
    find_unmet,
    propose,
    wait,
)
from services.referral.domain.listed_pool import ListedPool, Space
from services.referral.domain.london_days import day_in_london
from services.referral.domain.pool_index import Match, PoolIndex
from services.referral.domain.proposal import as_proposal
from services.referral.domain.router import Decision, Outcome
from services.referral.domain.routing_policy import Coordinates
from services.referral.domain.waiting_list import Front, after_one_request, fronts
from services.referral.domain.waiting_policy import stands_since
from services.referral.domain.wants import Wants
from services.referral.storage.copied_services import list_pools_for
from services.referral.storage.waiting_line import read_line_of
from services.referral.use_cases.changes import Cause, Changes
from services.referral.use_cases.choosing_times import find_choosing_times
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.new_ids import new_id
from shared.postgres.pool import Connection
from shared.vocabulary.vocabulary import boroughs

LINE_LOOKED_AT = 500  # legs; where more may wait, a newcomer joins the line unseen and the drain decides


async def route_legs(
    connection: Connection,
    legs: Sequence[Leg],
    changes: Changes,
    *,
    causes: Mapping[UUID, Cause] | None = None,
    spaces: Mapping[UUID, Space] | None = None,
    looked_at_first: timedelta | None = None,
    known_pools: KnownPools | None = None,
) -> frozenset[UUID]:
    """Routes the legs, first come first. Gives the pools with space that are kept for others in the line.

    `spaces` is what has been heard of pools and is not yet written. `looked_at_first` is how long somebody may look at
    what suits before the best is asked, where areas would ask it at once.
    """
    legs = end_beside_needs(legs, changes, causes or {})
    if not legs:
        return frozenset()
    index = await _pools_for(connection, legs, changes.now, known_pools)
    changed = dict(_corrected(index, spaces or {}))
    with_space = {
        pool.pool_id: pool
        for leg in legs
        for pool in index.match(
            leg.wants, tried=leg.tried, until_said=leg.until_said, changed=changed
        ).pools_with_space()
    }
    in_front = await fronts_of(connection, with_space.values())
    choosing = await find_choosing_times(connection, {leg.wants.area for leg in legs})
    kept: set[UUID] = set()
    for leg in sorted(legs, key=lambda each: each.place_in_line):
        found = index.match(
            leg.wants, tried=leg.tried, until_said=leg.until_said, home=home_of(leg.wants.area), changed=changed,
            kept_for_earlier=kept_for_earlier(leg, in_front),
        )  # fmt: skip
        decision = found.decision()
        time_to_choose = choosing.get(leg.wants.area) or looked_at_first
        if found.chosen and time_to_choose and not leg.left_to_us:
            decision = as_proposal(decision)
            reason = "person-chooses" if leg.wants.area in choosing else "looked-at-first"
            step = propose(leg, changes.now + time_to_choose, reason)
        else:
            step = _step(leg, found, changes)
        changes.decided(leg, decision)
        changes.step(step, (causes or {}).get(leg.leg_id))
        if found.chosen:
            changed[found.chosen.pool_id] = after_one_request(found.chosen)
        elif found.outcome is Outcome.WAIT:
            kept |= {pool.pool_id for pool in found.pools_with_space()}
            in_front |= dict.fromkeys(kept)
    return frozenset(kept)


def end_beside_needs(legs: Sequence[Leg], changes: Changes, causes: Mapping[UUID, Cause]) -> Sequence[Leg]:
    """Who said yes to one thing beside what they need, and got no place: that leg ends here. Gives the others."""
    for leg in legs:
        if leg.goes_nowhere_else:
            changes.step(end_without_place(leg), causes.get(leg.leg_id))
    return [leg for leg in legs if not leg.goes_nowhere_else]


async def decide_for(
    connection: Connection, leg: Leg, now: datetime, known_pools: KnownPools | None = None
) -> Decision:
    """What routing would decide for one leg now. Nothing comes of it."""
    index = await _pools_for(connection, [leg], now, known_pools)
    suited = index.match(leg.wants, tried=leg.tried, until_said=leg.until_said)
    with_space = list(suited.pools_with_space())
    in_front = await fronts_of(connection, with_space)
    return index.match(
        leg.wants,
        tried=leg.tried,
        until_said=leg.until_said,
        home=home_of(leg.wants.area),
        kept_for_earlier=kept_for_earlier(leg, in_front),
    ).decision()


async def _pools_for(
    connection: Connection, legs: Sequence[Leg], now: datetime, known_pools: KnownPools | None
) -> PoolIndex:
    """What this process knows, with all that has changed since; where it knows nothing, what is there for these legs."""
    index = await known_pools.look(connection, day_in_london(now)) if known_pools else None
    if index is not None:
        return index
    needs, areas = {leg.wants.need for leg in legs}, {leg.wants.area for leg in legs}
    return PoolIndex(await list_pools_for(connection, needs, areas, day_in_london(now)))


def placement_in(pool: ListedPool) -> Placement:
    """A new request for a place in the pool."""
    return Placement(new_id(), pool.pool_id, pool.service_id, pool.organisation_id)


@cache
def home_of(area: str) -> Coordinates | None:
    """The middle of the borough: as near as we care to know where a person lives."""
    borough = boroughs().get(area)
    return (borough.latitude, borough.longitude) if borough else None


def _step(leg: Leg, found: Match, changes: Changes) -> Step:
    if found.chosen:
        return ask_for_place(leg, placement_in(found.chosen), "best-with-space")
    if found.unmet_barrier:
        return find_unmet(leg, found.unmet_barrier)
    return wait(leg, changes.now)


def _corrected(index: PoolIndex, spaces: Mapping[UUID, Space]) -> Iterator[tuple[UUID, ListedPool]]:
    for pool_id, space in spaces.items():
        pool = index.get(pool_id)
        if pool is not None:
            yield pool_id, pool.with_signal(pool.signal.corrected(space))


def in_reach(wants: Wants, pools: Iterable[ListedPool]) -> list[ListedPool]:
    """Those for this need and area, out of what was read for all legs at once."""
    return [
        pool for pool in pools if wants.need in pool.needs and (pool.everywhere or wants.area in pool.areas)
    ]


def kept_for_earlier(leg: Leg, in_front: Mapping[UUID, Front | None]) -> set[UUID]:
    """The pools that suit somebody in the line behind whom this leg stands."""
    stands = stands_since(leg.wants, leg.received_at)
    return {pool for pool, front in in_front.items() if not (front and front.lets(leg.place_in_line, stands))}


async def fronts_of(connection: Connection, pools: Collection[ListedPool]) -> dict[UUID, Front | None]:
    """Whom newcomers must stand before, for each pool that shows space: None where more wait than were looked at.

    Nobody has to ask while there is none.
    """
    with_space = [pool for pool in pools if pool.signal.has_space]
    if not with_space:
        return {}
    line = await read_line_of(connection, with_space, limit=LINE_LOOKED_AT)
    if line.goes_on_behind:
        return dict.fromkeys((pool.pool_id for pool in with_space), None)
    return dict(fronts(line.legs, with_space))
