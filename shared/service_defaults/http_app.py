"""The FastAPI app of every service: its routers between the same limits, errors, headers and health."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from prometheus_client import CollectorRegistry
from starlette.responses import JSONResponse, Response

from shared.postgres.pool import Pool
from shared.security.access_tokens import TokenReader
from shared.security.known_caller import note_whoever
from shared.security.rate_limits import Buckets
from shared.service_defaults.clock import Clock, utc_now
from shared.service_defaults.health import HealthCheck, readiness
from shared.service_defaults.http_errors import handle_errors, unexpected_response
from shared.service_defaults.metrics import HttpMetrics, metrics_response
from shared.service_defaults.problem_schema import PROBLEM_RESPONSES
from shared.service_defaults.request_limits import RequestLimits, RequestLimitsMiddleware
from shared.service_defaults.request_observation import RequestObservation
from shared.service_defaults.security_headers import SecurityHeadersMiddleware
from shared.service_defaults.settings import ServiceSettings

# FastAPI would write each request's address, and so the tokens of signed links, into spans.
OWN_TELEMETRY_ONLY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(
    settings: ServiceSettings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    health_checks: Sequence[HealthCheck],
    registry: CollectorRegistry,
    clock: Clock = utc_now,
    limits: RequestLimits | None = None,
    pool: "Pool | None" = None,
) -> FastAPI:
    """Builds the app. The title is the service's name; routers carry the full path of each route.

    Without a pool nobody's token or link can be looked up, and none is let in.
    """
    app = FastAPI(
        title=title,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"/{title}/openapi.json",
        redirect_slashes=False,
        responses=PROBLEM_RESPONSES,
        telemetry=OWN_TELEMETRY_ONLY,
        form_limits={"max_files": 0},  # a route that takes files says so
        dependencies=[Depends(note_whoever)],
    )
    metrics = HttpMetrics(registry)
    app.state.settings = settings
    app.state.page_settings = settings.pages
    app.state.clock = clock
    app.state.metrics = metrics
    app.state.pool = pool
    app.state.token_reader = TokenReader(settings.token_keys)
    app.state.buckets = Buckets()
    handle_errors(app)
    for router in (*routers, health_router(health_checks), plumbing_router(title, registry)):
        app.include_router(router)
    # The last one added is the outermost.
    app.add_middleware(RequestLimitsMiddleware, limits=limits or RequestLimits())
    app.add_middleware(RequestObservation, metrics=metrics)
    app.add_middleware(SecurityHeadersMiddleware, https=settings.is_https)
    return app


def create_tool_app(
    *, title: str, routers: Sequence[APIRouter], health_checks: Sequence[HealthCheck]
) -> FastAPI:
    """The app of a small tool beside the services: the same errors, headers and health, nothing more."""
    app = FastAPI(
        title=title,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=OWN_TELEMETRY_ONLY,
    )
    handle_errors(app)
    app.exception_handler(Exception)(_on_crash)
    for router in (*routers, health_router(health_checks)):
        app.include_router(router)
    app.add_middleware(SecurityHeadersMiddleware)
    return app


async def _on_crash(request: Request, _: Exception) -> Response:
    """The server logs the crash; services have RequestObservation for this."""
    return unexpected_response(request)


def health_router(health_checks: Sequence[HealthCheck]) -> APIRouter:
    """Live and ready, for whoever starts and watches the process; the edge routes neither."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        return await readiness(health_checks)

    return router


def plumbing_router(service: str, registry: CollectorRegistry) -> APIRouter:
    """Metrics and the event contract, for machines inside; the edge routes neither."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def metrics() -> Response:
        return await asyncio.to_thread(metrics_response, registry)

    @router.get("/asyncapi.json")
    async def asyncapi() -> dict[str, Any]:
        from shared.messaging.asyncapi import document

        return document(service)

    return router
