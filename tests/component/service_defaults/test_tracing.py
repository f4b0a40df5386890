"""The end of a process does not wait for a span store that hangs."""

import asyncio
import threading
import time

from shared.service_defaults.tracing import LAST_SPANS_SECONDS, Tracing, make_provider
from tests.support.eventually import eventually


async def test_stop_is_not_held_up_by_a_span_store_that_never_answers() -> None:
    asked, before = asyncio.Event(), set(threading.enumerate())

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        tracing = Tracing(make_provider("example", f"http://127.0.0.1:{port}"))
        for _ in range(1_000):  # two batches, each of which would wait for its own time limit
            tracing.provider.get_tracer("test").start_span("x").end()
        await asked.wait()

        began = time.monotonic()
        await asyncio.to_thread(tracing.stop)

        assert time.monotonic() - began < LAST_SPANS_SECONDS + 1

    # What still sends draws random pauses between its tries, beside tests that are made of random values.
    await eventually(lambda: not sending_since(before), within=60.0)


def sending_since(before: set[threading.Thread]) -> set[str]:
    names = {thread.name for thread in set(threading.enumerate()) - before}
    return {name for name in names if not name.startswith("asyncio_")}
