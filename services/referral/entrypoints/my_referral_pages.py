"""The person's own page behind a signed link: where each need stands, and taking one back."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.leg import LIVE, Leg, LegState
from services.referral.entrypoints.choice_cards import cards_of
from services.referral.entrypoints.decision_words import decision_for_person
from services.referral.entrypoints.error_responses import ReferralNotFound
from services.referral.entrypoints.http_routes import read_of_referral
from services.referral.entrypoints.my_invitations import my_invitations
from services.referral.entrypoints.my_wait import wait_of
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.plain_words import words_for_person
from services.referral.settings import ReferralSettings
from services.referral.storage.contacts import last_notes
from services.referral.storage.copied_services import find_service_names
from services.referral.storage.legs import list_legs
from services.referral.storage.past_decisions import last_decisions
from services.referral.storage.referrals import find_referral
from services.referral.storage.unwanted_services import list_unwanted
from services.referral.use_cases.ask_for_contact import SHOWN
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.postgres.pool import transaction
from shared.security.reaches import link_reach
from shared.security.signed_links import PATHS, Purpose, count_second_try, signed_link
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import all_needs
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
        return await my_page(platform, request, referral_id, by)

    @router.post(MINE + "/withdraw")
    async def withdraw(
        request: Request, referral_id: MyReferral, leg_id: Annotated[str, Form()] = ""
    ) -> Response:
        try:
            chosen = UUID(leg_id)
        except ValueError:
            return await my_page(platform, request, referral_id, by, status=422, fault=NOTHING_CHOSEN)
        async with transaction(platform.pool, link_reach(request)) as connection:
            done = await withdraw_need(
                connection, referral_id=referral_id, leg_id=chosen, now=platform.clock(), by=by
            )
        if not done:
            count_second_try(request)
        return RedirectResponse(request.url.path.removesuffix("/withdraw"), 303)

    return router


async def my_page(
    platform: Platform[ReferralSettings],
    request: Request,
    referral_id: UUID,
    by: Acting,
    *,
    status: int = 200,
    fault: str | None = None,
) -> Response:
    """The page as it stands, with what went wrong with the last thing that was said."""
    async with transaction(platform.pool, link_reach(request)) as connection:
        referral = await find_referral(connection, referral_id)
        if referral is None:
            raise ReferralNotFound
        await by.record(connection, read_of_referral(by, referral))
        legs = await list_legs(connection, referral_id)
        waits = {
            leg.leg_id: await wait_of(connection, leg, legs, platform.clock())
            for leg in legs
            if leg.state is LegState.WAITING
        }
        placed = [leg.placement.service_id for leg in legs if leg.placement and leg.state in WITH_A_NAME]
        asked = asked_services(legs)
        shown_services = [*placed, *asked.values()]
        names = await find_service_names(connection, shown_services) if shown_services else {}
        cards = await cards_of(connection, legs, platform.clock())
        unwanted = await list_unwanted(connection, [referral.person_id])
        decisions = await last_decisions(connection, referral_id)
        invitations = await my_invitations(
            connection, referral.person_id, referral_id, legs, platform.clock()
        )
        known_since = await last_notes(connection, [leg.leg_id for leg in legs], SHOWN)
    shown = [
        {
            "leg_id": leg.leg_id,
            "need": all_needs()[leg.wants.need].label,
            "wait": waits.get(leg.leg_id),
            "words": partial(
                words_for_person,
                leg,
                waits[leg.leg_id].before if leg.leg_id in waits else None,
                asked_first=leg.leg_id in waits and bool(waits[leg.leg_id].asked_first),
            ),
            "why": partial(decision_for_person, leg, decisions.get(leg.leg_id)),
            "service": names.get(leg.placement.service_id)
            if leg.placement and leg.state in WITH_A_NAME
            else None,
            "known_since": known_since.get(leg.leg_id),
            "can_withdraw": leg.state in LIVE,
            "cards": cards.get(leg.leg_id, ()),
            "choose_by": leg.answer_by if leg.state is LegState.PROPOSED else None,
            "asked": (asked[leg.leg_id], names.get(asked[leg.leg_id])) if leg.leg_id in asked else None,
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
        invitations=invitations,
        fault=fault,
        unwanted=sorted(unwanted.values()),
        mine_path=MINE.format(token=request.path_params["token"]),
    )


def asked_services(legs: Iterable[Leg]) -> Mapping[UUID, UUID]:
    """The service that has been asked and has not got the person yet, by leg."""
    return {
        leg.leg_id: leg.placement.service_id
        for leg in legs
        if leg.placement and leg.state in {LegState.OFFERED, LegState.ACCEPTING}
    }
