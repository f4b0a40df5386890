"""`/directory/entries`: entries of the menu, looked after by those who have signed in and may."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.directory.domain.revision import ChangedBy
from services.directory.entrypoints.entries.entry_desk import Editor, EntryDesk
from services.directory.entrypoints.entries.entry_draft import read_typed
from services.directory.entrypoints.entries.entry_fields import Typed
from services.directory.storage.entry_rows import Entry, Within
from shared.access.decide import Facts
from shared.access.vocabulary import Thing, Verb
from shared.security.staff import Permit, allowed
from shared.vocabulary.vocabulary import LONDON_AREA

LIST = "/directory/entries"
MayChange = Annotated[Permit, Depends(allowed(Verb.CHANGE, Thing.SERVICE))]
Act = Annotated[str, Form(max_length=100)]
SeenVersion = Annotated[int, Form(ge=1, le=2**62)]


def entry_router(desk: EntryDesk) -> APIRouter:
    router = APIRouter(prefix=LIST, include_in_schema=False)

    @router.get("")
    async def show_all(request: Request, permit: MayChange) -> Response:
        return await desk.show_all(request, _editor(permit), within(permit))

    @router.get("/{service_id}")
    async def show_one(request: Request, service_id: UUID, permit: MayChange) -> Response:
        return await desk.show_one(request, _editor(permit), service_id)

    @router.post("/{service_id}")
    async def act(service_id: UUID, permit: MayChange, act: Act, seen_version: SeenVersion) -> Response:
        return await desk.act(_editor(permit), service_id, seen_version, act)

    @router.get("/{service_id}/{section}")
    async def show_form(request: Request, service_id: UUID, section: str, permit: MayChange) -> Response:
        return await desk.show_form(request, _editor(permit), service_id, section)

    @router.post("/{service_id}/{section}")
    async def go_on(
        request: Request,
        service_id: UUID,
        section: str,
        permit: MayChange,
        typed: Annotated[Typed, Depends(read_typed)],
    ) -> Response:
        return await desk.go_on(request, _editor(permit), service_id, section, typed)

    return router


def _editor(permit: Permit) -> Editor:
    def check(entry: Entry) -> None:
        service = entry.service
        organisations = frozenset({service.organisation_id})
        permit.check(Facts(Thing.SERVICE, area=service.area or LONDON_AREA, organisations=organisations))

    return Editor(ChangedBy("member", permit.member_id), LIST, permit.on, check)


def within(permit: Permit) -> Within:
    return Within(permit.everywhere(), sorted(permit.areas()), sorted(permit.organisations()))
