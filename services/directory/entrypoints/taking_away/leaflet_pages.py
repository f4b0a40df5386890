"""Leaflets to print, of one service and of an area: plain, in large print, or easy to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.errors import ServiceNotFound
from services.directory.domain.occurrences import LONDON
from services.directory.entrypoints.finding.told_service import ToldService
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.open_referral.open_feed import NoSuchService
from services.directory.entrypoints.taking_away.qr_code import qr_code
from services.directory.entrypoints.taking_away.taking_away_desk import NeedCode, TakingAwayDesk
from services.directory.search.query import Query as Search
from services.directory.storage.duplicate_rows import merged_into
from services.directory.storage.service_rows import find_service
from shared.security.declared_access import public
from shared.security.known_caller import renewed
from shared.vocabulary import vocabulary
from shared.web.pages import render
from shared.web.phrases import translatable

LEAFLET = "/directory/leaflet"
Look = Literal["plain", "large", "easy"]
LOOKS: Mapping[Look, str] = {
    "plain": translatable("Usual print"),
    "large": translatable("Large print"),
    "easy": translatable("Easy to read"),
}


@dataclass(frozen=True, slots=True)
class Room:
    """What fits on two sides of A4: how long a description of one service, how many services, how long each."""

    description: int
    services: int
    line: int


ROOMS: Mapping[Look, Room] = {
    "plain": Room(description=1200, services=12, line=140),
    "large": Room(description=400, services=5, line=100),
    "easy": Room(description=240, services=5, line=100),
}


def leaflet_router(desk: TakingAwayDesk) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public()), Depends(renewed)], include_in_schema=False)

    @router.get(LEAFLET + "/{service_id}")
    async def of_a_service(request: Request, service_id: UUID, look: Look = "plain") -> Response:
        try:
            async with desk.pool.acquire() as connection:
                instead = await merged_into(connection, service_id)
                if instead is not None:
                    return RedirectResponse(f"{LEAFLET}/{instead}?look={look}", 303)
                found = await find_service(connection, service_id)
        except ServiceNotFound as error:
            raise NoSuchService from error
        today = desk.clock().astimezone(LONDON).date()
        return paper(
            request,
            "leaflet.html",
            look,
            told=ToldService(found.service, found.organisation, today),
            runs=found.service.status not in {"inactive", "defunct"},
            today=today,
            address=f"{desk.public_url}/services/{service_id}",
        )

    @router.get(LEAFLET + "/area/{code}")
    async def of_an_area(request: Request, code: str, look: Look = "plain", need: NeedCode = "") -> Response:
        where, today = desk.where(code), desk.clock().astimezone(LONDON).date()
        needs = frozenset({need} if need else ())
        services, total = await desk.found(
            Search(needs=needs, sort="nearest", per_page=ROOMS[look].services), where
        )
        open_to_all = [each for each in services if not each.service.sensitive]
        path = f"{LEAFLET}/area/{where.code}" + (f"?need={need}" if need else "")
        return paper(
            request,
            "area_leaflet.html",
            look,
            where=where,
            need=vocabulary.needs()[need].label if need else None,
            told=[ToldService(each.service, each.organisation, today) for each in open_to_all],
            more=total - len(services),
            today=today,
            address=desk.public_url + path,
            chosen_need=need,
        )

    return router


def paper(request: Request, template: str, look: Look, **context: Any) -> Response:
    """A page that is meant to be printed: each look of it is a link away."""
    about_paper: dict[str, Any] = {"look": look, "looks": LOOKS, "room": ROOMS[look], "qr_code": qr_code}
    headers = {"vary": "accept-language, cookie"}
    return render(
        request,
        template,
        templates=TEMPLATES,
        translated=True,
        headers=headers,
        **about_paper,
        **context,
    )
