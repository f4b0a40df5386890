"""Who has to choose a group, and choosing with them: for staff of their area, and of the organisation that referred them.

Each stands by the referral's reference, and nobody is named. The list and each page are reads of records; the sum alone,
which the home page asks for, shows nobody.
"""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.leg import Leg, LegState
from services.referral.entrypoints.choice_cards import cards_of
from services.referral.entrypoints.http_routes import read_of_referral
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.plain_words import area_label
from services.referral.settings import ReferralSettings
from services.referral.storage.choosing_rows import MOST_LISTED, Choosing, count_choosing, list_choosing
from services.referral.storage.copied_services import find_service_names
from services.referral.storage.legs import find_leg
from services.referral.storage.referrals import ReferralRow, find_referral
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.choose_service import Choice, choose_service
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.say_not_wanted import say_not_wanted
from shared.access.decide import Facts
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Connection, transaction
from shared.postgres.reach import Reach, areas_reach, set_reach
from shared.security.access_errors import refused
from shared.security.reaches import every_borough
from shared.security.staff import NotThere, Permit, allowed
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import all_needs
from shared.web.dates import as_date_and_time
from shared.web.pages import render

TO_CHOOSE = "/referral/to-choose"
ONE = TO_CHOOSE + "/{leg_id}"
ASK, NOT_WANTED, LEAVE = "ask", "not-wanted", "leave"
NO_SPACE = "That group has no space any more. Choose another one on this page"
NO_GROUP = "We could not read which group you mean. Find it on this page, and choose it there"
# Who chooses for somebody: the first that they are.
ROLES = (Role.COORDINATOR, Role.LINK_WORKER, Role.REFERRER)

Chooser = Annotated[Permit, Depends(allowed(Verb.CHANGE, Thing.REFERRAL))]


@dataclass(frozen=True, slots=True)
class Said:
    """The form as it was sent."""

    act: Annotated[str, Form(max_length=20)] = ""
    service_id: Annotated[str, Form(max_length=36)] = ""

    @property
    def service(self) -> UUID | None:
        try:
            return UUID(self.service_id)
        except ValueError:
            return None

    @property
    def is_clear(self) -> bool:
        return self.act == LEAVE or (self.act in {ASK, NOT_WANTED} and self.service is not None)


def staff_choice_router(
    platform: Platform[ReferralSettings], trail: AuditTrail, known_pools: KnownPools
) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(TO_CHOOSE)
    async def show_all(request: Request, permit: Chooser) -> Response:
        return await _list_page(platform, trail, request, permit)

    @router.get(ONE)
    async def show(request: Request, permit: Chooser, leg_id: UUID) -> Response:
        return await _page(platform, trail, request, permit, leg_id)

    @router.post(ONE)
    async def act(
        request: Request, permit: Chooser, leg_id: UUID, said: Annotated[Said, Depends(Said)]
    ) -> Response:
        if not said.is_clear:
            return await _page(platform, trail, request, permit, leg_id, status=422, fault=NO_GROUP)
        now, by = platform.clock(), _by(trail, permit, AuditPurpose.REFERRING)
        async with transaction(platform.pool, areas_reach(permit.areas())) as connection:
            leg, referral = await _leg_in_reach(connection, permit, leg_id)
            asked: dict[str, Any] = {
                "referral_id": referral.referral_id, "now": now, "by": by, "known_pools": known_pools,
            }  # fmt: skip
            if said.act == NOT_WANTED and said.service:
                await say_not_wanted(connection, service_id=said.service, **asked)
                return RedirectResponse(request.url.path, 303)
            service = said.service if said.act == ASK else None
            choice = await choose_service(connection, leg_id=leg.leg_id, service_id=service, **asked)
        if choice is Choice.NO_SPACE_ANY_MORE:
            return await _page(platform, trail, request, permit, leg_id, status=409, fault=NO_SPACE)
        return RedirectResponse(request.url.path, 303)

    return router


async def _list_page(
    platform: Platform[ReferralSettings], trail: AuditTrail, request: Request, permit: Permit
) -> Response:
    only_sum = request.headers.get("hx-request") == "true"
    found: list[Choosing] = []
    people = 0
    # The database holds areas and organisations each in its own way: they are asked for one after the other.
    for reach in _reaches(permit):
        async with transaction(platform.pool, reach) as connection:
            people += await count_choosing(connection, permit.areas(), reach.organisations)
            if only_sum:
                continue
            more = await list_choosing(connection, permit.areas(), reach.organisations)
            read = {each.referral.referral_id: each.referral for each in more}.values()
            await set_reach(connection, areas_reach(each.area for each in read))
            by = _by(trail, permit, AuditPurpose.FOLLOWING_UP)
            await by.record(connection, *(read_of_referral(by, each) for each in read))
            found += more
    return render(
        request, "referral/count.html" if only_sum else "referral/to_choose.html", templates=TEMPLATES,
        headers={"vary": "hx-request, cookie"}, people=people, rows=[_row(each) for each in found],
        shortened=len(found) >= MOST_LISTED,
    )  # fmt: skip


def _reaches(permit: Permit) -> list[Reach]:
    areas, organisations = permit.areas(), permit.organisations()
    of_areas = [areas_reach(areas)] if areas else []
    return [*of_areas, Reach(every_borough().areas, organisations)] if organisations else of_areas


async def _page(
    platform: Platform[ReferralSettings],
    trail: AuditTrail,
    request: Request,
    permit: Permit,
    leg_id: UUID,
    *,
    status: int = 200,
    fault: str | None = None,
) -> Response:
    by = _by(trail, permit, AuditPurpose.FOLLOWING_UP)
    async with transaction(platform.pool, areas_reach(permit.areas())) as connection:
        leg, referral = await _leg_in_reach(connection, permit, leg_id)
        await by.record(connection, read_of_referral(by, referral))
        cards = (await cards_of(connection, [leg], platform.clock())).get(leg.leg_id, ())
        asked = leg.placement.service_id if leg.placement else None
        names = await find_service_names(connection, [asked]) if asked else {}
    return render(
        request, "referral/choose_for_them.html", status=status, templates=TEMPLATES, fault=fault,
        reference=referral.reference, need=all_needs()[leg.wants.need].label, place=area_label(leg.wants.area),
        choosing=leg.state is LegState.PROPOSED, choose_by=leg.answer_by, cards=cards,
        asked=names.get(asked) if asked else None,
    )  # fmt: skip


async def _leg_in_reach(connection: Connection, permit: Permit, leg_id: UUID) -> tuple[Leg, ReferralRow]:
    """From here on the transaction is about the person's whole record. Raises NotThere."""
    leg = await find_leg(connection, leg_id)
    if leg is None and permit.organisations():
        await set_reach(connection, Reach(every_borough().areas, permit.organisations()))
        leg = await find_leg(connection, leg_id)
    referral = await find_referral(connection, leg.referral_id) if leg else None
    if leg is None or referral is None:
        raise refused(permit.request, NotThere())
    referring = referral.referring_organisation_id
    permit.check(
        Facts(
            Thing.REFERRAL, area=referral.area,
            organisations=frozenset() if referring is None else frozenset({referring}),
        )
    )  # fmt: skip
    await set_reach(connection, areas_reach([referral.area]))
    # Read again: an organisation sees nothing of where else its people were tried.
    whole = await find_leg(connection, leg_id)
    assert whole is not None  # noqa: S101 - it is there in a wider reach too
    return whole, referral


def _by(trail: AuditTrail, permit: Permit, purpose: AuditPurpose) -> Acting:
    role = next((each for each in ROLES if each in permit.caller.roles()), None)
    return Acting(trail, Actor(ActorKind.STAFF, str(permit.member_id), role), purpose)


def _row(each: Choosing) -> dict[str, str]:
    return {
        "href": ONE.format(leg_id=each.leg_id),
        "reference": each.referral.reference,
        "need": all_needs()[each.need].label,
        "place": area_label(each.referral.area),
        "choose_by": as_date_and_time(each.choose_by),
    }
