"""A person does not want a service: it is kept for ever, and whatever is under way there is given back and routed on."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.referral.domain.audit_act import RecordKind
from services.referral.domain.leg import (
    WITH_PLACE_UNDER_WAY,
    Leg,
    LegState,
    end_proposal,
    leave_unwanted_service,
)
from services.referral.domain.proposal import best_of
from services.referral.storage.erasure import hold_person_of, list_referrals_of
from services.referral.storage.legs import lock_legs
from services.referral.storage.referrals import find_referral
from services.referral.storage.unwanted_services import add_unwanted
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.route_legs import decide_for, route_legs
from shared.access.vocabulary import Verb
from shared.postgres.pool import Connection


async def say_not_wanted(
    connection: Connection,
    *,
    referral_id: UUID,
    service_id: UUID,
    now: datetime,
    by: Acting,
    known_pools: KnownPools | None = None,
) -> bool:
    """False when nothing is new: said before, no such service, or nobody there any more.

    It holds for every need of the person. What they have a place in already goes on: that is theirs to stop.
    """
    person_id = await hold_person_of(connection, referral_id)
    referral = await find_referral(connection, referral_id) if person_id else None
    if person_id is None or referral is None:
        return False
    known = await list_referrals_of(connection, person_id)
    legs = await lock_legs(connection, [leg_id for each in known for leg_id in each.leg_ids])
    if not await add_unwanted(connection, person_id, service_id, said_by=by.actor.kind, now=now):
        return False
    changes = Changes(now, by)
    changes.note(
        by.act(Verb.CHANGE, RecordKind.PERSON, person_id, area=referral.area, person_id=person_id,
               referral_id=referral_id)
    )  # fmt: skip
    left = [
        changes.step(leave_unwanted_service(leg, service_id))
        for leg in legs.values()
        if _is_under_way_with(leg, service_id)
    ]
    for leg in legs.values():
        if leg.state is LegState.PROPOSED:
            without = replace(leg, wants=leg.wants.without(service_id))
            if not best_of(await decide_for(connection, without, now, known_pools)):
                left.append(changes.step(end_proposal(without, "nothing-left-to-choose")))
    await route_legs(connection, left, changes, known_pools=known_pools)
    await changes.keep(connection)
    return True


def _is_under_way_with(leg: Leg, service_id: UUID) -> bool:
    place = leg.placement
    return leg.state in WITH_PLACE_UNDER_WAY and place is not None and place.service_id == service_id
