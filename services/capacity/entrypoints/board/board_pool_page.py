"""`/capacity/board/pools/{pool_id}`: a provider who is signed in says the space of one of its pools.

A word here is the provider's own. An area gives no right to it: what a coordinator was told is said as such.
"""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.capacity.domain.errors import PoolNotFound
from services.capacity.domain.pool import Pool as CapacityPool
from services.capacity.domain.pool import SomeoneSpokeSince
from services.capacity.domain.status import Source
from services.capacity.entrypoints.board.board_pages import BOARD
from services.capacity.entrypoints.http_schemas import PoolState
from services.capacity.entrypoints.signalling import OnceKey, Signalling
from services.capacity.entrypoints.space_form import SpaceForm, ToPutRight, read_space_form
from services.capacity.entrypoints.space_page import NOTHING_ABOVE, TEMPLATES, Above, space_context
from services.capacity.storage.pool_rows import find_last_word, find_pool
from shared.access.decide import Facts
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import Reach
from shared.security.reaches import every_borough
from shared.security.staff import NotThere, Permit, allowed
from shared.service_defaults.clock import Clock
from shared.service_defaults.idempotency import check_idempotency_key
from shared.web.pages import render

ONE: Final = BOARD + "/pools/{pool_id}"

MaySay = Annotated[Permit, Depends(allowed(Verb.CHANGE, Thing.SIGNAL))]


def board_pool_router(pool: Pool, signalling: Signalling, clock: Clock) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(ONE)
    async def show_one(request: Request, pool_id: UUID, permit: MaySay) -> Response:
        return await _page(pool, request, PoolState.of(await _own(pool, pool_id, permit)))

    @router.post(ONE)
    async def say(
        request: Request, pool_id: UUID, permit: MaySay, form: Annotated[SpaceForm, Form()]
    ) -> Response:
        state = PoolState.of(await _own(pool, pool_id, permit))
        statement = read_space_form(form, clock(), source=Source.BOARD, said_by=str(permit.member_id))
        if isinstance(statement, ToPutRight):
            return await _page(
                pool, request, state, Above(wrong=statement, typed=form.free, in_all=form.places), 422
            )
        sent = f"{pool_id} {form.model_dump_json(exclude={'form_token'})}".encode()
        key = OnceKey(check_idempotency_key(form.form_token), f"POST {ONE}", sent, str(permit.member_id))
        reach = Reach(every_borough().areas, permit.organisations())
        try:
            answer = await signalling.say(pool_id, statement, key, reach)
        except SomeoneSpokeSince as error:
            above = Above(tapped=form.tap, typed=form.free, in_all=form.places)
            return await _page(pool, request, PoolState.of(error.current), above, 409)
        return await _page(pool, request, answer, Above(answer=answer))

    return router


async def _own(pool: Pool, pool_id: UUID, permit: Permit) -> CapacityPool:
    """A pool of an organisation whose word they may say. An area gives no right to it. Raises NotThere."""
    async with transaction(pool) as connection:
        try:
            found = await find_pool(connection, pool_id)
        except PoolNotFound as error:
            raise NotThere from error
    own = frozenset({found.organisation_id} if found.organisation_id else ())
    permit.check(Facts(Thing.SIGNAL, organisations=own))
    if found.ledger.withdrawn:
        raise NotThere
    return found


async def _page(
    pool: Pool, request: Request, state: PoolState, above: Above = NOTHING_ABOVE, status: int = 200
) -> Response:
    async with transaction(pool) as connection:
        last_word = await find_last_word(connection, state.pool_id)
    context = space_context(state, last_word, above)
    return render(
        request,
        "board_pool.html",
        status=status,
        templates=TEMPLATES,
        translated=True,
        board=BOARD,
        **context,
    )
