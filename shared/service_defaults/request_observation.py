"""One span, one log line and one measurement per request, named by the route template, never by the address."""

import time
from typing import Any

import structlog
from fastapi import Request
from opentelemetry import trace
from opentelemetry.propagate import extract
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.service_defaults.http_errors import crash_response
from shared.service_defaults.metrics import HttpMetrics

log = structlog.get_logger("kith.request")

UNKNOWN_ROUTE = "(no route)"
NOT_OBSERVED = ("/health/", "/metrics")
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestObservation:
    """Extracts the caller's trace context, opens the server span and answers a crash with a plain 500."""

    def __init__(self, app: ASGIApp, metrics: HttpMetrics, tracer: Tracer | None = None) -> None:
        self._app = app
        self._metrics = metrics
        self._tracer = tracer or trace.get_tracer("kith.http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(NOT_OBSERVED):
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in KNOWN_METHODS else "OTHER"
        parent = extract(
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        )
        began = time.perf_counter()
        with (
            self._metrics.under_way.track_inprogress(),
            self._tracer.start_as_current_span(
                method, parent, SpanKind.SERVER, record_exception=False
            ) as span,
        ):
            status = await self._answer(scope, receive, send)
            self._record(scope, method, status, time.perf_counter() - began, span)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> int:
        """Runs the app and gives the status that was sent; a crash before the answer becomes a 500."""
        status = 0

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        except Exception as error:
            if status:
                log.exception("request.crashed", exc_info=error)
                raise
            await crash_response(Request(scope), error)(scope, receive, noting_status)
        return status

    def _record(self, scope: Scope, method: str, status: int, seconds: float, span: Span) -> None:
        route = route_template(scope)
        span.update_name(f"{method} {route}")
        attributes: dict[str, Any] = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
        }
        span.set_attributes(attributes)
        if status >= 500:
            span.set_status(StatusCode.ERROR)
        self._metrics.seconds.labels(method, route, str(status)).observe(seconds)
        log.info("request.answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def route_template(scope: Scope) -> str:
    """The route's path with its parameters' names, such as `/referral/offer/{token}`."""
    template = getattr(scope.get("route"), "path_format", None)
    return template if isinstance(template, str) else UNKNOWN_ROUTE
