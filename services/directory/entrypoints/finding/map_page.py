"""What was found on a map that the server draws, which holds what a map that can be moved needs as well."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.directory.entrypoints.finding.asked import Asked
from services.directory.entrypoints.finding.find_desk import FindDesk
from services.directory.entrypoints.finding.find_pages import shown, speaks
from services.directory.entrypoints.finding.found_view import MAP_PAGE, FoundView
from services.directory.entrypoints.finding.map_drawing import Pin, draw
from shared.places.place import Point
from shared.security.declared_access import public
from shared.security.known_caller import renewed


def map_router(desk: FindDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public()), Depends(renewed)])

    @router.get(MAP_PAGE)
    async def show_map(request: Request) -> Response:
        view = await desk.look(Asked.of(request.query_params), speaks=speaks(request))
        home = _home(desk, view)
        drawing = draw(_pins(view), desk.places.outlines.values(), home)
        sources = desk.places.attribution
        return shown(request, "map.html", view=view, drawing=drawing, home=home, sources=sources)

    return router


def _pins(view: FoundView) -> list[Pin]:
    return [pin for card in view.cards for pin in card.pins()]


def _home(desk: FindDesk, view: FoundView) -> Point | None:
    where = desk.where(view.asked.near)
    return where.home.point if where else None
