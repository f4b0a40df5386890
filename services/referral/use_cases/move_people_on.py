"""A provider closes: everybody who was asked for there, or has a place, moves on, all in one batch.

What they had is given up, and each open pool with space is asked for those whom the assignment sends there: capacity
decides, as with any request. The rules of the line hold among those who move, too, and towards those who wait. Pools are read by SQL: this transaction has just changed some of them. Whoever is left joins the waiting list in their old place, or hears that nothing suits.
A leg that has moved stands with the provider no more, so to do this again does nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

from services.referral.domain.area_policies import shares_between_boroughs
from services.referral.domain.borough_turns import BoroughTurns, serves_several
from services.referral.domain.bulk_move import Moved, move_together
from services.referral.domain.leg import (
    WITH_PLACE_TAKEN,
    WITH_PLACE_UNDER_WAY,
    Leg,
    Step,
    ask_for_place,
    find_unmet,
    leave_closed_provider,
    wait,
)
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.london_days import day_in_london
from services.referral.domain.router import Decision, Outcome, decide
from services.referral.domain.waiting_list import fronts
from services.referral.storage.copied_services import list_pools_for
from services.referral.storage.copied_signals import lock_signals
from services.referral.storage.legs import lock_legs_at_closed
from services.referral.storage.places_in_line import (
    count_passed,
    keep_balances,
    read_balances,
    read_overtaken,
)
from services.referral.storage.waiting_line import lock_line, read_line_of
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.drain_waiting_list import LINE_READ
from services.referral.use_cases.route_legs import end_beside_needs, home_of, in_reach, placement_in
from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import Event
from shared.postgres.pool import Connection

log = structlog.get_logger(__name__)

MOVING = WITH_PLACE_UNDER_WAY | WITH_PLACE_TAKEN


async def move_people_on(
    connection: Connection, events: Sequence[Event[ServiceWithdrawnV1]], changes: Changes
) -> int:
    """Moves everybody of these services and gives the number. Their legs may stand in any area."""
    causes = {event.data.service_id: event for event in events}
    legs = await lock_legs_at_closed(connection, causes.keys(), MOVING)
    if not legs:
        return 0
    moving: list[Leg] = []
    cause_of: dict[UUID, Event[Any]] = {}
    for leg in legs:
        assert leg.placement is not None  # noqa: S101 - found by its place
        cause_of[leg.leg_id] = causes[leg.placement.service_id]
        moving.append(changes.step(leave_closed_provider(leg), cause_of[leg.leg_id]))
    moving = list(end_beside_needs(moving, changes, cause_of))
    pools, moved = await _decide_together(connection, moving, day_in_london(changes.now))
    for leg in moving:
        decision = _as_assigned(moved.decisions[leg.leg_id], pools, moved.places.get(leg.leg_id))
        changes.decided(leg, decision)
        changes.step(_step(leg, decision, changes), cause_of[leg.leg_id])
    await changes.keep(connection)
    await count_passed(connection, moved.passed)
    await keep_balances(connection, moved.turns.balances)
    log.info("legs.moved_on", legs=len(legs), services=[str(each) for each in causes])
    return len(legs)


async def _decide_together(
    connection: Connection, legs: Sequence[Leg], today: date
) -> tuple[Mapping[UUID, ListedPool], Moved]:
    """As the router decides for each, but with one assignment for all, by the rules of the line and under its lock."""
    pools = await _lock_pools(connection, legs, today)
    with_space = [pool for pool in pools.values() if pool.signal.has_space]
    line = await read_line_of(connection, with_space, limit=LINE_READ)
    too_long = dict.fromkeys((pool.pool_id for pool in with_space), None)
    in_front = too_long if line.goes_on_behind else fronts(line.legs, with_space)
    several = [pool.pool_id for pool in with_space if serves_several(pool)]
    turns = BoroughTurns(shares_between_boroughs(), await read_balances(connection, several))
    overtaken = await read_overtaken(connection, [leg.leg_id for leg in legs])

    until_said = {leg.leg_id: leg.until_said for leg in legs}

    def decide_alone(leg: InLine, stands: datetime) -> Decision:
        kept = {
            pool for pool, front in in_front.items()
            if not (front and front.lets(leg.place_in_line, stands))
        }  # fmt: skip
        return decide(
            leg.wants, in_reach(leg.wants, pools.values()), tried=leg.tried, until_said=until_said[leg.leg_id],
            home=home_of(leg.wants.area), kept_for_earlier=kept,
        )  # fmt: skip

    moving = [
        InLine(leg.leg_id, leg.wants, leg.received_at, leg.tried, overtaken.get(leg.leg_id, 0))
        for leg in legs
    ]
    return pools, move_together(moving, line.legs, decide_alone, turns)


async def _lock_pools(connection: Connection, legs: Sequence[Leg], today: date) -> Mapping[UUID, ListedPool]:
    """The pools for these legs. Those with space, and their line, are nobody else's to give until this ends."""
    needs, areas = {leg.wants.need for leg in legs}, {leg.wants.area for leg in legs}
    seen = await list_pools_for(connection, needs, areas, today)
    with_space = [pool for pool in seen if pool.signal.has_space]
    await lock_signals(connection, [pool.pool_id for pool in with_space])
    await lock_line(connection, frozenset[str]().union(*(pool.needs for pool in with_space)))
    return {pool.pool_id: pool for pool in await list_pools_for(connection, needs, areas, today)}


def _as_assigned(decision: Decision, pools: Mapping[UUID, ListedPool], assigned: UUID | None) -> Decision:
    if decision.outcome is Outcome.UNMET:
        return decision
    outcome = Outcome.WAIT if assigned is None else Outcome.REQUEST
    return replace(decision, outcome=outcome, chosen=None if assigned is None else pools[assigned])


def _step(leg: Leg, decision: Decision, changes: Changes) -> Step:
    if decision.chosen:
        return ask_for_place(leg, placement_in(decision.chosen), "moved-with-others")
    if decision.unmet_barrier:
        return find_unmet(leg, decision.unmet_barrier)
    return wait(leg, changes.now)
