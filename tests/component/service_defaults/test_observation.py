"""What is told of a request: its route, never its address."""

from collections.abc import Iterator

import httpx
import pytest
import structlog
from fastapi import APIRouter, Depends
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import ASGIApp

from shared.security.api_callers import require_scope
from shared.security.declared_access import public
from shared.service_defaults.metrics import HttpMetrics, metrics_response, new_registry
from shared.service_defaults.request_observation import RequestObservation
from shared.service_defaults.tracing import make_provider
from tests.support.service_apps import app_of
from tests.support.sign_in import system_bearer

TOKEN = "WyJhIl0.c2lnbmF0dXJl"


class Watched:
    """An app under observation, with what was recorded."""

    def __init__(self) -> None:
        router = APIRouter(dependencies=[Depends(public())])

        @router.get("/example/offer/{token}")
        async def offer(token: str) -> str:
            if token == "crash":
                raise RuntimeError(token)
            return "shown"

        self.spans = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self.spans))
        self.registry = new_registry()
        self.app: ASGIApp = RequestObservation(
            app_of(router), HttpMetrics(self.registry), provider.get_tracer("test")
        )

    async def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://example") as client:
            return await client.get(path, headers=headers)


@pytest.fixture
def lines() -> Iterator[list[structlog.typing.EventDict]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


@pytest.mark.asvs("V16.2.5")
async def test_span_metric_and_log_carry_the_template_not_the_token(
    lines: list[structlog.typing.EventDict],
) -> None:
    watched = Watched()

    await watched.get(f"/example/offer/{TOKEN}?name=Winston")

    [span] = watched.spans.get_finished_spans()
    metrics = bytes(metrics_response(watched.registry).body).decode()
    assert span.name == "GET /example/offer/{token}"
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/example/offer/{token}",
        "http.response.status_code": 200,
    }
    assert 'route="/example/offer/{token}",status="200"} 1.0' in metrics
    for told in (span.to_json(), metrics, repr(lines)):
        assert TOKEN not in told
        assert "Winston" not in told


@pytest.mark.asvs("V16.3.2", "V16.3.3")
async def test_who_is_refused_is_in_the_log_by_route_and_status(
    lines: list[structlog.typing.EventDict],
) -> None:
    router = APIRouter()

    @router.get("/example/figures/{area}", dependencies=[Depends(require_scope("summary:read"))])
    async def figures(area: str) -> str:
        return area

    gp = system_bearer("referrals:write")
    transport = httpx.ASGITransport(app_of(router))
    async with httpx.AsyncClient(transport=transport, base_url="http://example") as client:
        await client.get("/example/figures/ealing")
        await client.get("/example/figures/ealing", headers=gp)

    answered = [each for each in lines if each["event"] == "request.answered"]
    route = "/example/figures/{area}"
    assert [(each["route"], each["status"]) for each in answered] == [(route, 401), (route, 403)]
    assert gp["authorization"].split()[1] not in repr(lines)
    why = [(each["reason"], each["route"]) for each in lines if each["event"] == "access.refused"]
    assert why == [("not-signed-in", route), ("not-allowed", route)]


async def test_callers_trace_goes_on() -> None:
    watched = Watched()

    await watched.get("/example/offer/x", {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})

    [span] = watched.spans.get_finished_spans()
    assert span.context is not None
    assert format(span.context.trace_id, "032x") == "a" * 32
    assert span.parent is not None
    assert format(span.parent.span_id, "016x") == "b" * 16


async def test_health_and_metrics_are_not_recorded() -> None:
    watched = Watched()

    await watched.get("/health/live")

    assert watched.spans.get_finished_spans() == ()


async def test_addresses_without_a_route_share_one_name() -> None:
    watched = Watched()

    await watched.get(f"/nothing/{TOKEN}")

    [span] = watched.spans.get_finished_spans()
    assert span.name == "GET (no route)"


def test_without_a_span_store_ids_are_made_and_nothing_is_recorded() -> None:
    span = make_provider("example", None).get_tracer("test").start_span("x")

    assert span.get_span_context().is_valid
    assert not span.is_recording()
