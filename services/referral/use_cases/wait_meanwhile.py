"""What a person who waits does meanwhile: asks for something open, says that it is not for them, or that they still wait."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from services.referral.domain.leg import (
    NO_PLACE_MEANWHILE,
    Leg,
    LegState,
    ask_for_place,
    keep_waiting,
    receive,
)
from services.referral.domain.london_days import day_in_london
from services.referral.domain.meanwhile import Meanwhile, needs_like, open_meanwhile
from services.referral.domain.obligation import STILL_WANTED
from services.referral.domain.waiting_list import fronts
from services.referral.storage.copied_services import list_pools_for
from services.referral.storage.erasure import hold_person_of
from services.referral.storage.legs import list_legs, lock_leg
from services.referral.storage.places_in_line import (
    confirm_wanted,
    decline_meanwhile,
    list_declined_meanwhile,
)
from services.referral.storage.waiting_line import read_line_of
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.drain_waiting_list import LINE_READ
from services.referral.use_cases.new_ids import new_id
from services.referral.use_cases.route_legs import home_of, placement_in
from shared.postgres.pool import Connection


class Said(Enum):
    """What became of a word from somebody who waits."""

    TAKEN = auto()
    BEFORE = auto()  # a second press changes nothing
    TOO_LATE = auto()


async def list_meanwhile(
    connection: Connection, leg: Leg, legs: Sequence[Leg], now: datetime
) -> tuple[Meanwhile, ...]:
    """What is open to somebody who waits, among the legs of their referral."""
    in_vain = [each for each in legs if each.reason == NO_PLACE_MEANWHILE]
    known = {each.wants.need for each in legs if each not in in_vain}
    asked = leg.tried.union(*(each.tried for each in in_vain))
    like = needs_like(leg.wants.need, known)
    pools = [
        pool
        for pool in await list_pools_for(connection, like, [leg.wants.area], day_in_london(now))
        if pool.signal.has_space and pool.pool_id not in asked
    ]
    if not pools:
        return ()
    line = await read_line_of(connection, pools, limit=LINE_READ)
    return open_meanwhile(
        leg.wants,
        pools,
        known=known,
        not_for_them=await list_declined_meanwhile(connection, leg.leg_id),
        waited_for=fronts(line.legs, pools).keys(),
        home=home_of(leg.wants.area),
    )


async def ask_meanwhile(
    connection: Connection, *, referral_id: UUID, leg_id: UUID, service_id: UUID, now: datetime, by: Acting
) -> Said:
    """Asks for a place of the service beside the wait. Too late where it is not open to them any more."""
    await hold_person_of(connection, referral_id)
    leg = await _waiting_leg(connection, referral_id, leg_id)
    if leg is None:
        return Said.TOO_LATE
    legs = await list_legs(connection, referral_id)
    if any(each.placement and each.placement.service_id == service_id for each in legs):
        return Said.BEFORE
    found = await list_meanwhile(connection, leg, legs, now)
    chosen = next((each for each in found if each.pool.service_id == service_id), None)
    if chosen is None:
        return Said.TOO_LATE
    changes = Changes(now, by)
    beside = Leg(
        new_id(), leg.referral_id, leg.person_id, chosen.wants, now, referrer_id=leg.referrer_id,
        referring_organisation_id=leg.referring_organisation_id, meanwhile_of=leg.leg_id,
    )  # fmt: skip
    beside = changes.step(receive(beside))
    changes.decided(beside, chosen.decision)
    changes.step(ask_for_place(beside, placement_in(chosen.pool), "chosen-meanwhile"))
    await changes.keep(connection)
    return Said.TAKEN


async def say_not_for_me(
    connection: Connection, *, referral_id: UUID, leg_id: UUID, service_id: UUID, now: datetime, by: Acting
) -> Said:
    """The service is not shown to them again. Their place in the line stays as it is."""
    leg = await _waiting_leg(connection, referral_id, leg_id)
    if leg is None:
        return Said.TOO_LATE
    if not await decline_meanwhile(connection, leg_id, service_id, leg.wants.area, now):
        return Said.BEFORE
    changes = Changes(now, by)
    changes.step(keep_waiting(leg, "not-wanted-meanwhile"))
    await changes.keep(connection)
    return Said.TAKEN


async def say_still_wanted(
    connection: Connection, *, referral_id: UUID, leg_id: UUID, now: datetime, by: Acting
) -> Said:
    """They still want what they wait for. Too late where they do not wait any more."""
    leg = await _waiting_leg(connection, referral_id, leg_id)
    if leg is None:
        return Said.TOO_LATE
    if not await confirm_wanted(connection, leg_id, now):
        return Said.BEFORE
    changes = Changes(now, by)
    changes.step(keep_waiting(leg, STILL_WANTED))
    await changes.keep(connection)
    return Said.TAKEN


async def _waiting_leg(connection: Connection, referral_id: UUID, leg_id: UUID) -> Leg | None:
    leg = await lock_leg(connection, leg_id)
    waits = leg is not None and leg.referral_id == referral_id and leg.state is LegState.WAITING
    return leg if waits else None
