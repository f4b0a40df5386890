"""`/services` and `/services/{id}`: Open Referral UK 3.0 for programs, plain pages for people."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from services.directory.domain.errors import ServiceNotFound
from services.directory.entrypoints.find_pages import FindPages
from services.directory.entrypoints.open_feed import (
    JSON_OR_PAGE,
    OPEN_TO_ALL,
    NoSuchService,
    refuse_unknown_filters,
)
from services.directory.oruk.write_page import service_page
from services.directory.oruk.write_service import service_record
from services.directory.storage.service_list import ServiceFilter, list_services
from services.directory.storage.service_rows import find_service
from shared.postgres.pool import Pool
from shared.security.declared_access import public
from shared.security.known_caller import renewed
from shared.service_defaults.content_negotiation import prefers_html

LAST_PAGE = 1_000_000
MOST_PER_PAGE = 100

SearchText = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Age = Annotated[int | None, Query(ge=0, le=130)]


def feed_router(pool: Pool, pages: FindPages) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public()), Depends(renewed)])

    @router.get(
        "/services",
        response_model=None,
        responses=JSON_OR_PAGE,
        dependencies=[Depends(refuse_unknown_filters)],
    )
    async def services(
        request: Request,
        wanted: Annotated[ServiceFilter, Depends(_filter)],
        page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
        per_page: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = 50,
    ) -> Response:
        """The services that take people, in order of name. All filters given must hold."""
        if prefers_html(request.headers.get("accept", "")):
            return await pages.results(request)
        async with pool.acquire() as connection:
            found = await list_services(connection, wanted, page=page, per_page=per_page)
        return JSONResponse(service_page(found, page=page, per_page=per_page), headers=OPEN_TO_ALL)

    @router.get("/services/{service_id}", response_model=None, responses=JSON_OR_PAGE)
    async def service(request: Request, service_id: UUID) -> Response:
        """One service with all that the directory shows of it."""
        if prefers_html(request.headers.get("accept", "")):
            return await pages.service(request, service_id)
        try:
            async with pool.acquire() as connection:
                found = await find_service(connection, service_id)
        except ServiceNotFound as error:
            raise NoSuchService from error
        record = service_record(found.service, found.organisation, found.changed_at)
        return JSONResponse(record, headers=OPEN_TO_ALL)

    return router


def _filter(
    search: SearchText = None,
    taxonomy_term_id: Annotated[UUID | None, Query()] = None,
    minimum_age: Age = None,
    maximum_age: Age = None,
) -> ServiceFilter:
    words = (search or "").strip() or None
    return ServiceFilter(words, taxonomy_term_id, minimum_age, maximum_age)
