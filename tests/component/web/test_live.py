"""Server-sent events."""

import asyncio
from collections.abc import AsyncIterator

from shared.web.live import LiveEvent, event_stream, last_seen
from tests.component.web.asking import asking


async def two() -> AsyncIterator[LiveEvent]:
    yield LiveEvent("<p>one</p>\n<p>line</p>", id="1")
    yield LiveEvent("<p>two</p>", name="places")


async def silent() -> AsyncIterator[LiveEvent]:
    await asyncio.Event().wait()
    yield LiveEvent("never")


async def told(events: AsyncIterator[LiveEvent], seconds: float = 5) -> str:
    stream = event_stream(events, seconds=seconds)
    return "".join(
        [bytes(piece).decode() async for piece in stream.body_iterator if not isinstance(piece, str)]
    )


async def test_events_have_a_name_an_id_and_every_line() -> None:
    said = await told(two())

    assert "retry: 1000" in said
    assert "event: news\ndata: <p>one</p>\ndata: <p>line</p>\nid: 1\n\n" in said
    assert "event: places\ndata: <p>two</p>\n\n" in said


async def test_stream_that_has_nothing_to_say_ends_by_itself() -> None:
    said = await asyncio.wait_for(told(silent(), seconds=0.05), 2)

    assert "data:" not in said


def test_browser_that_comes_back_says_what_it_saw() -> None:
    assert last_seen(asking(last_event_id="7")) == "7"
    assert last_seen(asking()) is None
