"""`/capacity/space/{token}`: the page on which a provider says with one tap how much space there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.capacity.domain.pool import SomeoneSpokeSince
from services.capacity.entrypoints.http_schemas import PoolState, SignalAnswer
from services.capacity.entrypoints.problems import PoolIsWithdrawn, told_to_the_caller
from services.capacity.entrypoints.signalling import OnceKey, Signalling
from services.capacity.entrypoints.space_form import PAUSES, SpaceForm, ToPutRight, read_space_form
from services.capacity.entrypoints.space_words import SpaceWords
from services.capacity.storage.pool_rows import LastWord, find_last_word, find_pool
from shared.postgres.pool import Pool, transaction
from shared.security.signed_links import PATHS, Purpose, signed_link
from shared.service_defaults.clock import Clock
from shared.service_defaults.idempotency import check_idempotency_key
from shared.web.pages import render

TEMPLATES = Path(__file__).parent / "templates"
PATH = PATHS[Purpose.CAPACITY_SIGNAL]

Subject = Annotated[UUID, Depends(signed_link(Purpose.CAPACITY_SIGNAL))]


@dataclass(frozen=True, slots=True)
class Above:
    """What stands above the state: what was done, what is wrong, or what was tapped while somebody else spoke."""

    answer: SignalAnswer | None = None
    wrong: ToPutRight | None = None
    tapped: str | None = None
    typed: str = ""
    in_all: str = ""


NOTHING_ABOVE = Above()


def space_page_router(pool: Pool, signalling: Signalling, clock: Clock) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def show(request: Request, pool_id: Subject) -> Response:
        return await _space(pool, request, await _state(pool, pool_id))

    @router.post(PATH)
    async def tap(request: Request, pool_id: Subject, form: Annotated[SpaceForm, Form()]) -> Response:
        statement = read_space_form(form, clock())
        if isinstance(statement, ToPutRight):
            state = await _state(pool, pool_id)
            return await _space(
                pool, request, state, Above(wrong=statement, typed=form.free, in_all=form.places), 422
            )
        sent = f"{pool_id} {form.model_dump_json(exclude={'form_token'})}".encode()
        key = OnceKey(check_idempotency_key(form.form_token), f"POST {PATH}", sent, str(pool_id))
        try:
            answer = await signalling.say(pool_id, statement, key)
        except SomeoneSpokeSince as error:
            current = PoolState.of(error.current)
            above = Above(tapped=form.tap, typed=form.free, in_all=form.places)
            return await _space(pool, request, current, above, 409)
        return await _space(pool, request, answer, Above(answer=answer))

    return router


async def _space(
    pool: Pool, request: Request, state: PoolState, above: Above = NOTHING_ABOVE, status: int = 200
) -> Response:
    async with transaction(pool) as connection:
        last_word = await find_last_word(connection, state.pool_id)
    return render(
        request,
        "space.html",
        status=status,
        templates=TEMPLATES,
        translated=True,
        **space_context(state, last_word, above),
    )


def space_context(state: PoolState, last_word: LastWord | None, above: Above) -> Mapping[str, Any]:
    """What the page of one pool shows, to whoever it is shown."""
    return {
        "state": state,
        "words": SpaceWords(state, last_word, above.answer),
        "pauses": list(PAUSES),
        "answer": above.answer,
        "wrong": above.wrong,
        "tapped": above.tapped,
        "typed": above.typed,
        "in_all": above.in_all or _in_all(state, last_word),
    }


def _in_all(state: PoolState, last_word: LastWord | None) -> int | None:
    """What stands in the field of all places: what they last said, or what is usual."""
    said = last_word.in_all if last_word else None
    return said or state.kind.usual_places


async def _state(pool: Pool, pool_id: UUID) -> PoolState:
    with told_to_the_caller():
        async with transaction(pool) as connection:
            state = PoolState.of(await find_pool(connection, pool_id))
    if state.withdrawn:
        raise PoolIsWithdrawn
    return state
