"""What was found on a map that the server draws, and the same as GeoJSON for a map that can be moved."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from services.directory.entrypoints.asked import Asked
from services.directory.entrypoints.find_desk import FindDesk
from services.directory.entrypoints.find_pages import shown, speaks
from services.directory.entrypoints.found_view import MAP_DATA, MAP_PAGE, FoundView
from services.directory.entrypoints.map_drawing import Pin, draw
from services.directory.oruk.write_details import JsonObject
from shared.places.place import Outline, Point
from shared.security.declared_access import public
from shared.security.known_caller import renewed


def map_router(desk: FindDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public()), Depends(renewed)])

    @router.get(MAP_PAGE)
    async def show_map(request: Request) -> Response:
        view = await desk.look(Asked.of(request.query_params), speaks=speaks(request))
        drawing = draw(_pins(view), desk.places.outlines.values(), _home(desk, view))
        sources = desk.places.attribution
        return shown(request, "map.html", view=view, drawing=drawing, sources=sources)

    @router.get(MAP_DATA)
    async def map_data(request: Request) -> Response:
        """The same pins and outlines as the drawing's."""
        view = await desk.look(Asked.of(request.query_params), speaks=speaks(request))
        record = feature_collection(_pins(view), list(desk.places.outlines.values()), _home(desk, view))
        return JSONResponse(record, media_type="application/geo+json")

    return router


def feature_collection(pins: list[Pin], outlines: list[Outline], home: Point | None) -> JsonObject:
    features = [
        *(_feature("MultiPolygon", [[ring] for ring in each.rings], name=each.name) for each in outlines),
        *(
            _feature("Point", _turned(pin.point), number=pin.number, name=pin.name, href=pin.href)
            for pin in pins
        ),
        *([_feature("Point", _turned(home), home=True)] if home else []),
    ]
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, coordinates: object, **properties: object) -> JsonObject:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _pins(view: FoundView) -> list[Pin]:
    return [pin for card in view.cards for pin in card.pins()]


def _home(desk: FindDesk, view: FoundView) -> Point | None:
    where = desk.where(view.asked.near)
    return where.home.point if where else None


def _turned(point: Point) -> list[float]:
    """GeoJSON writes longitude first."""
    return [point[1], point[0]]
