"""For those who refer: whom they referred and who has no help, and who got a place of late.

Each need stands by the referral's reference, which whoever referred has; nobody is named. A list is a read of records
and is recorded; the sum alone, which the home page asks for, shows nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.fit_rate import BRAKE, FitFigures
from services.referral.domain.london_days import day_in_london
from services.referral.entrypoints.http_routes import read_of_referral
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.settings import ReferralSettings
from services.referral.storage.fit_counts import find_fits_since
from services.referral.storage.referred_rows import (
    MOST_LISTED,
    PLACED,
    WITHOUT_HELP,
    ReferredNeed,
    count_people,
    list_needs,
)
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import transaction
from shared.postgres.reach import Reach, areas_reach, set_reach
from shared.security.reaches import every_borough
from shared.security.staff import Permit, allowed
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import all_needs
from shared.web.dates import as_date
from shared.web.pages import render

WHAT_HAPPENED: Mapping[str, str] = {
    "unmet": "We found nothing that suits them",
    "withdrawn": "They told us that they no longer want this",
    "accepted": "They have a place",
    "started": "They have been there",
    "completed": "The support is over",
}
STILL_LOOKING = "A group did not answer in time. We are still looking"


@dataclass(frozen=True, slots=True)
class Listing:
    """One of the two pages."""

    path: str
    template: str
    chosen: str
    since: timedelta


LISTINGS = (
    Listing(
        "/referral/referred/without-help", "referral/without_help.html", WITHOUT_HELP, timedelta(days=30)
    ),
    Listing("/referral/referred/placed", "referral/placed.html", PLACED, timedelta(days=7)),
)

Referrer = Annotated[Permit, Depends(allowed(Verb.READ, Thing.REFERRAL))]


def referred_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    for listing in LISTINGS:
        _add_listing(router, listing, platform, trail)
    return router


def _add_listing(
    router: APIRouter, listing: Listing, platform: Platform[ReferralSettings], trail: AuditTrail
) -> None:
    @router.get(listing.path, name=listing.template)
    async def show(request: Request, permit: Referrer) -> Response:
        only_sum = request.headers.get("hx-request") == "true"
        ours, since = permit.organisations(), platform.clock() - listing.since
        by = Acting(trail, _actor(permit), AuditPurpose.FOLLOWING_UP)
        found: Sequence[ReferredNeed] = ()
        # Also of somebody with a role in areas: whom their own organisations referred, and no more.
        async with transaction(platform.pool, Reach(every_borough().areas, ours)) as connection:
            fits = (
                {}
                if only_sum
                else await find_fits_since(connection, ours, BRAKE.since(day_in_london(platform.clock())))
            )
            people = await count_people(connection, listing.chosen, ours, since)
            if not only_sum:
                found = await list_needs(connection, listing.chosen, ours, since)
                read = {each.referral.referral_id: each.referral for each in found}.values()
                await set_reach(connection, areas_reach(each.area for each in read))
                await by.record(connection, *(read_of_referral(by, each) for each in read))
        return render(
            request, "referral/count.html" if only_sum else listing.template, templates=TEMPLATES,
            headers={"vary": "hx-request, cookie"}, rows=[_row(each) for each in found], people=people,
            shortened=len(found) == MOST_LISTED, fit=sum(fits.values(), FitFigures()), brake=BRAKE,
            slowed=any(BRAKE.slows(each) for each in fits.values()),
        )  # fmt: skip


def _actor(permit: Permit) -> Actor:
    role = Role.REFERRER if Role.REFERRER in permit.caller.roles() else None
    return Actor(ActorKind.STAFF, str(permit.member_id), role)


def _row(need: ReferredNeed) -> list[str]:
    what = WHAT_HAPPENED.get(need.state, STILL_LOOKING)
    return [need.referral.reference, all_needs()[need.need].label, what, as_date(need.at)]
