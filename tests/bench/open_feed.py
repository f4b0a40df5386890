"""How fast the open feed is over a filled directory: all of it in one answer, and a page that has not changed."""

import time
from typing import Any

import httpx
import orjson
from pydantic import SecretStr

from services.directory.bootstrap import make_parts
from services.directory.settings import DirectorySettings
from services.directory.storage.service_list import ServiceFilter, next_services
from shared.postgres.pool import Pool
from tests.bench.wrong_result import WrongResult
from tests.support.service_in_process import service_in_process

ALL_OF_IT = "/services?full=true&format=ndjson"
ONE_PAGE = "/services?full=true&per_page=100&page=3"
TURNS = 30
READ_AT_A_TIME = 200


async def measure_feed(pool: Pool, dsn: str, services: int) -> dict[str, Any]:
    """Over the whole HTTP edge, but for the network."""
    settings = DirectorySettings(
        postgres_dsn=SecretStr(dsn),
        kafka_bootstrap_servers="127.0.0.1:9",
        http_port=0,
        public_url="http://localhost:8080",
        link_signing_key=SecretStr("signing-key-of-a-bench"),
        internal_key=SecretStr("internal-key-of-a-bench"),
    )
    rows = await _rows_alone(pool)
    async with service_in_process("directory", make_parts, settings, pool) as client:
        found = await _whole_feed(client, services)
        return found | rows | await _unchanged_page(client)


async def _rows_alone(pool: Pool) -> dict[str, Any]:
    began, after = time.perf_counter(), None
    while True:
        async with pool.acquire() as connection:
            rows = await next_services(connection, ServiceFilter(), after=after, limit=READ_AT_A_TIME)
        if not rows:
            return {"rows_of_the_feed_alone_s": round(time.perf_counter() - began, 1)}
        after = rows[-1].id


async def _whole_feed(client: httpx.AsyncClient, services: int) -> dict[str, Any]:
    began, used = time.perf_counter(), time.process_time()
    answer = await client.get(ALL_OF_IT, timeout=600)
    walls, processor = time.perf_counter() - began, time.process_time() - used
    ids = {orjson.loads(line)["id"] for line in answer.content.splitlines()}
    if len(ids) != services:
        raise WrongResult(f"the feed has {len(ids)} of {services} services")
    return {
        "whole_feed_s": round(walls, 1),
        "whole_feed_processor_s": round(processor, 1),
        "whole_feed_mb": round(len(answer.content) / 1e6),
    }


async def _unchanged_page(client: httpx.AsyncClient) -> dict[str, Any]:
    """In turns with the same page for somebody who has nothing yet: what a 304 saves is the sending."""
    etag = (await client.get(ONE_PAGE)).headers["etag"]
    walls: dict[int, list[float]] = {200: [], 304: []}
    for turn in range(2 * TURNS):
        known = {"if-none-match": etag} if turn % 2 else {}
        began = time.perf_counter()
        answer = await client.get(ONE_PAGE, headers=known)
        if answer.status_code != (304 if known else 200):
            raise WrongResult(f"the page was answered {answer.status_code}")
        walls[answer.status_code].append(time.perf_counter() - began)
    return {f"page_of_100_{status}_ms_p50": _middle(found) for status, found in walls.items()}


def _middle(seconds: list[float]) -> float:
    return round(sorted(seconds)[len(seconds) // 2] * 1000, 1)
