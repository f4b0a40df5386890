"""Upstreams that answer in unusual ways, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from deploy.edge.app import Edge
from deploy.edge.forwarding import Forwarder
from tests.support.http_servers import serving

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def edge_before(talk: Talk) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an edge whose upstream talks as told, once per connection."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    upstream = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = upstream.sockets[0].getsockname()[1]
    forwarder = Forwarder()
    async with upstream, serving(Edge({"/": f"http://127.0.0.1:{port}"}, {}, forwarder)) as origin:
        async with httpx.AsyncClient(base_url=origin, timeout=10) as client:
            yield client
        forwarder.close()


def saying(*answers: bytes) -> Talk:
    """Gives one answer per request on a connection, then closes it."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()

    return talk


async def test_answer_that_lasts_until_the_connection_closes_is_whole() -> None:
    async with edge_before(saying(b"HTTP/1.1 200 OK\r\n\r\nall of it")) as client:
        assert (await client.get("/x")).text == "all of it"


async def test_interim_answer_is_passed_over() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
    async with edge_before(saying(early + b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")) as client:
        answer = await client.get("/x")

    assert (answer.status_code, answer.text) == (200, "ok")
    assert "link" not in answer.headers


async def test_head_and_not_modified_have_no_body_and_keep_the_connection() -> None:
    answers = (
        b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nthird",
    )
    async with edge_before(saying(*answers)) as client:
        head = await client.head("/x")
        unchanged = await client.get("/x")
        third = await client.get("/x")

    assert head.headers["content-length"] == "500"
    assert unchanged.status_code == 304
    assert third.text == "third"  # only the same connection could say it


async def test_answer_cut_off_in_the_middle_is_not_taken_for_whole() -> None:
    async with edge_before(saying(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this")) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/x")


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"]
)
async def test_no_answer_or_nonsense_becomes_a_503(answer: bytes) -> None:
    async with edge_before(saying(answer)) as client:
        refused = await client.get("/x")

    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/part-away"


@pytest.mark.asvs("V4.2.1")
async def test_answer_nobody_asked_for_never_reaches_the_next_caller() -> None:
    twice = (
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirstHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nextra"
    )
    async with edge_before(saying(twice, b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nthird")) as client:
        texts = [(await client.get("/x")).text for _ in range(3)]

    assert texts == ["first"] * 3


async def test_answer_before_the_whole_body_is_passed_back_at_once() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig")
        await writer.drain()
        await reader.read()

    answered = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        await answered.wait()
        yield b"more"

    async with edge_before(talk) as client:
        request = client.build_request("POST", "/x", content=body())
        sending = asyncio.create_task(client.send(request))
        await asyncio.wait({sending}, timeout=0.5)
        answered.set()
        answer = await sending

    assert (answer.status_code, answer.text) == (413, "big")


async def test_get_is_sent_again_when_a_kept_connection_turns_out_closed_but_a_post_is_not() -> None:
    seen: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers the first request of a connection, and closes it on the second, unanswered."""
        first = await reader.readuntil(b"\r\n\r\n")
        seen.append(first.decode().split()[0])
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        await writer.drain()
        second = await reader.readuntil(b"\r\n\r\n")
        seen.append(second.decode().split()[0] + " unanswered")

    async with edge_before(talk) as client:
        await client.get("/x")
        again = await client.get("/x")
        posted = await client.post("/x", content=b"")

    assert again.status_code == 200
    assert posted.status_code == 503
    assert seen == ["GET", "GET unanswered", "GET", "POST unanswered"]


async def test_large_answer_is_not_gathered_in_memory() -> None:
    written = 0
    total = 64 * 1024 * 1024

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % total)
        while written < total:
            writer.write(b"x" * 65536)
            written += 65536
            await writer.drain()

    async with edge_before(talk) as client, client.stream("GET", "/x") as answer:
        pieces = answer.aiter_raw(65536)
        await anext(pieces)
        for _ in range(2 * total // 65536):  # turns in which an upstream that nobody holds back says it all
            await asyncio.sleep(0)
        held_back_at = written
        received = 65536 + sum([len(piece) async for piece in pieces])

    assert held_back_at < total / 2
    assert received == total
