"""Who was referred before for the same need, with what became of it: for link workers and coordinators of the area.

Each stands by the reference of today's referral. The list is a read of records, and is recorded; the sum shows nobody.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.leg import DECLINE_REASONS
from services.referral.entrypoints.http_routes import read_of_referral
from services.referral.entrypoints.needs_person_pages import WHY_NOTHING
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.plain_words import area_label
from services.referral.settings import ReferralSettings
from services.referral.storage.repeat_referrals import (
    MOST_LISTED,
    Again,
    count_referred_again,
    list_referred_again,
)
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import transaction
from shared.postgres.reach import areas_reach
from shared.security.staff import Permit, allowed
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import all_needs
from shared.web.dates import as_date
from shared.web.pages import render

AGAIN = "/referral/referred-again"
HOW_IT_STANDS: Mapping[str, str] = {
    "unmet": "We found nothing",
    "withdrawn": "They no longer wanted it",
    "completed": "The support ended",
    "accepted": "They have a place",
    "started": "They have begun",
}
STILL_LOOKING = "Still looking"
WHY_NO: Mapping[str, str] = {
    "not-suitable": "not right for them",
    "no-space": "no space",
    "cannot-reach": "could not reach them",
    "wrong-area": "another area",
    "risk": "a risk",
    "other": "another reason",
}

AreaStaff = Annotated[Permit, Depends(allowed(Verb.READ, Thing.WAITING_LIST))]


def referred_again_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(AGAIN)
    async def show(request: Request, permit: AreaStaff) -> Response:
        only_sum = request.headers.get("hx-request") == "true"
        areas = permit.areas()
        role = Role.COORDINATOR if Role.COORDINATOR in permit.caller.roles() else Role.LINK_WORKER
        by = Acting(trail, Actor(ActorKind.STAFF, str(permit.member_id), role), AuditPurpose.FOLLOWING_UP)
        found: list[Again] = []
        async with transaction(platform.pool, areas_reach(areas)) as connection:
            people = await count_referred_again(connection, areas)
            if not only_sum:
                found += await list_referred_again(connection, areas, DECLINE_REASONS)
                read = {each.referral.referral_id: each.referral for each in found}.values()
                await by.record(connection, *(read_of_referral(by, each) for each in read))
        return render(
            request, "referral/count.html" if only_sum else "referral/referred_again.html", templates=TEMPLATES,
            headers={"vary": "hx-request, cookie"}, people=people, rows=[_row(each) for each in found],
            shortened=len(found) == MOST_LISTED,
        )  # fmt: skip

    return router


def _row(each: Again) -> list[object]:
    return [
        each.referral.reference,
        all_needs()[each.need].label,
        area_label(each.referral.area),
        each.times,
        as_date(each.last_received_at),
        _how_it_went(each),
    ]


def _how_it_went(each: Again) -> str:
    said = HOW_IT_STANDS.get(each.last_state, STILL_LOOKING)
    why = WHY_NOTHING.get(each.last_reason or "") if each.last_state == "unmet" else None
    no = WHY_NO.get(each.last_declined_as or "")
    said = f"{said}: {why}" if why else said
    return f"{said}. A group said no: {no}" if no else said
