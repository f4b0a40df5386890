"""A web server on the loopback that answers exactly the bytes it is told to, to try feeds that mean harm."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


def http_answer(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{headers}\r\n"
    return head.encode() + body


class FeedServer:
    """`paths` are the targets asked for, in order; `answers` maps a target to the bytes of its answer."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = answers
        self.paths: list[str] = []
        self.url = ""
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            target = request.split(" ")[1]
            self.paths.append(target)
            if target in self.answers:
                writer.write(self.answers[target])
                await writer.drain()
                writer.close()
            else:
                await reader.read()  # says nothing until the other side gives up
                writer.close()


@asynccontextmanager
async def feed_server(answers: dict[str, bytes]) -> AsyncIterator[FeedServer]:
    feed = FeedServer(answers)
    server = await asyncio.start_server(feed.serve, "127.0.0.1", 0)
    feed.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield feed
    finally:
        server.close()
        for writer in feed.writers:  # whoever gave up may not have been heard yet
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
