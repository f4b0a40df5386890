"""Organisations in reach, and the page on which all links that one was sent are taken back."""

from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.errors import OrganisationNotFound
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.people.way_back import leads_back
from services.directory.storage.link_rows import ListedOrganisation, list_ended, list_organisations
from services.directory.storage.organisation_rows import Recipient, areas_of_organisation, find_recipient
from services.directory.use_cases.end_links import EndLinks, end_links
from shared.access.decide import Facts
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Connection, Pool, transaction
from shared.security.staff import NotThere, Permit, allowed
from shared.service_defaults.clock import Clock
from shared.vocabulary.vocabulary import LONDON_AREA
from shared.web.listing import Cell, Column, Listing, Plan, arrange
from shared.web.pages import render

LIST = "/directory/organisations"
MOST_TIMES = 1_000_000

MayEnd = Annotated[Permit, Depends(allowed(Verb.END, Thing.LINKS))]
MayEndNow = Annotated[Permit, Depends(allowed(Verb.END, Thing.LINKS, fresh=True))]
Times = Annotated[int, Form(ge=0, le=MOST_TIMES)]

PLAN: Plan[ListedOrganisation] = Plan(
    "Groups",
    (Column("name", "Name", lambda one: Cell(one.name, href=f"{LIST}/{one.id}"), by=lambda one: one.name),),
)


def organisation_router(pool: Pool, clock: Clock) -> APIRouter:
    router = APIRouter(prefix=LIST, include_in_schema=False)

    @router.get("")
    async def show_all(request: Request, permit: MayEnd) -> Response:
        async with transaction(pool) as connection:
            found = await list_organisations(
                connection,
                all_of_them=permit.everywhere(),
                ids=permit.organisations(),
                areas=permit.areas(),
                no_area=LONDON_AREA,
            )
        return render(
            request, "organisations.html", templates=TEMPLATES, organisations=_listing(request, found)
        )

    @router.get("/{organisation_id}")
    async def show_one(request: Request, organisation_id: UUID, permit: MayEnd) -> Response:
        async with transaction(pool) as connection:
            organisation = await _in_reach(connection, organisation_id, permit)
            ended = await list_ended(connection, organisation_id)
        return render(
            request,
            "organisation.html",
            templates=TEMPLATES,
            organisation_id=organisation_id,
            organisation=organisation,
            ended=ended,
        )

    leads_back(router, f"{LIST}/{{organisation_id}}", "/{organisation_id}/end-links")

    @router.post("/{organisation_id}/end-links")
    async def end(organisation_id: UUID, permit: MayEndNow, times_before: Times) -> Response:
        async with transaction(pool) as connection:
            await _in_reach(connection, organisation_id, permit)
            await end_links(connection, EndLinks(organisation_id, times_before, permit.member_id), clock)
        return RedirectResponse(f"{LIST}/{organisation_id}", 303)

    return router


def _listing(request: Request, found: Sequence[ListedOrganisation]) -> Listing:
    return arrange(request, found, PLAN)


async def _in_reach(connection: Connection, organisation_id: UUID, permit: Permit) -> Recipient:
    """One that is not known is told like one that is elsewhere."""
    areas = await areas_of_organisation(connection, organisation_id) or frozenset()
    first, *others = _facts(organisation_id, areas)
    if not any(permit.allows(each) for each in others):
        permit.check(first)
    try:
        return await find_recipient(connection, organisation_id)
    except OrganisationNotFound as error:
        raise NotThere from error


def _facts(organisation_id: UUID, areas: frozenset[str]) -> Iterator[Facts]:
    """It is in reach by itself, or by any area in which it works."""
    own = frozenset({organisation_id})
    yield Facts(Thing.LINKS, organisations=own)
    yield from (Facts(Thing.LINKS, area=area, organisations=own) for area in sorted(areas))
