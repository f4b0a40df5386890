"""What the person says while they wait, from their own page: still wanted, ask for this meanwhile, not for me."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.entrypoints.my_referral_pages import MINE, MyReferral, my_page
from services.referral.settings import ReferralSettings
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.wait_meanwhile import Said, ask_meanwhile, say_not_for_me, say_still_wanted
from shared.postgres.pool import transaction
from shared.security.reaches import link_reach
from shared.security.signed_links import count_second_try
from shared.service_defaults.process import Platform
from shared.web.phrases import translatable

STILL_WANTED, MEANWHILE, NOT_FOR_ME = "/still-wanted", "/meanwhile", "/not-for-me"
NOTHING_READ = translatable("We could not read what you chose. Choose it again on this page")
FULL_NOW = translatable("That group has no space any more. You have kept your place on the waiting list")


Act = Callable[..., Awaitable[Said]]


def my_wait_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    answers = _Answers(platform, Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.OWN_RECORD))

    @router.post(MINE + STILL_WANTED)
    async def still_wanted(
        request: Request, referral_id: MyReferral, leg_id: Annotated[str, Form()] = ""
    ) -> Response:
        return await answers.take(request, referral_id, {"leg_id": leg_id}, say_still_wanted)

    @router.post(MINE + MEANWHILE)
    async def meanwhile(
        request: Request,
        referral_id: MyReferral,
        leg_id: Annotated[str, Form()] = "",
        service_id: Annotated[str, Form()] = "",
    ) -> Response:
        chosen = {"leg_id": leg_id, "service_id": service_id}
        return await answers.take(request, referral_id, chosen, ask_meanwhile, too_late=FULL_NOW)

    @router.post(MINE + NOT_FOR_ME)
    async def not_for_me(
        request: Request,
        referral_id: MyReferral,
        leg_id: Annotated[str, Form()] = "",
        service_id: Annotated[str, Form()] = "",
    ) -> Response:
        chosen = {"leg_id": leg_id, "service_id": service_id}
        return await answers.take(request, referral_id, chosen, say_not_for_me)

    return router


class _Answers:
    """Reads what was chosen, does it, and shows the page as it is then."""

    def __init__(self, platform: Platform[ReferralSettings], by: Acting) -> None:
        self._platform = platform
        self._by = by

    async def take(
        self,
        request: Request,
        referral_id: UUID,
        chosen: Mapping[str, str],
        act: Act,
        *,
        too_late: str | None = None,
    ) -> Response:
        platform, by = self._platform, self._by
        try:
            ids = {name: UUID(value) for name, value in chosen.items()}
        except ValueError:
            return await my_page(platform, request, referral_id, by, status=422, fault=NOTHING_READ)
        async with transaction(platform.pool, link_reach(request)) as connection:
            said = await act(connection, referral_id=referral_id, now=platform.clock(), by=by, **ids)
        if said is not Said.TAKEN:
            count_second_try(request)
        if said is Said.TOO_LATE and too_late:
            return await my_page(platform, request, referral_id, by, status=409, fault=too_late)
        return RedirectResponse(request.url.path.rpartition("/")[0], 303)
