"""The end of a process does not wait for a span store that hangs."""

import asyncio
import time

from shared.service_defaults.tracing import LAST_SPANS_SECONDS, Tracing, make_provider


async def test_stop_is_not_held_up_by_a_span_store_that_never_answers() -> None:
    asked = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        tracing = Tracing(make_provider("example", f"http://127.0.0.1:{port}"))
        for _ in range(2000):  # several batches, each of which would wait for its own time limit
            tracing.provider.get_tracer("test").start_span("x").end()
        await asked.wait()

        began = time.monotonic()
        await asyncio.to_thread(tracing.stop)

        assert time.monotonic() - began < LAST_SPANS_SECONDS + 1
