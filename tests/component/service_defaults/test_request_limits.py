"""Requests out of bounds are refused before the app sees them."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, Depends, Request
from starlette.responses import StreamingResponse

from shared.security.declared_access import public
from shared.service_defaults.request_limits import RequestLimits, takes_long
from tests.support.http_servers import client_of
from tests.support.service_apps import app_of

LIMITS = RequestLimits(body_bytes=100, address_bytes=60, header_bytes=400, seconds=0.2, at_once=1)


class Example:
    def __init__(self, limits: RequestLimits = LIMITS) -> None:
        self.seen: list[bytes] = []
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.long_begun, self.long_goes_on = asyncio.Event(), asyncio.Event()
        router = APIRouter(dependencies=[Depends(public())])

        @router.post("/example")
        async def take(request: Request) -> dict[str, int]:
            self.seen.append(await request.body())
            return {"bytes": len(self.seen[-1])}

        @router.get("/example/slow")
        async def slow() -> None:
            self.begun.set()
            await self.go_on.wait()

        @router.get("/example/long")
        async def long(request: Request) -> StreamingResponse:
            async def pieces() -> AsyncIterator[bytes]:
                yield b"begun, "
                self.long_begun.set()
                await self.long_goes_on.wait()
                yield b"ended"

            takes_long(request)
            return StreamingResponse(pieces())

        self.app = app_of(router, limits=limits)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://example")


async def test_body_within_bounds_arrives_whole() -> None:
    example = Example()

    answer = await example.client.post("/example", content=b"x" * 100)

    assert answer.json() == {"bytes": 100}


async def test_declared_large_body_is_refused() -> None:
    example = Example()

    answer = await example.client.post("/example", content=b"x" * 101)

    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/body-too-large"
    assert not example.seen


async def test_large_body_of_undeclared_length_is_refused() -> None:
    example = Example()

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 50

    answer = await example.client.post("/example", content=pieces())

    assert answer.status_code == 413
    assert not example.seen


async def test_a_form_in_an_odd_encoding_is_refused() -> None:
    example = Example()

    for encoding, status in (("utf-7", 415), ("undefined", 415), ("UTF-8", 200)):
        kind = f"multipart/form-data; boundary=x; charset={encoding}"
        answer = await example.client.post("/example", content=b"--x--", headers={"content-type": kind})
        assert answer.status_code == status, encoding


async def test_long_address_and_large_headers_are_refused() -> None:
    example = Example()

    address = await example.client.get("/example/" + "x" * 60)
    headers = await example.client.get("/example", headers={"x-large": "x" * 400})

    assert (address.status_code, headers.status_code) == (414, 431)


@pytest.mark.asvs("V15.2.2")
async def test_slow_answer_becomes_a_503_that_says_it_is_safe_to_repeat() -> None:
    example = Example()

    answer = await example.client.get("/example/slow")

    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/too-slow"
    assert "Idempotency-Key" in answer.json()["what_to_do"]
    assert answer.headers["retry-after"]


async def test_an_answer_that_takes_long_is_whole_after_the_time_of_others() -> None:
    example = Example(RequestLimits(seconds=0.2, long_seconds=60))
    long = asyncio.create_task(example.client.get("/example/long"))
    await example.long_begun.wait()

    other = await example.client.get("/example/slow")
    example.long_goes_on.set()

    assert other.status_code == 503
    assert (await long).text == "begun, ended"


@pytest.mark.asvs("V15.2.2")
async def test_a_long_answer_has_an_end_and_nobody_takes_its_part_for_the_whole() -> None:
    example = Example(RequestLimits(seconds=60, long_seconds=0.2))

    async with client_of(example.app) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/example/long")


@pytest.mark.asvs("V15.2.2")
async def test_too_many_at_once_are_turned_away_and_places_come_free() -> None:
    example = Example(RequestLimits(seconds=5, at_once=1))
    first = asyncio.create_task(example.client.get("/example/slow"))
    await example.begun.wait()

    second = await example.client.post("/example", content=b"x")
    example.go_on.set()
    await first
    third = await example.client.post("/example", content=b"x")

    assert (second.status_code, third.status_code) == (503, 200)
    assert second.json()["type"] == "/problems/too-busy"
