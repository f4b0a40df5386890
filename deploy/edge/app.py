"""The edge: one origin for all pages and APIs. Looks at the first part of the path, and passes it on."""

from collections.abc import Mapping, Sequence

import structlog
from fastapi import Request
from opentelemetry import trace
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from deploy.edge.assets import Asset, asset_response
from deploy.edge.forwarding import Forwarder
from deploy.edge.prefixes import is_exposed, prefix_of
from deploy.edge.visitors import Network, visitor
from shared.service_defaults.health import HealthCheck, NotReady, readiness
from shared.service_defaults.http_errors import Problem, problem_response, unexpected_response
from shared.service_defaults.security_headers import SecurityHeadersMiddleware

log = structlog.get_logger(__name__)

ASSETS = "/assets/"
NOT_FOUND = Problem(
    404, "not-found", "Page not found", "Check the address, or start again from the first page."
)


class Edge:
    """The ASGI app. What it says itself gets the security headers; what it passes back has its own."""

    def __init__(
        self,
        upstreams: Mapping[str, str],
        assets: Mapping[str, Asset],
        forwarder: Forwarder,
        *,
        https: bool = False,
        trusted_proxies: Sequence[Network] = (),
    ) -> None:
        self._upstreams = upstreams
        self._assets = assets
        self._forwarder = forwarder
        self._trusted_proxies = trusted_proxies
        self._tracer = trace.get_tracer("kith.edge")
        self._own = SecurityHeadersMiddleware(self._say, https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        prefix = prefix_of(path, self._upstreams) if is_exposed(path) else None
        if prefix is None or path.startswith(ASSETS):
            await self._own(scope, receive, send)
        else:
            asked_by = (visitor(scope, self._trusted_proxies), 0)
            await self._pass_on(prefix, {**scope, "client": asked_by}, receive, send)

    async def _pass_on(self, prefix: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Under a span named by the prefix: the rest of the path may hold a link's token."""
        started = False
        carried = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in {b"traceparent", b"tracestate"}
        }
        with self._tracer.start_as_current_span(
            f"{scope['method']} {prefix.rstrip('/')}/…",
            extract(carried),
            SpanKind.SERVER,
            record_exception=False,
        ) as span:

            async def noting_status(message: Message) -> None:
                nonlocal started
                if message["type"] == "http.response.start":
                    started = True
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._forwarder.forward(self._upstreams[prefix], scope, receive, noting_status)
            except Exception as error:
                log.exception("edge.failed", prefix=prefix, exc_info=error)
                if started:
                    raise
                await unexpected_response(Request(scope))(scope, receive, noting_status)

    async def _say(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._own_response(scope)
        await response(scope, receive, send)

    async def _own_response(self, scope: Scope) -> Response:
        path: str = scope["path"]
        if path == "/health/live":
            return JSONResponse({"status": "alive"})
        if path == "/health/ready":
            return await readiness([HealthCheck("assets", self._assets_are_there)])
        asset = self._assets.get(path.removeprefix(ASSETS)) if path.startswith(ASSETS) else None
        if asset is not None and scope["method"] in {"GET", "HEAD"}:
            return asset_response(asset, scope)
        return problem_response(Request(scope), NOT_FOUND)

    async def _assets_are_there(self) -> None:
        if "nhsuk.min.css" not in self._assets:
            raise NotReady("the styles are not in EDGE_ASSETS_DIR")
