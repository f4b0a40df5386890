"""The whole feed in one answer, a record on each line, made as it is read."""

import json
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from services.directory.entrypoints.open_feed import OPEN_TO_ALL
from services.directory.entrypoints.service_records import Form, records_of
from services.directory.storage.service_list import ServiceFilter, next_services
from shared.postgres.pool import Pool
from shared.service_defaults.clock import Clock

NDJSON = "application/x-ndjson"
AT_A_TIME = 100


def stream(request: Request, pool: Pool, wanted: ServiceFilter, form: Form, clock: Clock) -> Response:
    """Batch by batch in the order of ids, so that a slow reader holds no connection and no old state of the tables."""
    if request.method == "HEAD":
        return Response(headers=OPEN_TO_ALL, media_type=NDJSON)
    lines = _lines(pool, wanted, form, clock)
    return StreamingResponse(lines, headers=OPEN_TO_ALL, media_type=NDJSON)


async def _lines(pool: Pool, wanted: ServiceFilter, form: Form, clock: Clock) -> AsyncIterator[bytes]:
    after: UUID | None = None
    while True:
        async with pool.acquire() as connection:
            found = await next_services(connection, wanted, after=after, limit=AT_A_TIME)
            records = await records_of(connection, found, form, clock())
        if not found:
            return
        yield b"".join(
            json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            for record in records
        )
        after = found[-1].service.id
