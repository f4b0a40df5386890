"""A provider closes: everybody who was asked for there, or has a place, moves on, all in one batch.

What they had is given up, and each open pool with space is asked for those whom the assignment sends there: capacity
decides, as with any request. Pools are read by SQL: this transaction has just changed some of them. Whoever is left joins the waiting list in their old place, or hears that nothing suits.
A leg that has moved stands with the provider no more, so to do this again does nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import structlog

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
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.reallocation import assign, choices_of
from services.referral.domain.router import Decision, Outcome, decide
from services.referral.domain.waiting_policy import stands_since
from services.referral.storage.copied_services import list_pools_for
from services.referral.storage.legs import lock_legs_at_closed
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.route_legs import end_invited, fronts_of, home_of, in_reach, placement_in
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
    moving = list(end_invited(moving, changes, cause_of))
    decisions = await _decide_together(connection, moving, changes.now.date())
    for leg in moving:
        decision = decisions[leg.leg_id]
        changes.decided(leg, decision)
        changes.step(_step(leg, decision, changes), cause_of[leg.leg_id])
    await changes.keep(connection)
    log.info("legs.moved_on", legs=len(moving), services=[str(each) for each in causes])
    return len(moving)


async def _decide_together(
    connection: Connection, legs: Sequence[Leg], today: date
) -> Mapping[UUID, Decision]:
    """As the router decides for each, but with one assignment for all; what waits before them keeps its pools."""
    needs, areas = {leg.wants.need for leg in legs}, {leg.wants.area for leg in legs}
    pools = {pool.pool_id: pool for pool in await list_pools_for(connection, needs, areas, today)}
    in_front = await fronts_of(connection, pools.values())
    stands = {leg.leg_id: stands_since(leg.wants, leg.received_at) for leg in legs}
    standing = {leg.leg_id: (stands[leg.leg_id], *leg.place_in_line) for leg in legs}
    alone = {
        leg.leg_id: decide(
            leg.wants, in_reach(leg, pools.values()), tried=leg.tried, home=home_of(leg.wants.area),
            kept_for_earlier={
                pool for pool, front in in_front.items()
                if not (front and front.lets(leg.place_in_line, stands[leg.leg_id]))
            },
        )
        for leg in legs
    }  # fmt: skip
    assigned = assign(
        {leg_id: [pool.pool_id for pool in choices_of(decision)] for leg_id, decision in alone.items()},
        {pool_id: pool.signal.free for pool_id, pool in pools.items()},
        lambda _, leg_id: standing[leg_id],
    )
    return {leg_id: _as_assigned(each, pools, assigned.get(leg_id)) for leg_id, each in alone.items()}


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
