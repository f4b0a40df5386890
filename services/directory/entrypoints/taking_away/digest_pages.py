"""Weekly mails of what is on: a member asks for one and stops it; whoever has a mail's link stops it without signing in."""

from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.digest import MOST_OF_A_MEMBER
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.taking_away.taking_away_desk import AreaCode, NeedCode, TakingAwayDesk
from services.directory.entrypoints.taking_away.whats_on_pages import NOT_FOUND, WHATS_ON
from services.directory.storage.digest_rows import digests_of, find_digest, has_email, stop_digest
from services.directory.use_cases.ask_for_digest import TooManyDigests, ask_for_digest
from shared.access.caller import Caller
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, Purpose, signed_link
from shared.security.staff import signed_in
from shared.vocabulary import vocabulary
from shared.web.pages import form_token, render

PAGE = "/directory/digests"
LINK = PATHS[Purpose.DIGEST]
TOO_MANY = f"You can have {MOST_OF_A_MEMBER}. Stop one first"
NO_EMAIL = "We know no email address of yours. Ask your coordinator"

Somebody = Annotated[Caller, Depends(signed_in())]
OfLink = Annotated[UUID, Depends(signed_link(Purpose.DIGEST))]
Codes = Annotated[list[str] | None, Form(max_length=100)]


def digest_router(desk: TakingAwayDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _add_own(router, desk)
    _add_by_link(router, desk)
    return router


def _add_own(router: APIRouter, desk: TakingAwayDesk) -> None:
    @router.get(PAGE)
    async def show(request: Request, caller: Somebody, near: AreaCode = "", need: NeedCode = "") -> Response:
        where = desk.whereabouts.of_code(near) if near else None
        return await _page(
            desk, request, caller, where=where.name if where else "", needs=(need,) if need else ()
        )

    @router.post(PAGE)
    async def ask(
        request: Request,
        caller: Somebody,
        form_token: Annotated[UUID, Form()],
        where: Annotated[str, Form(max_length=100)] = "",
        needs: Codes = None,
    ) -> Response:
        member_id = _member(caller)
        chosen = tuple(code for code in dict.fromkeys(needs or ()) if code in vocabulary.needs())
        code = desk.whereabouts.of_words(where)
        found = desk.whereabouts.of_code(code) if code else None
        if found is None:
            return await _page(desk, request, caller, where=where, needs=chosen, fault=NOT_FOUND)
        async with transaction(desk.pool) as connection:
            if not await has_email(connection, member_id):
                return await _page(desk, request, caller, where=where, needs=chosen, fault=NO_EMAIL)
            try:
                await ask_for_digest(
                    connection,
                    uuid5(member_id, str(form_token)),
                    member_id,
                    found.code,
                    chosen,
                    desk.clock(),
                )
            except TooManyDigests:
                return await _page(desk, request, caller, where=where, needs=chosen, fault=TOO_MANY)
        return RedirectResponse(PAGE, 303)

    @router.post(PAGE + "/{digest_id}/stop")
    async def stop(caller: Somebody, digest_id: UUID) -> Response:
        """Somebody else's is left alone, and nothing is said of it."""
        async with transaction(desk.pool) as connection:
            await stop_digest(connection, digest_id, _member(caller))
        return RedirectResponse(PAGE, 303)


def _add_by_link(router: APIRouter, desk: TakingAwayDesk) -> None:
    async def page(request: Request, digest_id: UUID) -> Response:
        async with transaction(desk.pool) as connection:
            digest = await find_digest(connection, digest_id)
        where = desk.whereabouts.of_code(digest.near) if digest else None
        return render(
            request,
            "digest_stop.html",
            templates=TEMPLATES,
            digest=digest,
            where=where.name if where else "",
        )

    @router.get(LINK)
    async def show(request: Request, digest_id: OfLink) -> Response:
        return await page(request, digest_id)

    @router.post(LINK)
    async def stop(request: Request, digest_id: OfLink) -> Response:
        async with transaction(desk.pool) as connection:
            await stop_digest(connection, digest_id)
        return await page(request, digest_id)


async def _page(
    desk: TakingAwayDesk,
    request: Request,
    caller: Caller,
    *,
    where: str,
    needs: tuple[str, ...],
    fault: str | None = None,
) -> Response:
    member_id = _member(caller)
    async with transaction(desk.pool) as connection:
        own = await digests_of(connection, member_id)
        can_be_mailed = await has_email(connection, member_id)
    known = vocabulary.needs()
    told = [
        (each, found.name if found else each.near, ", ".join(known[code].label for code in each.needs))
        for each in own
        for found in (desk.whereabouts.of_code(each.near),)
    ]
    return render(
        request,
        "digests.html",
        status=422 if fault else 200,
        templates=TEMPLATES,
        page=PAGE,
        whats_on=WHATS_ON,
        told=told,
        can_be_mailed=can_be_mailed,
        is_full=len(own) >= MOST_OF_A_MEMBER,
        no_email=NO_EMAIL,
        where=where,
        chosen={"needs": list(needs)},
        needs=list(known.values()),
        fault=fault,
        token=form_token(),
    )


def _member(caller: Caller) -> UUID:
    assert caller.member_id is not None  # noqa: S101  (no token of staff without one is read)
    return caller.member_id
