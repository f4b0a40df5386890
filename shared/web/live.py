"""What changes while somebody looks at a page, as server-sent events. The page works without them, by looking again.

    @router.get("/capacity/board/news")
    async def news() -> StreamingResponse:
        return event_stream(LiveEvent(piece_of_html) async for … )

A stream ends by itself before the time limit of requests; the browser comes back and says what it saw last.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import Request
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.responses import StreamingResponse

LONGEST_SECONDS = 15.0  # less than RequestLimits.seconds
QUIET_SECONDS = 5.0  # after that a comment shows whoever is between that the stream lives
COME_BACK_MS = 1000
NO_BUFFERING = {"cache-control": "no-store", "x-accel-buffering": "no"}


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """A piece of HTML for the live region that listens to this name."""

    html: str
    name: str = "news"
    id: str | None = None


def last_seen(request: Request) -> str | None:
    """The id of the last event that this browser got, when it comes back."""
    return request.headers.get("last-event-id")


def event_stream(events: AsyncIterator[LiveEvent], *, seconds: float = LONGEST_SECONDS) -> StreamingResponse:
    return StreamingResponse(_told(events, seconds), media_type="text/event-stream", headers=NO_BUFFERING)


async def _told(events: AsyncIterator[LiveEvent], seconds: float) -> AsyncIterator[bytes]:
    yield format_sse_event(comment="hello", retry=COME_BACK_MS)
    ends = asyncio.get_running_loop().time() + seconds
    coming: asyncio.Future[LiveEvent] | None = None
    try:
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            coming = coming or asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait({coming}, timeout=min(left, QUIET_SECONDS))
            if not done:
                yield KEEPALIVE_COMMENT
                continue
            try:
                event = coming.result()
            except StopAsyncIteration:
                return
            coming = None
            yield format_sse_event(data_str=event.html, event=event.name, id=event.id)
    finally:
        if coming is not None:
            coming.cancel()
