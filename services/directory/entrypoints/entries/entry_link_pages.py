"""`/directory/entry/{token}`: an organisation's own entries, for whoever holds the link that we sent it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.directory.domain.revision import ChangedBy
from services.directory.entrypoints.entries.entry_desk import Editor, EntryDesk
from services.directory.entrypoints.entries.entry_draft import read_typed
from services.directory.entrypoints.entries.entry_fields import Typed
from services.directory.entrypoints.entries.entry_pages import Act, SeenVersion
from services.directory.storage.entry_rows import Entry, Within
from shared.security.signed_links import PATHS, Purpose, signed_link
from shared.security.staff import NotThere
from shared.web.dates import LONDON

ENTRIES = PATHS[Purpose.ENTRY]
OrganisationOfLink = Annotated[UUID, Depends(signed_link(Purpose.ENTRY))]


def entry_link_router(desk: EntryDesk) -> APIRouter:
    """A link is good for many looks and changes: each change is remembered, shows as such and can be taken back."""
    router = APIRouter(prefix=ENTRIES, include_in_schema=False)

    @router.get("")
    async def show_all(request: Request, token: str, organisation_id: OrganisationOfLink) -> Response:
        within = Within(organisations=(organisation_id,))
        return await desk.show_all(request, _editor(desk, token, organisation_id), within)

    @router.get("/{service_id}")
    async def show_one(
        request: Request, token: str, service_id: UUID, organisation_id: OrganisationOfLink
    ) -> Response:
        return await desk.show_one(request, _editor(desk, token, organisation_id), service_id)

    @router.post("/{service_id}")
    async def act(
        token: str, service_id: UUID, organisation_id: OrganisationOfLink, act: Act, seen_version: SeenVersion
    ) -> Response:
        return await desk.act(_editor(desk, token, organisation_id), service_id, seen_version, act)

    @router.get("/{service_id}/{section}")
    async def show_form(
        request: Request, token: str, service_id: UUID, section: str, organisation_id: OrganisationOfLink
    ) -> Response:
        return await desk.show_form(request, _editor(desk, token, organisation_id), service_id, section)

    @router.post("/{service_id}/{section}")
    async def go_on(
        request: Request,
        token: str,
        service_id: UUID,
        section: str,
        organisation_id: OrganisationOfLink,
        typed: Annotated[Typed, Depends(read_typed)],
    ) -> Response:
        return await desk.go_on(request, _editor(desk, token, organisation_id), service_id, section, typed)

    return router


def _editor(desk: EntryDesk, token: str, organisation_id: UUID) -> Editor:
    def check(entry: Entry) -> None:
        if entry.service.organisation_id != organisation_id:
            raise NotThere

    today = desk.clock().astimezone(LONDON).date()
    return Editor(ChangedBy("link", organisation_id), ENTRIES.format(token=token), today, check)
