"""Bounds on every request: size of body, address and headers, time to answer, number at once."""

import asyncio
from dataclasses import dataclass

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.service_defaults.http_errors import Problem, problem_response


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The bounds, in bytes and seconds."""

    body_bytes: int = 64 * 1024
    address_bytes: int = 4 * 1024
    header_bytes: int = 16 * 1024
    seconds: float = 20.0
    long_seconds: float = 600.0
    """For an answer that says that it takes long: it is sent as it is made, and holds nothing that others need."""
    at_once: int | None = None


BODY_TOO_LARGE = Problem(413, "body-too-large", "The request is too large", "Send less at a time.")
ADDRESS_TOO_LONG = Problem(414, "address-too-long", "The address is too long", "Check the link.")
HEADERS_TOO_LARGE = Problem(
    431, "headers-too-large", "The request's headers are too large", "Send fewer or shorter headers."
)
ODD_ENCODING = Problem(
    415, "unsupported-media-type", "This kind of content cannot be read", "Send the form in UTF-8."
)
TOO_SLOW = Problem(
    503,
    "too-slow",
    "This takes longer than it should",
    "Try again in a minute. It is safe to send the same request again with the same Idempotency-Key.",
    headers={"retry-after": "5"},
)
TOO_BUSY = Problem(
    503,
    "too-busy",
    "Too many people are using this right now",
    "Try again in a minute.",
    headers={"retry-after": "2"},
)


TIME_LIMIT = "kith.time_limit"


def takes_long(request: Request) -> None:
    """Gives this one answer the time of a long one, which counts from now."""
    limit: TimeLimit | None = request.scope.get(TIME_LIMIT)
    if limit is not None:
        limit.extend()


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """The time that a request has left, and the time of a long answer."""

    timeout: asyncio.Timeout
    long_seconds: float

    def extend(self) -> None:
        self.timeout.reschedule(asyncio.get_running_loop().time() + self.long_seconds)


class RequestLimitsMiddleware:
    """Refuses what is out of bounds before the app sees it. A body is read whole, as it is small."""

    def __init__(self, app: ASGIApp, limits: RequestLimits) -> None:
        self._app = app
        self._limits = limits
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await problem_response(Request(scope), refusal)(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._within_time(scope, receive, send)
        finally:
            self._under_way -= 1

    def _refusal(self, scope: Scope) -> Problem | None:
        limits = self._limits
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > limits.address_bytes:
            return ADDRESS_TOO_LONG
        if sum(len(name) + len(value) for name, value in scope["headers"]) > limits.header_bytes:
            return HEADERS_TOO_LARGE
        if _declared_length(scope) > limits.body_bytes:
            return BODY_TOO_LARGE
        if _names_an_odd_encoding(scope):
            return ODD_ENCODING
        if limits.at_once is not None and self._under_way >= limits.at_once:
            return TOO_BUSY
        return None

    async def _within_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting_start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            async with asyncio.timeout(self._limits.seconds) as limit:
                scope[TIME_LIMIT] = TimeLimit(limit, self._limits.long_seconds)
                body = await _whole_body(receive, self._limits.body_bytes) if _has_body(scope) else b""
                if body is None:
                    await problem_response(Request(scope), BODY_TOO_LARGE)(scope, receive, send)
                    return
                await self._app(scope, _replay(body, receive), noting_start)
        except TimeoutError:
            if started or not limit.expired():
                raise
            await problem_response(Request(scope), TOO_SLOW)(scope, receive, send)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _names_an_odd_encoding(scope: Scope) -> bool:
    """Of a multipart form, in the words of its parser: other encodings give text that no page can show."""
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind, options = parse_options_header(value.decode("latin-1"))
            if kind == b"multipart/form-data" and options.get(b"charset", b"utf-8").lower() != b"utf-8":
                return True
    return False


def _has_body(scope: Scope) -> bool:
    return any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])


async def _whole_body(receive: Receive, largest: int) -> bytes | None:
    """The body, or None when it is larger than allowed."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        if len(body) > largest:
            return None
        more = message.get("more_body", False)
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
