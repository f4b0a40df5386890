"""The whole feed in one answer, a record on each line, made as it is read."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from uuid import UUID

import orjson
from fastapi import Request
from starlette.responses import Response, StreamingResponse

from services.directory.entrypoints.open_referral.open_feed import OPEN_TO_ALL
from services.directory.entrypoints.open_referral.service_records import (
    Form,
    minimal_record,
    records_with,
    signals_for,
)
from services.directory.oruk.write_page import page_record
from services.directory.storage.service_list import ServiceFilter, next_services
from shared.postgres.pool import Pool
from shared.service_defaults.clock import Clock
from shared.service_defaults.request_limits import takes_long

NDJSON = "application/x-ndjson"
READ_AT_A_TIME = 200
BRIEF_AT_A_TIME = 500
WRITTEN_AT_A_TIME = 20  # who else is answered meanwhile waits for as many to be written


def stream(request: Request, pool: Pool, wanted: ServiceFilter, form: Form, clock: Clock) -> Response:
    """Batch by batch in the order of ids, so that a slow reader holds no connection and no old state of the tables."""
    if request.method == "HEAD":
        return Response(headers=OPEN_TO_ALL, media_type=NDJSON)
    takes_long(request)
    lines = _lines(pool, wanted, form, clock)
    return StreamingResponse(lines, headers=OPEN_TO_ALL, media_type=NDJSON)


def minimal_pieces(found: Sequence[tuple[UUID, datetime]]) -> Iterator[bytes]:
    """All in one page, as the standard means it: whoever keeps a copy sees at once what has changed or gone."""
    envelope = page_record([], total=len(found), page=1, per_page=max(1, len(found)))
    envelope |= {"size": len(found), "empty": not found}
    yield orjson.dumps(envelope).removesuffix(b"[]}") + b"["
    for start in range(0, len(found), BRIEF_AT_A_TIME):
        records = orjson.dumps([minimal_record(*each) for each in found[start : start + BRIEF_AT_A_TIME]])
        yield (b"," if start else b"") + records[1:-1]
    yield b"]}"


async def _lines(pool: Pool, wanted: ServiceFilter, form: Form, clock: Clock) -> AsyncIterator[bytes]:
    """What is known of space is of the moment at which a batch is read."""
    after: UUID | None = None
    while True:
        async with pool.acquire() as connection:
            rows = await next_services(connection, wanted, after=after, limit=READ_AT_A_TIME)
            signals = await signals_for(connection, [row.id for row in rows], form)
        if not rows:
            return
        now = clock()
        for start in range(0, len(rows), WRITTEN_AT_A_TIME):
            found = [row.read() for row in rows[start : start + WRITTEN_AT_A_TIME]]
            records = records_with(found, signals, form, now)
            yield b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)
            await asyncio.sleep(0)
        after = rows[-1].id
