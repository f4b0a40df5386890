"""One kept-open HTTP/1.1 connection to an upstream: bytes out, parsed answers in, no faster than they are read.

Over asyncio's protocols and httptools (uvicorn's own parser): a tenth of a general client's time per request.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import httptools

RawHeaders = list[tuple[bytes, bytes]]

MOST_BUFFERED = 256 * 1024  # bytes of an answer held for a slow reader before we stop reading
NO_BODY = frozenset({204, 304})


class UpstreamLost(ConnectionError):
    """The connection ended before the answer did."""


class UpstreamConnection(asyncio.Protocol):
    """Carries one exchange at a time. After an exchange that was read to its end it can carry the next."""

    def __init__(self) -> None:
        self._transport: Any = None
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._paused = False
        self.closed = False
        self.used = 0
        self.idle_since = 0.0
        self._begin(method=b"")

    def _begin(self, *, method: bytes) -> None:
        self._parser: Any = httptools.HttpResponseParser(self)
        self._method = method
        self._headers_done = asyncio.get_running_loop().create_future()
        self._pieces: deque[bytes] = deque()
        self._buffered = 0
        self._news = asyncio.Event()
        self._complete = False
        self._keep_alive = False
        self._lasts_until_close = False
        self.status = 0
        self.headers: RawHeaders = []

    @property
    def reusable(self) -> bool:
        return self._complete and self._keep_alive and not self.closed

    def send_head(self, method: str, head: bytes) -> None:
        """Begins an exchange."""
        self._begin(method=method.encode())
        self.used += 1
        self._transport.write(head)

    async def send(self, piece: bytes) -> None:
        """Sends a piece of the body when the upstream has taken what came before."""
        if self.closed:
            raise UpstreamLost
        self._transport.write(piece)
        await self._may_write.wait()

    async def answer_begun(self, seconds: float | None) -> None:
        """Returns when status and headers are there."""
        async with asyncio.timeout(seconds):
            await asyncio.shield(self._headers_done)

    async def body(self, seconds: float | None) -> AsyncIterator[bytes]:
        """The answer's body as it comes, with a time limit between two pieces."""
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._buffered -= len(piece)
                self._read_on()
                yield piece
            if self._complete:
                return
            if self.closed:
                raise UpstreamLost
            self._news.clear()
            async with asyncio.timeout(seconds):
                await self._news.wait()

    def _read_on(self) -> None:
        if self._paused and self._buffered < MOST_BUFFERED // 2 and not self.closed:
            self._paused = False
            self._transport.resume_reading()

    def close(self) -> None:
        if not self.closed and self._transport is not None:
            self._transport.abort()
        self.closed = True

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._complete:  # nothing was asked: what comes now must not become the next answer
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close()
            self._lost()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self._lasts_until_close and exc is None:
            self._complete = True
        self._may_write.set()
        self._lost()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._complete:
            raise UpstreamLost("a second answer to one request")

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self.status < 200:
            return
        names = {name.lower() for name, _ in self.headers}
        self._keep_alive = self._parser.should_keep_alive()
        framed = bool({b"content-length", b"transfer-encoding"} & names)
        self._lasts_until_close = not framed and self.status not in NO_BODY
        if self._method == b"HEAD":
            # The parser cannot know that no body follows; the next exchange gets a fresh one.
            self._complete = True
        if not self._headers_done.done():
            self._headers_done.set_result(None)

    def on_body(self, body: bytes) -> None:
        self._pieces.append(body)
        self._buffered += len(body)
        if self._buffered > MOST_BUFFERED and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._news.set()

    def on_message_complete(self) -> None:
        if self.status < 200:  # an interim answer, which the real one follows
            self.headers = []
            return
        self._complete = True
        self._news.set()

    def _lost(self) -> None:
        if not self._headers_done.done():
            self._headers_done.set_exception(UpstreamLost())
            self._headers_done.exception()  # seen, even when nobody waits any more
        self._news.set()
