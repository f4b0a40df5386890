"""The JSON API of what providers say."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from services.capacity.domain.pool import Pool as CapacityPool
from services.capacity.domain.pool import SomeoneSpokeSince
from services.capacity.entrypoints.http_schemas import (
    PoolList,
    PoolState,
    SignalAnswer,
    SignalStatement,
    SignalThen,
)
from services.capacity.entrypoints.problems import NoSuchPool, NotYet, SpokenSince, told_to_the_caller
from services.capacity.entrypoints.signalling import OnceKey, Signalling
from services.capacity.storage.pool_rows import (
    find_places_as_of,
    find_pool,
    find_signal_as_of,
    list_pools_of_service,
    was_withdrawn,
)
from shared.access.decide import Facts
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Pool, transaction
from shared.security.api_callers import ApiCaller, require_scope
from shared.security.reaches import client_reach
from shared.service_defaults.clock import Clock
from shared.service_defaults.http_errors import problem_of
from shared.service_defaults.idempotency import IdempotencyKey
from shared.service_defaults.moments import Moment
from shared.vocabulary.vocabulary import LONDON_AREA

SIGNAL_ROUTE = "/capacity/api/pools/{pool_id}/signal"

Caller = Annotated[ApiCaller, Depends(require_scope("signals:write"))]


def api_router(pool: Pool, signalling: Signalling, clock: Clock) -> APIRouter:
    router = APIRouter()

    @router.post(SIGNAL_ROUTE, response_model=SignalAnswer)
    async def say(
        pool_id: UUID, statement: SignalStatement, caller: Caller, key: IdempotencyKey, request: Request
    ) -> SignalAnswer | Response:
        """Says full, paused, limited or open. The answer to full comes when nobody new will be shown."""
        sent = f"{pool_id} {statement.model_dump_json()}".encode()
        once_key = OnceKey(key, f"POST {SIGNAL_ROUTE}", sent, caller.name)
        await check(pool, pool_id, caller, clock())
        try:
            said, reach = statement.as_statement(caller.name), client_reach(request, caller)
            return await signalling.say(pool_id, said, once_key, reach)
        except SomeoneSpokeSince as error:
            return spoken_since(PoolState.of(error.current))

    @router.get("/capacity/api/pools/{pool_id}")
    async def one_pool(pool_id: UUID, caller: Caller) -> PoolState:
        await check(pool, pool_id, caller, clock())
        with told_to_the_caller():
            async with transaction(pool) as connection:
                return PoolState.of(await find_pool(connection, pool_id))

    @router.get("/capacity/api/pools")
    async def pools_of_service(service_id: UUID, caller: Caller) -> PoolList:
        async with transaction(pool) as connection:
            found = await list_pools_of_service(connection, service_id)
        reached = [each for each in found if caller.reaches(Verb.CHANGE, facts_of(each), clock())]
        return PoolList(pools=[PoolState.of(each) for each in reached])

    @router.get(SIGNAL_ROUTE)
    async def signal_as_of(pool_id: UUID, as_of: Moment, caller: Caller) -> SignalThen:
        """What was said of the pool, and how its places stood, at that moment; of no moment that is still to come."""
        now = clock()
        await check(pool, pool_id, caller, now)
        if as_of > now:
            raise NotYet
        async with transaction(pool) as connection:
            row = await find_signal_as_of(connection, pool_id, as_of)
            places = await find_places_as_of(connection, pool_id, as_of)
            withdrawn = await was_withdrawn(connection, pool_id, as_of)
        if row is None:
            raise NoSuchPool("Nothing had been said of this pool by then.")
        ledger = dict(places) if places else None
        return SignalThen.model_validate(
            dict(row) | {"ledger": ledger, "withdrawn": withdrawn}
        ).as_it_counted()

    return router


async def check(pool: Pool, pool_id: UUID, caller: ApiCaller, now: datetime) -> None:
    """A system says and reads the space of its own areas, or its own organisation, alone."""
    with told_to_the_caller():
        async with transaction(pool) as connection:
            found = await find_pool(connection, pool_id)
    caller.check(Verb.CHANGE, facts_of(found), now)


def facts_of(found: CapacityPool) -> Facts:
    """A service that is for all boroughs together belongs to London."""
    own = found.organisation_id
    organisations = frozenset[UUID]() if own is None else frozenset({own})
    return Facts(Thing.SIGNAL, area=found.area or LONDON_AREA, organisations=organisations)


def spoken_since(current: PoolState) -> Response:
    """The problem with the state that the statement did not know of."""
    problem = problem_of(SpokenSince())
    body = problem.as_json() | {"current": current.model_dump(mode="json")}
    return JSONResponse(
        body, problem.status, headers={"cache-control": "no-store"}, media_type="application/problem+json"
    )
