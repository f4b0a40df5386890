"""The slow second look, so that nobody is lost: legs left in matching, space beside a line, waits in vain."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import structlog

from services.referral.domain.leg import Leg, find_unmet
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.london_days import day_in_london
from services.referral.domain.router import Decision, Outcome, decide
from services.referral.domain.waiting_list import first_in_line
from services.referral.storage.copied_services import list_pools, list_pools_for
from services.referral.storage.copied_signals import list_pools_with_space_and_line, lock_signals
from services.referral.storage.due_legs import LEFT_IN_MATCHING, lock_due_legs, set_aside
from services.referral.storage.space_questions import read_last_questions
from services.referral.storage.waiting_line import (
    START_OF_LINE,
    PartOfLine,
    list_waiting_legs,
    lock_still_waiting,
)
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.drain_waiting_list import drain_waiting_list
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.route_legs import home_of, in_reach, route_legs
from shared.postgres.pool import Connection
from shared.vocabulary.vocabulary import all_needs

log = structlog.get_logger(__name__)

LEGS_AT_ONCE = 50
POOLS_AT_ONCE = 500
PAGE = 200  # legs of the line that are read at a time


async def route_left_behind(
    connection: Connection,
    now: datetime,
    by: Acting,
    only: UUID | None = None,
    known_pools: KnownPools | None = None,
) -> int:
    """Legs that stand in matching when no transaction has them in hand, or the one leg alone."""
    legs = await lock_due_legs(connection, LEFT_IN_MATCHING, now, LEGS_AT_ONCE, only)
    changes = Changes(now, by)
    await route_legs(connection, legs, changes, known_pools=known_pools)
    await changes.keep(connection)
    return len(legs)


async def drain_pools_with_space(connection: Connection, now: datetime, by: Acting) -> int:
    """Pools that show space while somebody waits whom they suit. Only those are locked."""
    pool_ids = await list_pools_with_space_and_line(connection, POOLS_AT_ONCE)
    pools = await list_pools(connection, pool_ids, day_in_london(now)) if pool_ids else []
    wanted = await _wanted(connection, pools) if pools else set()
    if not wanted:
        return 0
    await lock_signals(connection, wanted)
    changes = Changes(now, by)
    asked = await drain_waiting_list(connection, wanted, changes)
    await changes.keep(connection)
    return asked


async def release_who_waits_in_vain(connection: Connection, now: datetime, by: Acting) -> int:
    """Legs that no service suits any more are told so: a wait for nothing would be silence.

    For the others those are asked anew whose space nobody knows, if that is due.
    """
    changes = Changes(now, by)
    released = 0
    last_questions = await read_last_questions(connection)
    async for part in _line(connection, all_needs()):
        page = part.legs
        for leg_id in part.unreadable:
            log.error("leg.unreadable", leg_id=str(leg_id), round="vain-waits")
            await set_aside(connection, leg_id, by="vain-waits", error="unreadable", now=now)
        pools = await list_pools_for(
            connection, {leg.wants.need for leg in page}, {leg.wants.area for leg in page}, day_in_london(now)
        )
        decided = [(leg, _decide(leg, pools)) for leg in page]
        for leg, decision in decided:
            changes.ask_in_turn(leg, decision, last_questions)
        in_vain = [(leg, decision) for leg, decision in decided if decision.outcome is Outcome.UNMET]
        locked = await lock_still_waiting(connection, [leg.leg_id for leg, _ in in_vain])
        for leg, decision in in_vain:
            if leg.leg_id in locked and decision.unmet_barrier:
                changes.decided(leg, decision)
                changes.step(find_unmet(leg, decision.unmet_barrier))
                released += 1
    await changes.keep(connection)
    return released


def _decide(leg: Leg, pools: Sequence[ListedPool]) -> Decision:
    return decide(
        leg.wants,
        in_reach(leg.wants, pools),
        tried=leg.tried,
        until_said=leg.until_said,
        home=home_of(leg.wants.area),
    )


async def _wanted(connection: Connection, pools: Sequence[ListedPool]) -> set[UUID]:
    """Those of the pools that suit somebody in the line, read without a lock."""
    wanted: set[UUID] = set()
    async for part in _line(connection, {need for pool in pools for need in pool.needs}):
        wanted |= first_in_line(part.legs, [pool for pool in pools if pool.pool_id not in wanted]).keys()
        if len(wanted) == len(pools):
            break
    return wanted


async def _line(connection: Connection, for_needs: Iterable[str]) -> AsyncIterator[PartOfLine[Leg]]:
    """The whole line for these needs, part by part."""
    behind: tuple[datetime, UUID] | None = START_OF_LINE
    while behind:
        part = await list_waiting_legs(connection, for_needs, behind=behind, limit=PAGE)
        yield part
        behind = part.goes_on_behind
