"""Headers that belong to one connection stay on it (RFC 9110 §7.6.1); who asked is told to the upstream."""

from collections.abc import Iterable

from starlette.types import Scope

RawHeaders = list[tuple[bytes, bytes]]

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Set here, so that nobody outside can say them; the trace context is passed on by our own span.
OURS = frozenset(
    {
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"x-real-ip",
        b"traceparent",
        b"tracestate",
        b"expect",
    }
)
# Connection may not name these: without its length a body would be read as the next request.
NEVER_DROPPED = frozenset({b"content-length", b"host"})


def request_headers(scope: Scope) -> RawHeaders:
    """What goes to the upstream."""
    named = _named_by_connection(scope["headers"])
    dropped = HOP_BY_HOP | OURS | named
    kept = [(name, value) for name, value in scope["headers"] if name not in dropped]
    if any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        # The body's length is not known beforehand; it goes on in chunks, as it came.
        kept = [(name, value) for name, value in kept if name != b"content-length"]
        kept.append((b"transfer-encoding", b"chunked"))
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    client = scope.get("client")
    return [
        *kept,
        (b"x-forwarded-for", client[0].encode() if client else b"unknown"),
        (b"x-forwarded-host", host),
        (b"x-forwarded-proto", scope.get("scheme", "http").encode()),
    ]


def response_headers(headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """What goes back to who asked."""
    lowered = [(name.lower(), value) for name, value in headers]
    dropped = HOP_BY_HOP | _named_by_connection(lowered) | {b"date", b"server"}
    return [(name, value) for name, value in lowered if name not in dropped]


def _named_by_connection(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    named = frozenset(
        token.strip().lower()
        for name, value in headers
        if name == b"connection"
        for token in value.split(b",")
    )
    return named - NEVER_DROPPED
