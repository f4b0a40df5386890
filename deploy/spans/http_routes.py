"""Takes spans in by OTLP over HTTP, gives traces out as JSON and as a picture."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as PathParameter
from starlette.responses import Response

from deploy.spans.otlp import LARGEST_EXPORT, ExportTooLarge, read_export
from deploy.spans.picture import picture
from deploy.spans.span import Span
from deploy.spans.trace_store import TraceStore
from deploy.spans.waterfall import services, total_ms
from shared.security.declared_access import public
from shared.service_defaults.http_errors import KithError
from shared.web.pages import render

TEMPLATES = Path(__file__).parent / "templates"
PROTOBUF = "application/x-protobuf"
ON_THE_LIST = 50

TraceId = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{32}$")]
ReferralId = Annotated[str, PathParameter(pattern=r"^[0-9A-Za-z-]{1,64}$")]


class TraceNotKept(KithError):
    status = 404
    slug = "trace-not-kept"
    title = "This trace is not here"
    what_to_do = "Wait a second and try again. Only the last traces are kept; an old one may be gone."


class NotProtobuf(KithError):
    status = 415
    slug = "not-protobuf"
    title = "Only protobuf can be read here"
    what_to_do = "Set the exporter to http/protobuf."


def routes(store: TraceStore, keep: Callable[[Sequence[Span]], None]) -> APIRouter:
    """The routes over a store; `keep` writes new spans down."""
    router = APIRouter(dependencies=[Depends(public())], include_in_schema=False)

    @router.post("/v1/traces")
    async def take_in(request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith(PROTOBUF):
            raise NotProtobuf
        spans = read_export(await _body(request), request.headers.get("content-encoding", ""))
        keep(spans)
        store.add(spans)
        return Response(b"", media_type=PROTOBUF)

    @router.get("/traces/api/by-referral/{referral_id}")
    async def by_referral(referral_id: ReferralId) -> dict[str, Any]:
        traces = store.traces_of_referral(referral_id)
        return {"referral_id": referral_id, "traces": [trace_as_json(each) for each in traces]}

    @router.get("/traces/api/{trace_id}")
    async def by_id(trace_id: TraceId) -> dict[str, Any]:
        return trace_as_json(_kept(store.trace(trace_id)))

    @router.get("/traces/{trace_id}")
    async def page(request: Request, trace_id: TraceId) -> Response:
        spans = _kept(store.trace(trace_id))
        return render(
            request,
            "trace.html",
            templates=TEMPLATES,
            trace_id=trace_id,
            began=_moment(spans),
            services=services(spans),
            picture=picture(spans),
            linked=sorted({linked for span in spans for linked in span.linked_traces}),
        )

    @router.get("/traces")
    @router.get("/traces/")
    async def latest(request: Request, referral: Annotated[str, Query(max_length=64)] = "") -> Response:
        found = store.traces_of_referral(referral.strip()) if referral.strip() else store.latest(ON_THE_LIST)
        listed = [
            {"id": spans[0].trace_id, "began": _moment(spans), "ms": total_ms(spans), "name": spans[0].name,
             "services": services(spans)}
            for spans in found
        ]  # fmt: skip
        return render(request, "traces.html", templates=TEMPLATES, traces=listed, referral=referral.strip())

    return router


def trace_as_json(spans: Sequence[Span]) -> dict[str, Any]:
    """A trace for programs."""
    return {
        "trace_id": spans[0].trace_id,
        "started_at": _moment(spans).isoformat(),
        "duration_ms": total_ms(spans),
        "services": services(spans),
        "spans": [span.as_json() for span in spans],
    }


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_EXPORT:
            raise ExportTooLarge
    return bytes(body)


def _kept(spans: Sequence[Span]) -> Sequence[Span]:
    if not spans:
        raise TraceNotKept
    return spans


def _moment(spans: Sequence[Span]) -> datetime:
    return datetime.fromtimestamp(spans[0].started / 1_000_000_000, UTC)
