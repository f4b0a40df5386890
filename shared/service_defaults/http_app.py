"""The FastAPI app of every service: its routers between the same limits, errors, headers and health."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from starlette.responses import JSONResponse, Response

from shared.service_defaults.clock import Clock, utc_now
from shared.service_defaults.health import HealthCheck, readiness
from shared.service_defaults.http_errors import handle_errors
from shared.service_defaults.metrics import HttpMetrics, metrics_response
from shared.service_defaults.problem_schema import PROBLEM_RESPONSES
from shared.service_defaults.request_limits import RequestLimits, RequestLimitsMiddleware
from shared.service_defaults.request_observation import RequestObservation
from shared.service_defaults.security_headers import SecurityHeadersMiddleware
from shared.service_defaults.settings import ServiceSettings


def create_app(
    settings: ServiceSettings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    health_checks: Sequence[HealthCheck],
    registry: CollectorRegistry,
    clock: Clock = utc_now,
    limits: RequestLimits | None = None,
) -> FastAPI:
    """Builds the app. The title is the service's name; routers carry the full path of each route."""
    app = FastAPI(
        title=title,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"/{title}/openapi.json",
        redirect_slashes=False,
        responses=PROBLEM_RESPONSES,
    )
    metrics = HttpMetrics(registry)
    app.state.settings = settings
    app.state.clock = clock
    app.state.metrics = metrics
    handle_errors(app)
    for router in (*routers, plumbing_router(title, health_checks, registry)):
        app.include_router(router)
    # The last one added is the outermost.
    app.add_middleware(RequestLimitsMiddleware, limits=limits or RequestLimits())
    app.add_middleware(RequestObservation, metrics=metrics)
    app.add_middleware(SecurityHeadersMiddleware)
    return app


def plumbing_router(
    service: str, health_checks: Sequence[HealthCheck], registry: CollectorRegistry
) -> APIRouter:
    """Health, metrics and the event contract, for machines inside; the edge routes none of them."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        return await readiness(health_checks)

    @router.get("/metrics")
    async def metrics() -> Response:
        return await asyncio.to_thread(metrics_response, registry)

    @router.get("/asyncapi.json")
    async def asyncapi() -> dict[str, Any]:
        from shared.messaging.asyncapi import document

        return document(service)

    return router
