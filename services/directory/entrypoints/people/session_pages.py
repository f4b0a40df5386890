"""Where a member is signed in, and ending it there: a browser left open, a lost phone."""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.people.way_back import leads_back
from services.directory.use_cases.own_sessions import end_one, end_others, live_sessions
from shared.access.caller import Caller
from shared.postgres.pool import Pool, transaction
from shared.security.staff import NotThere, signed_in
from shared.service_defaults.clock import Clock
from shared.web.pages import render

PAGE = "/directory/sessions"
log = structlog.get_logger(__name__)

Somebody = Annotated[Caller, Depends(signed_in())]
SomebodyFresh = Annotated[Caller, Depends(signed_in(fresh=True))]


def session_router(pool: Pool, clock: Clock) -> APIRouter:
    router = APIRouter(prefix=PAGE, include_in_schema=False)

    @router.get("")
    async def show(request: Request, caller: Somebody) -> Response:
        member_id, this = _ids(caller)
        async with transaction(pool) as connection:
            sessions = await live_sessions(connection, member_id, clock())
        return render(request, "sessions.html", templates=TEMPLATES, sessions=sessions, this=this)

    leads_back(router, PAGE, "/end-others", "/{session_id}/end")

    @router.post("/end-others")
    async def end_the_others(caller: SomebodyFresh) -> Response:
        member_id, this = _ids(caller)
        async with transaction(pool) as connection:
            await end_others(connection, member_id, this, clock())
        log.info("session.others_ended", member_id=str(member_id))
        return RedirectResponse(PAGE, 303)

    @router.post("/{session_id}/end")
    async def end(session_id: UUID, caller: SomebodyFresh) -> Response:
        member_id, _ = _ids(caller)
        async with transaction(pool) as connection:
            if not await end_one(connection, member_id, session_id, clock()):
                raise NotThere
        log.info("session.ended", member_id=str(member_id))
        return RedirectResponse(PAGE, 303)

    return router


def _ids(caller: Caller) -> tuple[UUID, UUID]:
    assert caller.member_id is not None  # noqa: S101  (no token of staff without one is read)
    assert caller.session_id is not None  # noqa: S101
    return caller.member_id, caller.session_id
