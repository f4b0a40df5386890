"""The person's own 'who has seen my record', behind the link to their referral."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.entrypoints.audit_words import name_of_place, words_for_person
from services.referral.entrypoints.error_responses import ReferralNotFound
from services.referral.entrypoints.my_referral_pages import MINE, MyReferral
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.settings import ReferralSettings
from services.referral.storage.copied_services import find_places_of
from services.referral.storage.referrals import find_referral
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.read_audit import Search, search
from shared.access.vocabulary import Verb
from shared.postgres.pool import transaction
from shared.security.reaches import link_reach
from shared.service_defaults.process import Platform
from shared.web.pages import render


def seen_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.OWN_RECORD)

    @router.get(MINE + "/seen")
    async def show_who_has_seen(
        request: Request, referral_id: MyReferral, before: Annotated[UUID | None, Query()] = None
    ) -> Response:
        async with transaction(platform.pool, link_reach(request)) as connection:
            referral = await find_referral(connection, referral_id)
            if referral is None:
                raise ReferralNotFound
            wanted = Search(frozenset({referral.area}), person_id=referral.person_id, before=before)
            page = await search(connection, trail, wanted)
            places = await find_places_of(connection, referral.person_id)
            read = by.act(
                Verb.READ, RecordKind.AUDIT_TRAIL, None, area=referral.area,
                person_id=referral.person_id, referral_id=referral.referral_id,
            )  # fmt: skip
            await by.record(connection, read)
        seen = [
            (each.happened_at, *words_for_person(each.act), name_of_place(each.act, places))
            for each in page.records if each.act
        ]  # fmt: skip
        return render(
            request, "referral/seen.html", templates=TEMPLATES, translated=True, seen=seen,
            older=page.older, back=request.url.path.removesuffix("/seen"),
        )  # fmt: skip

    return router
