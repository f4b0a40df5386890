"""The pages by which people find services: results, one service, and the form that turns a postcode into an area."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.errors import ServiceNotFound
from services.directory.domain.evidence import NOT_TOLD
from services.directory.entrypoints.finding.asked import SEARCH_PAGE, Asked, Params, line_of
from services.directory.entrypoints.finding.find_desk import FindDesk
from services.directory.entrypoints.finding.found_view import MAP_PAGE, FoundView
from services.directory.entrypoints.finding.service_page import ServiceView
from services.directory.entrypoints.finding.standard_filters import with_standard_filters
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.open_referral.open_feed import PAGE_FOR_ALL, NoSuchService
from services.directory.storage.copied_evidence import evidence_of
from services.directory.storage.menu_lines import confirmed_days
from services.directory.storage.service_rows import find_service
from shared.security.declared_access import public
from shared.security.known_caller import renewed
from shared.vocabulary import vocabulary
from shared.web.languages import language_of, offered_languages
from shared.web.page_settings import page_settings
from shared.web.pages import render
from shared.web.phrases import translatable

MOST_FIELDS = 500  # of a form with each of its boxes ticked
FIND: Final = "/directory/find"
MENU_PAGE: Final = "/directory/menu"
PLACE_NOT_KNOWN = translatable(
    "We do not know this place. Check your postcode, or give its first half, such as E17."
)


class FindPages:
    """Pages at addresses where programs find something else: whoever answers those asks for these."""

    def __init__(self, desk: FindDesk) -> None:
        self._desk = desk

    async def results(self, request: Request) -> Response:
        params = request.query_params
        asked, left_out = with_standard_filters(Asked.of(params), params)
        view = await self._desk.look(asked, speaks=speaks(request))
        view = replace(view, left_out=left_out)
        return shown(request, "services.html", view=view)

    async def service(self, request: Request, service_id: UUID) -> Response:
        """Raises NoSuchService."""
        desk = self._desk
        now = desk.clock()
        try:
            async with desk.pool.acquire() as connection:
                found = await find_service(connection, service_id)
                spaces = await desk.spaces(connection, [found], now)
                confirmed = await confirmed_days(connection, [service_id])
                evidence = await evidence_of(connection, [service_id])
        except ServiceNotFound as error:
            raise NoSuchService from error
        wards = [desk.places.name_of(code) or code for code in found.service.catchment.wards]
        view = ServiceView.of(
            found,
            spaces[service_id],
            confirmed.get(service_id),
            now,
            wards,
            evidence.get(service_id, NOT_TOLD),
        )
        return shown(request, "service.html", view=view)


def find_router(desk: FindDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public()), Depends(renewed)])

    @router.post(FIND)
    async def find(request: Request) -> Response:
        """A postcode comes in the body of a form and goes no further: the answer's address has its area's code."""
        async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            asked, typed, to = Asked.of(form), line_of(form, "where"), line_of(form, "to")
            code = desk.whereabouts.of_words(typed) if typed else asked.near
            if typed and code is None:
                return await _once_more(request, desk, form, typed)
            return RedirectResponse(_address(asked.but(near=code or ""), to), status_code=303)

    return router


def speaks(request: Request) -> str:
    unchecked = page_settings(request).show_unchecked_translations
    return language_of(request, offered_languages(show_unchecked=unchecked))


def shown(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    return render(
        request,
        template,
        status=status,
        templates=TEMPLATES,
        translated=True,
        headers=PAGE_FOR_ALL,
        **context,
    )


async def _once_more(request: Request, desk: FindDesk, form: Params, typed: str) -> Response:
    """What was typed stays in the form's field alone: it may be a postcode with a slip in it."""
    if line_of(form, "to") == "menu":
        context = {"fault": PLACE_NOT_KNOWN, "typed": typed, "boroughs": boroughs_by_name()}
        return shown(request, "menu_places.html", status=422, **context)
    asked = Asked.of(form).but(near="", km=None)
    view: FoundView = await desk.look(asked, speaks=speaks(request), fault=PLACE_NOT_KNOWN, typed=typed)
    return shown(request, "services.html", status=422, view=view)


def _address(asked: Asked, to: str) -> str:
    if to == "menu":
        return f"{MENU_PAGE}/{asked.near}" if asked.near else MENU_PAGE
    return asked.to(MAP_PAGE if to == "map" else SEARCH_PAGE)


def boroughs_by_name() -> list[tuple[str, str]]:
    return sorted((each.name, each.code) for each in vocabulary.boroughs().values())
