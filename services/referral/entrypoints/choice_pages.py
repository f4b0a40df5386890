"""What the person chooses on their own page, by their link: which group is asked, and which they do not want."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.entrypoints.my_referral_pages import MINE, MyReferral, my_page
from services.referral.settings import ReferralSettings
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.choose_service import Choice, choose_service
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.say_not_wanted import say_not_wanted
from shared.postgres.pool import transaction
from shared.security.reaches import link_reach
from shared.security.signed_links import count_second_try
from shared.service_defaults.process import Platform
from shared.web.phrases import translatable

NO_SPACE = translatable("That group has no space any more. Choose another one on this page")
NO_GROUP = translatable("We could not read which group you mean. Find it on this page, and choose it there")


def choice_router(
    platform: Platform[ReferralSettings], trail: AuditTrail, known_pools: KnownPools
) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.OWN_RECORD)

    @router.post(MINE + "/not-wanted")
    async def not_wanted(
        request: Request, referral_id: MyReferral, service_id: Annotated[str, Form()] = ""
    ) -> Response:
        try:
            unwanted = UUID(service_id)
        except ValueError:
            return await my_page(platform, request, referral_id, by, status=422, fault=NO_GROUP)
        async with transaction(platform.pool, link_reach(request)) as connection:
            done = await say_not_wanted(
                connection, referral_id=referral_id, service_id=unwanted, now=platform.clock(), by=by,
                known_pools=known_pools,
            )  # fmt: skip
        if not done:
            count_second_try(request)
        return RedirectResponse(request.url.path.removesuffix("/not-wanted"), 303)

    @router.post(MINE + "/choose")
    async def choose(
        request: Request,
        referral_id: MyReferral,
        leg_id: Annotated[str, Form()] = "",
        service_id: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            leg, service = UUID(leg_id), UUID(service_id) if service_id else None
        except ValueError:
            return await my_page(platform, request, referral_id, by, status=422, fault=NO_GROUP)
        async with transaction(platform.pool, link_reach(request)) as connection:
            choice = await choose_service(
                connection, referral_id=referral_id, leg_id=leg, service_id=service,
                now=platform.clock(), by=by, known_pools=known_pools,
            )  # fmt: skip
        if choice is Choice.NO_SPACE_ANY_MORE:
            return await my_page(platform, request, referral_id, by, status=409, fault=NO_SPACE)
        if choice is Choice.NOT_OPEN:
            count_second_try(request)
        return RedirectResponse(request.url.path.removesuffix("/choose"), 303)

    return router
