"""`/capacity/space/{token}`: the page on which a provider says with one tap how much space there is."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.capacity.domain.errors import SomeoneSpokeSince
from services.capacity.entrypoints.http_schemas import PoolState, SignalAnswer
from services.capacity.entrypoints.problems import PoolIsWithdrawn, told_to_the_caller
from services.capacity.entrypoints.signalling import OnceKey, Signalling
from services.capacity.entrypoints.space_form import PAUSES, SpaceForm, ToPutRight, read_space_form
from services.capacity.entrypoints.space_words import confirmation_words, space_words
from services.capacity.storage.pool_rows import find_pool
from shared.postgres.pool import Pool, transaction
from shared.security.signed_links import PATHS, Purpose, signed_link
from shared.service_defaults.clock import Clock
from shared.service_defaults.idempotency import check_idempotency_key
from shared.web.pages import render

TEMPLATES = Path(__file__).parent / "templates"
PATH = PATHS[Purpose.CAPACITY_SIGNAL]

Subject = Annotated[UUID, Depends(signed_link(Purpose.CAPACITY_SIGNAL))]


def space_page_router(pool: Pool, signalling: Signalling, clock: Clock) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def show(request: Request, pool_id: Subject) -> Response:
        return page(request, await _state(pool, pool_id))

    @router.post(PATH)
    async def tap(request: Request, pool_id: Subject, form: Annotated[SpaceForm, Form()]) -> Response:
        statement = read_space_form(form, clock())
        if isinstance(statement, ToPutRight):
            return page(request, await _state(pool, pool_id), status=422, wrong=statement, typed=form.free)
        sent = f"{pool_id} {form.tap} {form.free} {form.pause_weeks} {form.version_seen}".encode()
        key = OnceKey(check_idempotency_key(form.form_token), f"POST {PATH}", sent, str(pool_id))
        try:
            answer = await signalling.say(pool_id, statement, key)
        except SomeoneSpokeSince as error:
            current = PoolState.of(error.current)
            return page(request, current, status=409, tapped=form.tap, typed=form.free)
        return page(request, answer, answer=answer)

    return router


async def _state(pool: Pool, pool_id: UUID) -> PoolState:
    with told_to_the_caller():
        async with transaction(pool) as connection:
            state = PoolState.of(await find_pool(connection, pool_id))
    if state.withdrawn:
        raise PoolIsWithdrawn
    return state


def page(
    request: Request,
    state: PoolState,
    *,
    status: int = 200,
    answer: SignalAnswer | None = None,
    wrong: ToPutRight | None = None,
    tapped: str | None = None,
    typed: str = "",
) -> Response:
    """The page with the state, and above it what was done, what is wrong, or what somebody else said."""
    return render(
        request,
        "space.html",
        status=status,
        templates=TEMPLATES,
        state=state,
        words=space_words(state),
        answer=answer,
        done=confirmation_words(answer) if answer else None,
        wrong=wrong,
        tapped=tapped,
        typed=typed,
        pauses=list(PAUSES),
    )
