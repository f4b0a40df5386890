"""The whole list goes to so many at once; who is one too many is told when to ask again, and a place comes back."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response

from services.directory.entrypoints.open_referral.feed_stream import BRIEF_AT_A_TIME, minimal_pieces
from services.directory.entrypoints.open_referral.long_answers import LongAnswers
from services.directory.entrypoints.open_referral.service_records import minimal_record
from services.directory.oruk.write_page import page_record

HERE, THERE, ELSEWHERE = ({"x-forwarded-for": f"192.0.2.{number}"} for number in (1, 2, 3))


class Reading:
    """An app whose answers wait until they may go on."""

    def __init__(self) -> None:
        self.begun, self.goes_on = asyncio.Semaphore(0), asyncio.Event()
        self.places = LongAnswers(most=3, most_of_an_address=2)
        app = FastAPI()

        @app.get("/")
        async def whole(request: Request) -> Response:
            return self.places.of(request, self.made)

        @app.get("/fails")
        async def fails(request: Request) -> Response:
            return self.places.of(request, self.fault)

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://example")

    async def made(self) -> Response:
        self.begun.release()
        await self.goes_on.wait()
        return Response("whole", headers={"etag": '"1"'})

    async def fault(self) -> Response:
        raise LookupError

    async def begin(self, headers: dict[str, str]) -> "asyncio.Task[httpx.Response]":
        task = asyncio.create_task(self.client.get("/", headers=headers))
        async with asyncio.timeout(10):
            await self.begun.acquire()
        return task


async def test_one_too_many_of_an_address_or_of_all_is_told_when_to_ask_again() -> None:
    reading = Reading()
    under_way = [await reading.begin(headers) for headers in (HERE, HERE, THERE)]

    async with asyncio.timeout(10):
        refused = [await reading.client.get("/", headers=headers) for headers in (HERE, ELSEWHERE)]
    reading.goes_on.set()
    answers = await asyncio.gather(*under_way)
    afterwards = await reading.client.get("/", headers=HERE)

    assert [each.status_code for each in refused] == [503, 503]
    assert all(int(each.headers["retry-after"]) > 0 for each in refused)
    assert [each.text for each in (*answers, afterwards)] == ["whole"] * 4
    assert afterwards.headers["etag"] == '"1"'


async def test_who_goes_away_or_meets_a_fault_gives_the_place_back() -> None:
    reading = Reading()
    for _ in range(5):
        gone = await reading.begin(HERE)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        with pytest.raises(LookupError):
            await reading.client.get("/fails", headers=HERE)
    reading.goes_on.set()

    assert (await reading.client.get("/", headers=HERE)).status_code == 200


@pytest.mark.parametrize("number", [0, 1, BRIEF_AT_A_TIME, 2 * BRIEF_AT_A_TIME + 1])
def test_the_minimal_list_made_in_pieces_is_the_page_of_the_standard(number: int) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    found = [(UUID(int=each), now + timedelta(seconds=each)) for each in range(number)]

    made = json.loads(b"".join(minimal_pieces(found)))

    records = [minimal_record(*each) for each in found]
    assert made == page_record(records, total=number, page=1, per_page=max(1, number))
