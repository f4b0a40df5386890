"""The person's own page behind a signed link: where each need stands, and taking one back."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.leg import LIVE, LegState
from services.referral.entrypoints.error_responses import ReferralNotFound
from services.referral.entrypoints.http_routes import read_of_referral
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.plain_words import words_for_person
from services.referral.settings import ReferralSettings
from services.referral.storage.contacts import last_notes
from services.referral.storage.copied_services import find_service_names
from services.referral.storage.legs import list_legs
from services.referral.storage.referrals import find_referral
from services.referral.storage.waiting_line import count_ahead
from services.referral.use_cases.ask_for_contact import SHOWN
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.postgres.pool import transaction
from shared.security.reaches import link_reach
from shared.security.signed_links import PATHS, Purpose, count_second_try, signed_link
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import needs
from shared.web.pages import render
from shared.web.phrases import translatable

MINE = PATHS[Purpose.MY_REFERRAL]
NOTHING_CHOSEN = translatable(
    "We could not read what you want to stop. Find it on this page, and choose 'Stop this' there"
)
WITH_A_NAME = frozenset({LegState.ACCEPTED, LegState.STARTED, LegState.COMPLETED})

MyReferral = Annotated[UUID, Depends(signed_link(Purpose.MY_REFERRAL))]


def my_referral_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.OWN_RECORD)

    @router.get(MINE)
    async def show(request: Request, referral_id: MyReferral) -> Response:
        return await _page(platform, request, referral_id, by)

    @router.post(MINE + "/withdraw")
    async def withdraw(
        request: Request, referral_id: MyReferral, leg_id: Annotated[str, Form()] = ""
    ) -> Response:
        try:
            chosen = UUID(leg_id)
        except ValueError:
            return await _page(platform, request, referral_id, by, status=422, fault=NOTHING_CHOSEN)
        async with transaction(platform.pool, link_reach(request)) as connection:
            done = await withdraw_need(
                connection, referral_id=referral_id, leg_id=chosen, now=platform.clock(), by=by
            )
        if not done:
            count_second_try(request)
        return RedirectResponse(request.url.path.removesuffix("/withdraw"), 303)

    return router


async def _page(
    platform: Platform[ReferralSettings],
    request: Request,
    referral_id: UUID,
    by: Acting,
    *,
    status: int = 200,
    fault: str | None = None,
) -> Response:
    async with transaction(platform.pool, link_reach(request)) as connection:
        referral = await find_referral(connection, referral_id)
        if referral is None:
            raise ReferralNotFound
        await by.record(connection, read_of_referral(by, referral))
        legs = await list_legs(connection, referral_id)
        ahead = {
            leg.leg_id: await count_ahead(connection, leg) for leg in legs if leg.state is LegState.WAITING
        }
        placed = [leg.placement.service_id for leg in legs if leg.placement and leg.state in WITH_A_NAME]
        names = await find_service_names(connection, placed) if placed else {}
        known_since = await last_notes(connection, [leg.leg_id for leg in legs], SHOWN)
    shown = [
        {
            "leg_id": leg.leg_id,
            "need": needs()[leg.wants.need].label,
            "words": partial(words_for_person, leg, ahead.get(leg.leg_id)),
            "service": names.get(leg.placement.service_id)
            if leg.placement and leg.state in WITH_A_NAME
            else None,
            "known_since": known_since.get(leg.leg_id),
            "can_withdraw": leg.state in LIVE,
        }
        for leg in legs
    ]
    return render(
        request,
        "referral/mine.html",
        status=status,
        templates=TEMPLATES,
        translated=True,
        referral=referral,
        legs=shown,
        fault=fault,
        mine_path=request.url.path.removesuffix("/withdraw"),
    )
