"""The person's own rights, behind their link: see and take with them all that is held, stop their links, and be forgotten."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.entrypoints.error_responses import ReferralNotFound
from services.referral.entrypoints.export import Export, export_of
from services.referral.entrypoints.http_routes import read_of_referral
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.settings import ReferralSettings
from services.referral.storage.people import PersonVault
from services.referral.storage.referrals import find_referral
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.erase_person import erase_person
from services.referral.use_cases.renew_links import renew_links
from shared.postgres.pool import transaction
from shared.security.reaches import link_reach
from shared.security.revoked_links import revoke_link
from shared.security.signed_links import PATHS, Link, Purpose, signed_link
from shared.service_defaults.process import Platform
from shared.web.pages import render

MINE = PATHS[Purpose.MY_REFERRAL]

MyReferral = Annotated[UUID, Depends(signed_link(Purpose.MY_REFERRAL))]


def export_router(platform: Platform[ReferralSettings], vault: PersonVault, trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.EXPORT)

    async def export(request: Request, referral_id: UUID) -> Export:
        found = await export_of(platform, vault, referral_id, link_reach(request), by)
        if found is None:
            raise ReferralNotFound
        return found

    @router.get(MINE + "/export")
    async def show_export(request: Request, referral_id: MyReferral) -> Response:
        found = await export(request, referral_id)
        return render(request, "referral/export.html", templates=TEMPLATES, translated=True, export=found)

    @router.get(MINE + "/export.json")
    async def download_export(request: Request, referral_id: MyReferral) -> Response:
        found = await export(request, referral_id)
        headers = {
            "content-disposition": f'attachment; filename="kith-{found.referral.reference}.json"',
            "cache-control": "no-store",
        }
        return JSONResponse(found.as_json(), headers=headers)

    return router


def links_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.OWN_RECORD)

    @router.post(MINE + "/stop-links")
    async def stop_links(request: Request, referral_id: MyReferral) -> Response:
        link: Link = request.state.link
        async with transaction(platform.pool, link_reach(request)) as connection:
            if not await renew_links(connection, referral_id, platform.clock(), by):
                raise ReferralNotFound
            await revoke_link(
                connection, link.id, link.expires_at
            )  # also where it was made within this second
        return render(request, "referral/links_stopped.html", templates=TEMPLATES, translated=True)

    return router


def erasure_router(platform: Platform[ReferralSettings], vault: PersonVault, trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.ERASURE)

    @router.get(MINE + "/erase")
    async def ask_if_sure(request: Request, referral_id: MyReferral) -> Response:
        async with transaction(platform.pool, link_reach(request)) as connection:
            referral = await find_referral(connection, referral_id)
            if referral is None:
                raise ReferralNotFound
            await by.record(connection, read_of_referral(by, referral))
        return render(request, "referral/erase.html", templates=TEMPLATES, translated=True)

    @router.post(MINE + "/erase")
    async def erase(request: Request, referral_id: MyReferral) -> Response:
        async with transaction(platform.pool, link_reach(request)) as connection:
            if not await erase_person(connection, referral_id, platform.clock(), vault, by):
                raise ReferralNotFound
        return render(request, "referral/erased.html", templates=TEMPLATES, translated=True)

    return router
