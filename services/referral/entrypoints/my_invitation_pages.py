"""What the person says of invitations, from their own page: yes, no thanks, and whether they may be invited at all."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.entrypoints.error_responses import ReferralNotFound
from services.referral.entrypoints.my_referral_pages import MINE, MyReferral, my_page
from services.referral.settings import ReferralSettings
from services.referral.storage.referrals import find_referral
from services.referral.use_cases.answer_invitation import Answered, answer_invitation, say_whether_to_invite
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from shared.postgres.pool import transaction
from shared.security.reaches import link_reach
from shared.security.signed_links import count_second_try
from shared.service_defaults.process import Platform
from shared.web.phrases import translatable

INVITATION, MAY_INVITE = "/invitation", "/may-invite"
NO_ANSWER = translatable(
    "We could not read your answer. Find the event on this page, and say yes or no there"
)
ALL_TAKEN = translatable(
    "We are sorry: all places at this event are taken now. You keep your place on the waiting list"
)


def my_invitation_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.OWN_RECORD)

    @router.post(MINE + INVITATION)
    async def answer(
        request: Request,
        referral_id: MyReferral,
        invitation_id: Annotated[str, Form(max_length=36)] = "",
        answer: Annotated[str, Form(max_length=3)] = "",
    ) -> Response:
        try:
            invitation = UUID(invitation_id)
            comes = {"yes": True, "no": False}[answer]
        except (KeyError, ValueError):
            return await my_page(platform, request, referral_id, by, status=422, fault=NO_ANSWER)
        async with transaction(platform.pool, link_reach(request)) as connection:
            done = await answer_invitation(
                connection, referral_id=referral_id, invitation_id=invitation, comes=comes,
                now=platform.clock(), by=by,
            )  # fmt: skip
        if done is Answered.FULL:
            return await my_page(platform, request, referral_id, by, status=409, fault=ALL_TAKEN)
        if done is Answered.NOT_OPEN:
            count_second_try(request)
        return RedirectResponse(request.url.path.removesuffix(INVITATION), 303)

    @router.post(MINE + MAY_INVITE)
    async def may_invite(
        request: Request, referral_id: MyReferral, may: Annotated[str, Form(max_length=3)] = ""
    ) -> Response:
        async with transaction(platform.pool, link_reach(request)) as connection:
            referral = await find_referral(connection, referral_id)
            if referral is None:
                raise ReferralNotFound
            is_new = await say_whether_to_invite(
                connection, referral_id=referral_id, may_invite=may == "yes", now=platform.clock(), by=by,
                area=referral.area,
            )  # fmt: skip
        if not is_new:
            count_second_try(request)
        return RedirectResponse(request.url.path.removesuffix(MAY_INVITE), 303)

    return router
