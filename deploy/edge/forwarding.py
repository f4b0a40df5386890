"""Passes a request on and its answer back, both as streams, without looking inside."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
from fastapi import Request
from opentelemetry import propagate
from starlette.types import Receive, Scope, Send

from deploy.edge.hop_headers import request_headers, response_headers
from shared.service_defaults.http_errors import Problem, problem_response

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 30.0  # between two pieces of an answer
IDLE_SECONDS = 20.0  # shorter than the services keep idle connections, so that none is used as it closes
WATCHED_FROM = 65536  # bytes; a longer answer is given up when its reader has gone

SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS"})

AWAY = Problem(
    503,
    "part-away",
    "This part of Kith is not answering",
    "Try again in a minute. Nothing that you have sent before is lost.",
    headers={"retry-after": "5"},
)
TOO_SLOW = Problem(
    504,
    "part-too-slow",
    "This part of Kith takes too long",
    "Try again in a minute. Your request may have gone through: send it again only with the same "
    "Idempotency-Key, or look first.",
)


class Forwarder:
    """Keeps connections to the upstreams open between requests."""

    def __init__(self) -> None:
        self._transport = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(
                max_connections=1000, max_keepalive_connections=200, keepalive_expiry=IDLE_SECONDS
            )
        )
        self._origins: dict[str, httpx.URL] = {}

    async def close(self) -> None:
        await self._transport.aclose()

    async def forward(self, upstream: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers in the upstream's place when it cannot be reached or is too slow."""
        try:
            answer = await self._ask(upstream, scope, receive)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.RemoteProtocolError, httpx.ReadError):
            await problem_response(Request(scope), AWAY)(scope, receive, send)
            return
        except (httpx.TimeoutException, httpx.WriteError):
            await problem_response(Request(scope), TOO_SLOW)(scope, receive, send)
            return
        try:
            await _pass_back(answer, receive, send)
        finally:
            await answer.aclose()

    async def _ask(self, upstream: str, scope: Scope, receive: Receive) -> httpx.Response:
        try:
            return await self._transport.handle_async_request(self._request(upstream, scope, receive))
        except (httpx.RemoteProtocolError, httpx.ReadError):
            # The upstream closed an idle connection at this very moment, or it was restarted.
            if scope["method"] not in SAFE_TO_REPEAT or _has_body(scope):
                raise
        return await self._transport.handle_async_request(self._request(upstream, scope, receive))

    def _request(self, upstream: str, scope: Scope, receive: Receive) -> httpx.Request:
        headers = request_headers(scope)
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        headers += [(name.encode(), value.encode()) for name, value in carrier.items()]
        body = _Body(receive) if _has_body(scope) else None
        return httpx.Request(
            scope["method"],
            self._origins.setdefault(upstream, httpx.URL(upstream)),
            headers=headers,
            stream=body or httpx.ByteStream(b""),
            extensions={
                "target": _target(upstream, scope),
                "timeout": {
                    "connect": CONNECT_SECONDS,
                    "pool": CONNECT_SECONDS,
                    "read": None if _wants_events(scope) else ANSWER_SECONDS,
                    "write": ANSWER_SECONDS,
                },
            },
        )


class _Body(httpx.AsyncByteStream):
    """The request's body, piece by piece, as it comes in."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise httpx.WriteError("the sender has gone")
            more = message.get("more_body", False)
            if message.get("body"):
                yield message["body"]


async def _pass_back(answer: httpx.Response, receive: Receive, send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": answer.status_code,
            "headers": response_headers(answer.headers.raw),
        }
    )
    length = answer.headers.get("content-length")
    if length is not None and length.isdigit() and int(length) <= WATCHED_FROM:
        await _pass_body(answer, send)
        return
    passing = asyncio.create_task(_pass_body(answer, send), name="edge-answer")
    gone = asyncio.create_task(_until_gone(receive), name="edge-reader-gone")
    try:
        await asyncio.wait({passing, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        if not passing.done():
            passing.cancel()
        outcome = (await asyncio.gather(passing, gone, return_exceptions=True))[0]
    if isinstance(outcome, Exception):
        raise outcome


async def _pass_body(answer: httpx.Response, send: Send) -> None:
    stream = answer.stream
    assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - an async transport gives no other
    async for piece in stream:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _target(upstream: str, scope: Scope) -> bytes:
    """The path and query exactly as they came in."""
    base: bytes = urlsplit(upstream).path.encode()
    raw: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return base + raw + (b"?" + query if query else b"")


def _has_body(scope: Scope) -> bool:
    return any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])


def _wants_events(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/event-stream" in value for name, value in scope["headers"])
