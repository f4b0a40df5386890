"""GeoJSON in a service area's extent → a circle or an outline. What cannot be read is nothing, never a fault."""

import json
import math
from typing import TypeGuard

from services.directory.domain.catchment import Circle, Outline, Polygon, Ring

LIST = list[object]


def read_shape(extent: str, name: str | None) -> Circle | Outline | None:
    """A polygon, several of them, or a point with a `radius` in metres; alone or as a feature."""
    try:
        document = json.loads(extent)
        geometry = _geometry(document)
        if geometry is None:
            return None
        if geometry.get("type") == "Point":
            return _circle(geometry, name)
        return _outline(geometry, name)
    except (ValueError, RecursionError, OverflowError):
        return None


def _geometry(document: object) -> dict[str, object] | None:
    """A feature's own members stand with its geometry's, so that a radius may be among its properties."""
    if not isinstance(document, dict):
        return None
    if document.get("type") != "Feature":
        return document
    properties, geometry = document.get("properties"), document.get("geometry")
    if not isinstance(geometry, dict):
        return None
    return {**properties, **geometry} if isinstance(properties, dict) else geometry


def _circle(geometry: dict[str, object], name: str | None) -> Circle | None:
    radius = geometry.get("radius")
    if not _is_number(radius):
        return None
    longitude, latitude = _position(geometry.get("coordinates"))
    return Circle(latitude, longitude, round(radius), name)


def _outline(geometry: dict[str, object], name: str | None) -> Outline | None:
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Polygon":
        return Outline((_polygon(coordinates),), name)
    if geometry.get("type") == "MultiPolygon":
        return Outline(tuple(_polygon(each) for each in _list(coordinates)), name)
    return None


def _polygon(rings: object) -> Polygon:
    return tuple(_ring(ring) for ring in _list(rings))


def _ring(positions: object) -> Ring:
    return tuple(_position(each) for each in _list(positions))


def _position(written: object) -> tuple[float, float]:
    longitude, latitude = _list(written)[:2]
    if not (_is_number(longitude) and _is_number(latitude)):
        raise ValueError("a position is made of numbers")
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError("a position is on the globe")
    return float(longitude), float(latitude)


def _list(found: object) -> LIST:
    if not isinstance(found, list):
        raise ValueError("GeoJSON writes positions as lists")  # noqa: TRY004  # all that is wrong here is one thing
    return found


def _is_number(found: object) -> TypeGuard[int | float]:
    return isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)
