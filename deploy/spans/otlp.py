"""Reads spans out of an OTLP export (opentelemetry-proto, ExportTraceServiceRequest)."""

import zlib
from collections.abc import Iterator
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # has no stubs of its own
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.spans.span import Span
from shared.service_defaults.http_errors import KithError

LARGEST_EXPORT = 16 * 1024 * 1024  # bytes, unpacked
LONGEST_TEXT = 300  # characters of a name or an attribute
FAILED = 2  # Status.StatusCode.STATUS_CODE_ERROR
GZIP_WINDOW = 16 + zlib.MAX_WBITS


class ExportNotReadable(KithError):
    status = 400
    slug = "export-not-readable"
    title = "The spans could not be read"
    what_to_do = "Send an ExportTraceServiceRequest as protobuf, plain or packed with gzip."


class ExportTooLarge(KithError):
    status = 413
    slug = "export-too-large"
    title = "These are too many spans at once"
    what_to_do = "Send smaller batches."


def read_export(body: bytes, encoding: str) -> list[Span]:
    """The spans of one export. Spans without proper ids are left out."""
    plain = _unpacked(body) if encoding == "gzip" else body
    if len(plain) > LARGEST_EXPORT:
        raise ExportTooLarge
    export = ExportTraceServiceRequest()
    try:
        export.ParseFromString(plain)
    except DecodeError as error:
        raise ExportNotReadable from error
    return list(_spans(export))


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(GZIP_WINDOW)
    try:
        return unpacker.decompress(body, LARGEST_EXPORT + 1)
    except zlib.error as error:
        raise ExportNotReadable from error


def _spans(export: Any) -> Iterator[Span]:
    for resource in export.resource_spans:
        service = _attributes(resource.resource.attributes).get("service.name", "unknown")
        for scope in resource.scope_spans:
            for each in scope.spans:
                if len(each.trace_id) == 16 and len(each.span_id) == 8:
                    yield _span(service, each)


def _span(service: str, each: Any) -> Span:
    return Span(
        trace_id=each.trace_id.hex(),
        span_id=each.span_id.hex(),
        parent_id=each.parent_span_id.hex() or None,
        service=service,
        name=each.name[:LONGEST_TEXT],
        started=each.start_time_unix_nano,
        ended=max(each.start_time_unix_nano, each.end_time_unix_nano),
        failed=each.status.code == FAILED,
        attributes=_attributes(each.attributes),
        linked_traces=tuple(sorted({link.trace_id.hex() for link in each.links})),
    )


def _attributes(pairs: Any) -> dict[str, str]:
    return {pair.key: _text(pair.value)[:LONGEST_TEXT] for pair in pairs}


def _text(value: Any) -> str:
    kind = value.WhichOneof("value")
    if kind is None:
        return ""
    if kind == "array_value":
        return ", ".join(_text(each) for each in value.array_value.values)
    return str(getattr(value, kind))
