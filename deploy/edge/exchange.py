"""Sends one request over a connection, its body as it comes in, until the answer begins."""

import asyncio
from urllib.parse import urlsplit

from opentelemetry import propagate
from starlette.types import Message, Receive, Scope

from deploy.edge.hop_headers import request_headers
from deploy.edge.upstream_connection import UpstreamConnection


class SenderGone(ConnectionError):
    """Who asked went away before the whole request was here."""


async def begin_exchange(
    connection: UpstreamConnection,
    upstream: str,
    scope: Scope,
    receive: Receive,
    first: Message | None,
    limit: float | None,
) -> asyncio.Task[None] | None:
    """Returns when the answer has begun, with the task that still sends the body where there is one.

    `first` is the first piece of the body, None for a request without one.
    """
    chunked = any(name == b"transfer-encoding" for name, _ in scope["headers"])
    sending: asyncio.Task[None] | None = None
    try:
        connection.send_head(scope["method"], _head(upstream, scope))
        if first is not None:
            await _send_piece(connection, first, chunked=chunked)
            if first.get("more_body"):
                sending = asyncio.create_task(
                    _send_rest(connection, receive, chunked=chunked), name="edge-body"
                )
        await _begun(connection, sending, limit)
    except BaseException:
        connection.close()
        await end_task(sending)
        raise
    return sending


async def _begun(
    connection: UpstreamConnection, sending: asyncio.Task[None] | None, limit: float | None
) -> None:
    """While a body is being sent the upstream may take its time; the limit runs from the body's end."""
    if sending is not None:
        begun = asyncio.create_task(connection.answer_begun(None), name="edge-answer-begun")
        await asyncio.wait({sending, begun}, return_when=asyncio.FIRST_COMPLETED)
        answered = begun.done()
        await end_task(begun)
        if answered and begun.exception() is None:
            return
        if sending.done():
            sending.result()
    await connection.answer_begun(limit)


async def _send_rest(connection: UpstreamConnection, receive: Receive, *, chunked: bool) -> None:
    more = True
    while more:
        message = await receive()
        await _send_piece(connection, message, chunked=chunked)
        more = message.get("more_body", False)


async def _send_piece(connection: UpstreamConnection, message: Message, *, chunked: bool) -> None:
    if message["type"] == "http.disconnect":
        raise SenderGone
    piece: bytes = message.get("body", b"")
    if not chunked:
        if piece:
            await connection.send(piece)
        return
    framed = b"%x\r\n%s\r\n" % (len(piece), piece) if piece else b""
    end = b"" if message.get("more_body") else b"0\r\n\r\n"
    if framed or end:
        await connection.send(framed + end)


async def end_task(task: asyncio.Task[None] | None) -> None:
    """Cancels a task and waits until it has ended; its outcome no longer matters."""
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _head(upstream: str, scope: Scope) -> bytes:
    """The request line and headers; path and query exactly as they came in."""
    parts = urlsplit(upstream)
    query: bytes = scope["query_string"]
    headers = request_headers(scope)
    if not any(name == b"host" for name, _ in headers):
        headers.append((b"host", parts.netloc.encode()))
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    headers += [(name.encode(), value.encode()) for name, value in carrier.items()]
    lines = [
        b"%s %s%s%s HTTP/1.1"
        % (
            scope["method"].encode(),
            parts.path.encode(),
            scope["raw_path"],
            b"?" + query if query else b"",
        ),
        *(b"%s: %s" % header for header in headers),
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"
