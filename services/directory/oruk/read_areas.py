"""Open Referral UK service_areas → catchment, and areas in words that routing and search cannot read."""

import re
from dataclasses import dataclass, field

from services.directory.domain.catchment import Catchment, Circle, Outline
from services.directory.domain.listing import OtherArea
from services.directory.oruk.field_reader import FieldReader
from services.directory.oruk.read_outline import read_shape
from shared.vocabulary import vocabulary

GSS = "gss"
GEOJSON = "geojson"
DRAWN = frozenset({GEOJSON, "topojson", "kml"})
WARD = re.compile(r"E05[0-9]{6}")


@dataclass(slots=True)
class _Areas:
    everywhere: bool = False
    boroughs: list[str] = field(default_factory=list)
    wards: list[str] = field(default_factory=list)
    circle: Circle | None = None
    outline: Outline | None = None
    others: list[OtherArea] = field(default_factory=list)

    def catchment(self) -> Catchment:
        return Catchment(
            self.everywhere,
            tuple(dict.fromkeys(self.boroughs)),
            tuple(dict.fromkeys(self.wards)),
            self.circle,
            self.outline,
        )


def read_areas(record: FieldReader, *, sensitive: bool) -> tuple[Catchment, tuple[OtherArea, ...]]:
    """What is drawn for a sensitive service is not kept: its middle would say where it is."""
    found = _Areas()
    for area in record.objects("service_areas"):
        kind = (area.optional_text("extent_type") or "").lower()
        if kind == GSS:
            _take_code(found, area)
        elif sensitive and kind in DRAWN:
            area.remark("extent", "hidden-address-not-kept")
        elif sensitive:
            _take_name(found, area)
        elif kind != GEOJSON or not _take_shape(found, area):
            found.others.append(_other_area(area))
    catchment = found.catchment()
    if not catchment.is_read_by_routing:
        record.remark("service_areas", "no-area-that-routing-can-read")
    return catchment, tuple(found.others)


def _take_code(found: _Areas, area: FieldReader) -> None:
    extent = area.text("extent")
    if extent == vocabulary.EVERYWHERE:
        found.everywhere = True
    elif extent in vocabulary.boroughs():
        found.boroughs.append(extent)
    elif WARD.fullmatch(extent):
        found.wards.append(extent)
    else:
        raise area.refuse("extent", "not-a-known-area")


def _take_name(found: _Areas, area: FieldReader) -> None:
    """Whatever else it is called, an extent may be drawn around the hidden place, and so may what an address leads to."""
    other = _other_area(area)
    if other.extent or other.uri:
        area.remark("extent", "hidden-address-not-kept")
    if other.name or other.service_area:
        found.others.append(OtherArea(other.id, name=other.name, service_area=other.service_area))


def _take_shape(found: _Areas, area: FieldReader) -> bool:
    """Outlines add up to one; a second circle stays as the source wrote it."""
    name = area.optional_text("name") or area.optional_text("service_area")
    shape = read_shape(area.optional_text("extent") or "", name)
    if isinstance(shape, Circle) and found.circle is None:
        found.circle = shape
        return True
    if isinstance(shape, Outline):
        return _add_outline(found, shape)
    area.remark("extent", "an-outline-that-cannot-be-read")
    return False


def _add_outline(found: _Areas, shape: Outline) -> bool:
    if found.outline is None:
        found.outline = shape
        return True
    try:
        found.outline = Outline(found.outline.polygons + shape.polygons, found.outline.name)
    except ValueError:
        return False
    return True


def _other_area(area: FieldReader) -> OtherArea:
    return OtherArea(
        id=area.uuid("id"),
        name=area.optional_text("name"),
        extent=area.optional_text("extent"),
        extent_type=area.optional_text("extent_type"),
        uri=area.optional_url("uri"),
        service_area=area.optional_text("service_area"),
    )
