"""`/service_at_locations`: where services can be met, Open Referral UK 3.0, by postcode and distance as well."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.directory.domain.catchment import HomeArea
from services.directory.entrypoints.open_referral.feed_filter import (
    LocationsAskedInPrivate,
    LocationsWanted,
    filter_of,
    refuse,
)
from services.directory.entrypoints.open_referral.open_feed import (
    OPEN_TO_ALL,
    NoSuchEntry,
    answer_page,
    get_and_head,
    open_answer,
)
from services.directory.entrypoints.open_referral.oruk_routes import JSON_ANSWERS
from services.directory.entrypoints.open_referral.service_records import Form, records_of
from services.directory.oruk.write_details import JsonObject
from services.directory.oruk.write_locations import location_list_record, location_record
from services.directory.storage.location_list import Near, find_location, list_locations
from services.directory.storage.service_list import Coverage, ServiceFilter
from shared.places.place import PostcodePlace
from shared.places.places import Places
from shared.postgres.pool import Connection, Pool
from shared.security.declared_access import public
from shared.service_defaults.clock import Clock

SENT_FROM_PAGES = {
    "access-control-allow-methods": "GET, HEAD, POST",
    "access-control-allow-headers": "content-type",
}
PlacesOf = Callable[[], Places]
DrawnAround = Callable[[HomeArea], Awaitable[Sequence[UUID]]]
"""The services whose circle or outline holds a home: asked of the index, because reading every drawing takes seconds."""


def location_router(pool: Pool, clock: Clock, places: PlacesOf, drawn_around: DrawnAround) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public())])

    async def answer(request: Request, asked: LocationsWanted, source: str) -> Response:
        home = await _home(asked, places, source)
        coverage = await _coverage(drawn_around, home) if home is not None else None
        near = Near(home.point, asked.proximity) if home and asked.proximity else None
        async with pool.acquire() as connection:
            wanted = replace(await filter_of(connection, asked, clock()), coverage=coverage)
            contents, total = await _page(connection, asked, wanted, near, clock())
        page = answer_page(request, contents, total, asked)
        if home is not None:
            # Where somebody lives is nothing for the caches on the way.
            page.headers["cache-control"] = "no-store"
        return page

    @get_and_head(router, "/service_at_locations", responses=JSON_ANSWERS)
    async def locations(request: Request, asked: Annotated[LocationsWanted, Query()]) -> Response:
        """Services at their locations, in order of the service's name. All filters given must hold.

        `postcode` leaves those that take people from there, or whose area is not known; `proximity` besides those
        within so many metres of its middle. A postcode says where somebody lives: POST the same keeps it out of
        addresses.
        """
        return await answer(request, asked, "query")

    @router.post("/service_at_locations", response_model=None, responses=JSON_ANSWERS)
    async def locations_in_private(request: Request, asked: LocationsAskedInPrivate) -> Response:
        """The same list, with its parameters in the body."""
        return await answer(request, asked, "body")

    @router.options("/service_at_locations", include_in_schema=False)
    async def may_be_asked_from_anywhere() -> Response:
        """A page of another site asks this before it sends JSON."""
        return Response(status_code=204, headers=OPEN_TO_ALL | SENT_FROM_PAGES)

    @get_and_head(router, "/service_at_locations/{link_id}", responses=JSON_ANSWERS)
    async def location(request: Request, link_id: UUID) -> Response:
        """A service at one of its locations, with all that the directory shows of both."""
        now = clock()
        async with pool.acquire() as connection:
            found = await find_location(connection, link_id)
            if found is None:
                raise NoSuchEntry
            (service,) = await records_of(connection, [found.listed], Form.FULL, now)
        return open_answer(request, location_record(found.place, service, found.listed.service.id))

    return router


async def _page(
    connection: Connection, asked: LocationsWanted, wanted: ServiceFilter, near: Near | None, now: datetime
) -> tuple[list[JsonObject], int]:
    found, total = await list_locations(connection, wanted, near, page=asked.page, per_page=asked.per_page)
    form = Form.FULL if asked.full else Form.LIST
    services = await records_of(connection, [each.listed for each in found], form, now)
    write = location_record if asked.full else location_list_record
    records = [
        write(each.place, service, each.listed.service.id)
        for each, service in zip(found, services, strict=True)
    ]
    return records, total


async def _home(asked: LocationsWanted, places: PlacesOf, source: str) -> PostcodePlace | None:
    """Where the postcode is; refused where nobody knows it, since an empty list would say that nothing is there."""
    if asked.postcode is None:
        if asked.proximity is not None:
            raise refuse("proximity", "not_without_postcode", source)
        return None
    known = await asyncio.to_thread(places)
    home = known.of_postcode(asked.postcode)
    if home is None:
        raise refuse("postcode", "unknown_postcode", source)
    return home


async def _coverage(drawn_around: DrawnAround, home: PostcodePlace) -> Coverage:
    area = home.area
    lives = HomeArea(area.lsoa, area.ward, area.borough, home.point)
    return Coverage(area.borough, area.ward, tuple(await drawn_around(lives)))
