"""`/capacity/phoned`: a coordinator who phoned a provider says what they were told of its space."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.capacity.domain.errors import PoolNotFound
from services.capacity.domain.pool import Pool as CapacityPool
from services.capacity.domain.pool import SomeoneSpokeSince
from services.capacity.entrypoints.http_routes import facts_of
from services.capacity.entrypoints.http_schemas import PoolState
from services.capacity.entrypoints.phoned_form import TOLD_BY, PhonedForm, read_phoned_form
from services.capacity.entrypoints.pool_names import pool_name
from services.capacity.entrypoints.signalling import OnceKey, Signalling
from services.capacity.entrypoints.space_form import PAUSES, ToPutRight
from services.capacity.entrypoints.space_page import TEMPLATES
from services.capacity.storage.pool_rows import find_pool, list_pools_in
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import areas_reach
from shared.security.staff import NotThere, Permit, allowed
from shared.service_defaults.clock import Clock
from shared.service_defaults.idempotency import check_idempotency_key
from shared.vocabulary.vocabulary import LONDON_AREA
from shared.web.dates import as_date_and_time
from shared.web.listing import Cell, Column, Plan, arrange
from shared.web.pages import render

LIST = "/capacity/phoned"
KINDS = {
    "service": "the service",
    "session": "a session",
    "event": "an event",
    "cohort": "a course",
    "caseload": "a caseload",
    "interpreter": "an interpreter",
    "volunteer": "a volunteer who comes along",
}

MayTell = Annotated[Permit, Depends(allowed(Verb.CHANGE, Thing.SIGNAL))]


def _said_at(found: CapacityPool) -> str:
    return found.said.confirmed_at.isoformat() if found.said else ""


def _said(found: CapacityPool) -> str:
    return as_date_and_time(found.said.confirmed_at) if found.said else "never"


PLAN: Plan[CapacityPool] = Plan(
    "What can be full",
    (
        Column(
            "name",
            "Service",
            lambda one: Cell(pool_name(one), href=f"{LIST}/{one.pool_id}"),
            by=lambda one: one.service_name,
        ),
        Column("kind", "What", lambda one: Cell(KINDS[one.kind]), by=lambda one: one.kind),
        Column("space", "Space", lambda one: Cell(one.ledger.status), by=lambda one: one.ledger.status),
        Column("said", "Last said", lambda one: Cell(_said(one)), by=_said_at),
    ),
)


@dataclass(frozen=True, slots=True)
class Above:
    """What stands above the form, and what was typed into it."""

    done: bool = False
    wrong: ToPutRight | None = None
    spoken_since: bool = False
    typed: PhonedForm | None = None


NOTHING_ABOVE = Above()


def phoned_router(pool: Pool, signalling: Signalling, clock: Clock) -> APIRouter:
    router = APIRouter(prefix=LIST, include_in_schema=False)

    @router.get("")
    async def show_all(request: Request, permit: MayTell) -> Response:
        async with transaction(pool) as connection:
            found = await list_pools_in(connection, permit.areas(), no_area=LONDON_AREA)
        listing = arrange(request, [each for each in found if permit.allows(facts_of(each))], PLAN)
        return render(request, "phoned_list.html", templates=TEMPLATES, pools=listing)

    @router.get("/{pool_id}")
    async def show_one(request: Request, pool_id: UUID, permit: MayTell) -> Response:
        return _page(request, await _in_reach(pool, pool_id, permit))

    @router.post("/{pool_id}")
    async def tell(
        request: Request, pool_id: UUID, permit: MayTell, form: Annotated[PhonedForm, Form()]
    ) -> Response:
        found = await _in_reach(pool, pool_id, permit)
        statement = read_phoned_form(form, permit.member_id, clock())
        if isinstance(statement, ToPutRight):
            return _page(request, found, Above(wrong=statement, typed=form), 422)
        sent = f"{pool_id} {form.model_dump_json(exclude={'form_token'})}".encode()
        key = OnceKey(
            check_idempotency_key(form.form_token), f"POST {LIST}/{{pool_id}}", sent, str(permit.member_id)
        )
        try:
            await signalling.say(pool_id, statement, key, areas_reach(permit.areas()))
        except SomeoneSpokeSince as error:
            return _page(request, error.current, Above(spoken_since=True, typed=form), 409)
        return _page(request, await _in_reach(pool, pool_id, permit), Above(done=True))

    return router


async def _in_reach(pool: Pool, pool_id: UUID, permit: Permit) -> CapacityPool:
    """A provider's own staff say it themselves: this is for whoever has an area. What is elsewhere is not there."""
    async with transaction(pool) as connection:
        try:
            found = await find_pool(connection, pool_id)
        except PoolNotFound as error:
            raise NotThere from error
    permit.check(facts_of(found))
    if found.ledger.withdrawn or (found.area or LONDON_AREA) not in permit.areas():
        raise NotThere
    return found


def _page(request: Request, found: CapacityPool, above: Above = NOTHING_ABOVE, status: int = 200) -> Response:
    return render(
        request,
        "phoned.html",
        status=status,
        templates=TEMPLATES,
        state=PoolState.of(found),
        name=pool_name(found),
        said=_said(found),
        note=found.said.note if found.said else None,
        kind=KINDS[found.kind],
        told_by=TOLD_BY,
        pauses=list(PAUSES),
        above=above,
        typed=above.typed or PhonedForm(),
    )
