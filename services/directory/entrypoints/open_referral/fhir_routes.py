"""`/fhir`: the menu as FHIR R4 HealthcareServices, with how much space there is; open to all, no person in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.directory.domain.errors import ServiceNotFound
from services.directory.domain.space import space_of
from services.directory.entrypoints.open_referral.fhir_search import (
    BadSearch,
    FhirSearch,
    page_links,
    search_of,
)
from services.directory.entrypoints.open_referral.open_feed import NOT_CHANGED, get_and_head, open_answer
from services.directory.fhir.answers import capability_statement, operation_outcome, search_bundle
from services.directory.fhir.capacity_status import JsonObject
from services.directory.fhir.codes import CONTENT_TYPE
from services.directory.fhir.healthcare_service import healthcare_service
from services.directory.storage.copied_signals import signals_of
from services.directory.storage.service_list import ServicePage, list_services
from services.directory.storage.service_rows import ListedService, find_service
from shared.postgres.pool import Connection, Pool
from shared.security.declared_access import public
from shared.service_defaults.clock import Clock

RESOURCE = {"content": {CONTENT_TYPE: {"schema": {"type": "object"}}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "A FHIR resource", **RESOURCE},
    400: {"description": "An OperationOutcome that names the fault", **RESOURCE},
    404: {"description": "An OperationOutcome", **RESOURCE},
    **NOT_CHANGED,
}


def fhir_router(pool: Pool, clock: Clock, public_url: str) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public())])
    base = f"{public_url}/fhir"

    @get_and_head(router, "/fhir/metadata", responses=ANSWERS)
    async def what_it_can_do(request: Request) -> Response:
        """The CapabilityStatement."""
        return _answer(request, capability_statement(base))

    @get_and_head(router, "/fhir/HealthcareService", responses=ANSWERS)
    async def search(
        request: Request,
        ids: Annotated[str | None, Query(alias="_id")] = None,  # noqa: ARG001
        name: str | None = None,  # noqa: ARG001
        category: Annotated[str | None, Query(alias="service-category")] = None,  # noqa: ARG001
        organization: str | None = None,  # noqa: ARG001
        count: Annotated[str | None, Query(alias="_count")] = None,  # noqa: ARG001
        page: str | None = None,  # noqa: ARG001
        written_as: Annotated[str | None, Query(alias="_format")] = None,  # noqa: ARG001
    ) -> Response:
        """Those of the services that take people or are closed for now, in order of name. All parameters must hold."""
        try:
            wanted = search_of(request.query_params)
        except BadSearch as error:
            return _answer(request, operation_outcome("invalid", str(error)), status=400)
        async with pool.acquire() as connection:
            found = await list_services(connection, wanted.services, page=wanted.page, per_page=wanted.count)
            resources = await _resources(connection, found.services, clock(), public_url)
        return _answer(request, _bundle(resources, found, wanted, base))

    @get_and_head(router, "/fhir/HealthcareService/{service_id}", responses=ANSWERS)
    async def read(request: Request, service_id: str) -> Response:
        """One service; one that takes nobody any more is there and not active."""
        try:
            async with pool.acquire() as connection:
                found = await find_service(connection, UUID(service_id))
                (resource,) = await _resources(connection, [found], clock(), public_url)
        except (ServiceNotFound, ValueError):
            unknown = operation_outcome("not-found", "No service of the directory has this id")
            return _answer(request, unknown, status=404)
        return _answer(request, resource)

    return router


def _answer(request: Request, body: JsonObject, *, status: int = 200) -> Response:
    return open_answer(request, body, media_type=CONTENT_TYPE, status=status)


async def _resources(
    connection: Connection, found: Sequence[ListedService], now: datetime, url: str
) -> list[JsonObject]:
    signals = await signals_of(connection, [each.service.id for each in found])
    return [
        healthcare_service(
            each.service,
            each.organisation,
            space_of(each.service, signals.get(each.service.id, ()), now),
            each.changed_at,
            url,
        )
        for each in found
    ]


def _bundle(resources: list[JsonObject], found: ServicePage, wanted: FhirSearch, base: str) -> JsonObject:
    return search_bundle(resources, total=found.total, base=base, links=page_links(wanted, found.total, base))
