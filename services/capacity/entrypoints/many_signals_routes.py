"""The API of many statements at once, as JSON or as CSV."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.capacity.domain.pool import Pool as CapacityPool
from services.capacity.domain.status import Source
from services.capacity.entrypoints.http_routes import facts_of
from services.capacity.entrypoints.many_signals import (
    Line,
    LineReport,
    ManySignals,
    NotAList,
    SignalsReport,
    lines_of_csv,
    read_lines,
)
from services.capacity.use_cases.say_many_signals import LineOutcome, say_many_signals
from shared.access.vocabulary import Verb
from shared.postgres.pool import Pool, transaction
from shared.security.api_callers import ApiCaller, require_scope
from shared.security.reaches import client_reach
from shared.service_defaults.clock import Clock
from shared.service_defaults.http_errors import KithError
from shared.service_defaults.idempotency import IdempotencyKey, StoredResponse, once

ROUTE = "/capacity/api/signals"

CSV_BODY = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}, "example": "pool_id,status\n"}},
    }
}

Caller = Annotated[ApiCaller, Depends(require_scope("signals:write"))]


class NotAListOfSignals(KithError):
    status = 422
    slug = "not-a-list-of-signals"
    title = "This is no list of signals"
    what_to_do = (
        "Send CSV in UTF-8 whose first line names its columns: pool_id and status, and of the others free, places,"
        " paused_until, expected_wait_days, note, tapped_at and version_seen; 1 to 500 lines follow."
    )


def many_signals_router(pool: Pool, clock: Clock, signal_life: timedelta) -> APIRouter:
    router = APIRouter()

    @router.post(ROUTE)
    async def say_many(
        many: ManySignals, caller: Caller, key: IdempotencyKey, request: Request
    ) -> SignalsReport:
        """Takes or refuses each statement by itself. Full counts from the answer on; nothing is waited for."""
        return await take(request, caller, key, many.signals, Source.API)

    @router.post(ROUTE + ".csv", openapi_extra=CSV_BODY)
    async def say_by_csv(caller: Caller, key: IdempotencyKey, request: Request) -> SignalsReport:
        """The same as CSV: the columns are the fields, an empty cell is a field that is left out."""
        try:
            lines = lines_of_csv(await request.body())
        except NotAList as error:
            raise NotAListOfSignals from error
        return await take(request, caller, key, lines, Source.CSV)

    async def take(
        request: Request, caller: ApiCaller, key: str, lines: Sequence[Line], source: Source
    ) -> SignalsReport:
        now = clock()

        def reaches(found: CapacityPool) -> bool:
            return caller.reaches(Verb.CHANGE, facts_of(found), now)

        async with transaction(pool, client_reach(request, caller)) as connection:

            async def create() -> StoredResponse:
                statements, reports = read_lines(lines, caller.name, source, now)
                outcomes = await say_many_signals(
                    connection,
                    [each for _, each in statements],
                    reaches,
                    now=now,
                    signal_life=signal_life,
                    client=caller.name,
                )
                for (number, each), (outcome, found) in zip(statements, outcomes, strict=True):
                    reports.append(LineReport.of(number, outcome, each.pool_id, found))
                reports.sort(key=lambda each: each.line)
                said = sum(each.outcome is LineOutcome.SAID for each in reports)
                report = SignalsReport(said=said, refused=len(reports) - said, lines=reports)
                return StoredResponse(200, report.model_dump(mode="json"))

            stored = await once(
                connection,
                key=key,
                route=f"POST {request.url.path}",
                request=await request.body(),
                caller=caller.name,
                create=create,
            )
        return SignalsReport.model_validate(stored.body)

    return router
