"""Services at their locations, filtered as services are and by how far away they are, cut into pages."""

import math
from dataclasses import dataclass
from uuid import UUID

from services.directory.domain.catchment import EARTH_METRES
from services.directory.domain.place import Place
from services.directory.storage.service_list import ServiceFilter, Where, services_where
from services.directory.storage.service_rows import ListedService, listed_service
from shared.postgres.pool import Connection

FROM = """
FROM service_locations link
JOIN services ON services.id = link.service_id
JOIN organisations ON organisations.id = services.organisation_id
"""
COLUMNS = """
SELECT link.link_id, services.listed, services.document AS service, organisations.document AS organisation,
       greatest(services.changed_at, organisations.changed_at) AS changed_at
"""
FIND = f"{COLUMNS} {FROM} WHERE link.link_id = $1 ORDER BY services.listed DESC, link.service_id LIMIT 1"
# The index finds the box; the circle within it is reckoned.
BOX = "link.kind = 'physical' AND link.latitude BETWEEN {} AND {} AND link.longitude BETWEEN {} AND {}"
CIRCLE = f"""2 * {EARTH_METRES} * asin(least(1, sqrt(
    power(sin(radians(link.latitude - {{}}) / 2), 2)
    + cos(radians(link.latitude)) * cos(radians({{}})) * power(sin(radians(link.longitude - {{}}) / 2), 2)
))) <= {{}}"""


@dataclass(frozen=True, slots=True)
class Near:
    """Within so many metres of a point of (latitude, longitude)."""

    point: tuple[float, float]
    metres: int


@dataclass(frozen=True, slots=True)
class ListedLocation:
    place: Place
    listed: ListedService


async def list_locations(
    connection: Connection, wanted: ServiceFilter, near: Near | None, *, page: int, per_page: int
) -> tuple[list[ListedLocation], int]:
    where = services_where(wanted)
    if near is not None:
        _within(where, near)
    total = await connection.fetchval(f"SELECT count(*) {FROM} WHERE {where.text}", *where.values)
    cut = f"LIMIT {where.number(per_page)} OFFSET {where.number((page - 1) * per_page)}"
    rows = await connection.fetch(
        f"{COLUMNS} {FROM} WHERE {where.text}"
        f" ORDER BY services.name, services.id, link.position, link.link_id {cut}",
        *where.values,
    )
    return [_location(listed_service(row), row["link_id"]) for row in rows], total


async def find_location(connection: Connection, link_id: UUID) -> ListedLocation | None:
    """Where two sources use one id for a link, the one that is shown, then the one with the lesser id."""
    row = await connection.fetchrow(FIND, link_id)
    return None if row is None else _location(listed_service(row), link_id)


def _within(where: Where, near: Near) -> None:
    latitude, longitude = near.point
    up = math.degrees(near.metres / EARTH_METRES) * 1.001
    along = up / max(0.01, math.cos(math.radians(min(89.0, abs(latitude) + up))))
    where.also(BOX, latitude - up, latitude + up, longitude - along, longitude + along)
    where.also(CIRCLE, latitude, latitude, longitude, near.metres)


def _location(listed: ListedService, link_id: UUID) -> ListedLocation:
    place = next(place for place in listed.service.places if place.link_id == link_id)
    return ListedLocation(place, listed)
