"""Catchment → Open Referral UK service areas: codes as codes, circles and outlines as GeoJSON."""

import json
from uuid import uuid5

from services.directory.domain.catchment import Outline
from services.directory.domain.listing import OtherArea
from services.directory.domain.service import Service
from services.directory.oruk.read_areas import GEOJSON, GSS
from services.directory.oruk.write_details import JsonObject, without_empty
from shared.vocabulary import vocabulary


def service_area_records(service: Service) -> list[JsonObject]:
    catchment = service.catchment
    known = [(code, _area_name(code)) for code in (*catchment.areas, *catchment.wards)]
    if catchment.everywhere:
        known.insert(0, (vocabulary.EVERYWHERE, "All of London"))
    read: list[JsonObject] = [
        {"id": str(uuid5(service.id, f"area/{code}")), "name": name, "extent_type": GSS, "extent": code}
        for code, name in known
    ]
    others = [_other(area, hidden=service.sensitive) for area in service.other_areas]
    return read + _drawn(service) + others


def _other(area: OtherArea, *, hidden: bool) -> JsonObject:
    """Of a sensitive service the name alone, also where an earlier reader kept more."""
    extent: JsonObject = {"extent": area.extent, "extent_type": area.extent_type, "uri": area.uri}
    return without_empty(
        {
            "id": str(area.id),
            "name": area.name,
            **({} if hidden else extent),
            "service_area": area.service_area,
        }
    )


def _drawn(service: Service) -> list[JsonObject]:
    circle, outline = service.catchment.circle, service.catchment.outline
    shapes: list[tuple[str, str | None, JsonObject]] = []
    if circle is not None:
        middle = [circle.longitude, circle.latitude]
        shapes.append(
            ("circle", circle.name, {"type": "Point", "coordinates": middle, "radius": circle.metres})
        )
    if outline is not None:
        shapes.append(("outline", outline.name, _geometry(outline)))
    return [
        without_empty(
            {
                "id": str(uuid5(service.id, f"area/{kind}")),
                "name": name,
                "extent_type": GEOJSON,
                "extent": json.dumps(shape),
            }
        )
        for kind, name, shape in shapes
    ]


def _geometry(outline: Outline) -> JsonObject:
    if len(outline.polygons) == 1:
        return {"type": "Polygon", "coordinates": outline.polygons[0]}
    return {"type": "MultiPolygon", "coordinates": outline.polygons}


def _area_name(code: str) -> str:
    borough = vocabulary.boroughs().get(code)
    return borough.name if borough else code
