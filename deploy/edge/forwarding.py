"""Passes a request on and its answer back, both as streams, without looking inside."""

import asyncio

from fastapi import Request
from starlette.types import Receive, Scope, Send

from deploy.edge.exchange import SenderGone, begin_exchange, end_task
from deploy.edge.hop_headers import response_headers
from deploy.edge.upstream_connection import UpstreamConnection, UpstreamLost
from deploy.edge.upstream_pool import UpstreamPool
from shared.service_defaults.http_errors import Problem, problem_response

ANSWER_SECONDS = 30.0  # to the answer's begin, and between two pieces of it
WATCHED_FROM = 65536  # bytes; a longer answer is given up when its reader has gone
SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS"})

AWAY = Problem(
    503,
    "part-away",
    "This page is not working just now",
    "Wait a minute, then try again. What you sent before is safe.",
    headers={"retry-after": "5"},
)
TOO_SLOW = Problem(
    504,
    "part-too-slow",
    "This page is taking too long",
    "Wait a minute. If you only wanted to look at something, try again. If you sent something, it may have "
    "arrived: look before you send it again. A program may send it again with the same Idempotency-Key.",
)


class Forwarder:
    """Keeps connections to the upstreams open between requests."""

    def __init__(self) -> None:
        self._pool = UpstreamPool()

    def close(self) -> None:
        self._pool.close()

    async def forward(self, upstream: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers in the upstream's place when it cannot be reached or is too slow."""
        limit = None if _wants_events(scope) else ANSWER_SECONDS
        try:
            connection, sending = await self._ask(upstream, scope, receive, limit)
        except SenderGone:
            return
        except UpstreamLost:
            await problem_response(Request(scope), AWAY)(scope, receive, send)
            return
        except TimeoutError:
            await problem_response(Request(scope), TOO_SLOW)(scope, receive, send)
            return
        try:
            await _pass_back(connection, limit, receive, send, body_under_way=sending is not None)
            if sending is not None and not sending.done():
                connection.close()  # answered before the whole body was taken: not fit for another request
        except BaseException:
            connection.close()
            raise
        finally:
            await end_task(sending)
            self._pool.give_back(upstream, connection)

    async def _ask(
        self, upstream: str, scope: Scope, receive: Receive, limit: float | None
    ) -> tuple[UpstreamConnection, asyncio.Task[None] | None]:
        """Sends the request and waits for the answer's begin; a longer body may still be on its way then."""
        first = await receive() if _has_body(scope) else None
        connection = await self._pool.take(upstream)
        try:
            return connection, await begin_exchange(connection, upstream, scope, receive, first, limit)
        except UpstreamLost:
            # The upstream closed an idle connection at this very moment, or was restarted since.
            if first is not None or scope["method"] not in SAFE_TO_REPEAT or connection.used == 1:
                raise
        connection = await self._pool.take(upstream, fresh=True)
        return connection, await begin_exchange(connection, upstream, scope, receive, None, limit)


async def _pass_back(
    connection: UpstreamConnection,
    limit: float | None,
    receive: Receive,
    send: Send,
    *,
    body_under_way: bool,
) -> None:
    headers = response_headers(connection.headers)
    await send({"type": "http.response.start", "status": connection.status, "headers": headers})
    length = next((value for name, value in headers if name == b"content-length"), b"")
    if body_under_way or (length.isdigit() and int(length) <= WATCHED_FROM):
        await _pass_body(connection, limit, send)
        return
    passing = asyncio.create_task(_pass_body(connection, limit, send), name="edge-answer")
    gone = asyncio.create_task(_until_gone(receive), name="edge-reader-gone")
    try:
        await asyncio.wait({passing, gone}, return_when=asyncio.FIRST_COMPLETED)
        if passing.done():
            passing.result()
    finally:
        await end_task(passing)
        await end_task(gone)


async def _pass_body(connection: UpstreamConnection, limit: float | None, send: Send) -> None:
    async for piece in connection.body(limit):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _has_body(scope: Scope) -> bool:
    return any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])


def _wants_events(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/event-stream" in value for name, value in scope["headers"])
