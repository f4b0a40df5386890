"""Giving somebody a list of services to take away: find, choose, and give it."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.occurrences import LONDON
from services.directory.domain.prescription import MOST_SERVICES, HowGiven, Prescription
from services.directory.entrypoints.finding.told_service import ToldService
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.taking_away.prescription_form import Draft, read_draft
from services.directory.entrypoints.taking_away.taking_away_desk import TakingAwayDesk
from services.directory.search.query import Query as Search
from services.directory.storage.chosen_services import find_chosen
from services.directory.storage.service_rows import ListedService
from services.directory.use_cases.give_prescription import give_prescription
from shared.access.decide import Allowed, Facts, may
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import transaction
from shared.security.access_errors import refused
from shared.security.staff import NotThere, Permit, allowed
from shared.vocabulary import vocabulary
from shared.vocabulary.areas import areas
from shared.web.pages import form_token, render

PRESCRIPTION = "/directory/prescription"
MOST_FOUND = 10
NOTHING_CHOSEN = "Choose a service first"
NO_AREA = "Say in which borough you give this list"
NOT_A_PLACE = "Write a postcode, a town or a part of London, or leave it empty"
GIVEN: dict[str, HowGiven] = {"give:print": "print", "give:link": "link"}

MayGive = Annotated[Permit, Depends(allowed(Verb.CREATE, Thing.PRESCRIPTION))]


def prescription_router(desk: TakingAwayDesk) -> APIRouter:
    router = APIRouter(prefix=PRESCRIPTION, include_in_schema=False)

    @router.get("")
    async def begin(request: Request, permit: MayGive) -> Response:
        return await _form(desk, request, permit, Draft(form_token=UUID(form_token())))

    @router.post("")
    async def go_on(
        request: Request, permit: MayGive, draft: Annotated[Draft, Depends(read_draft)]
    ) -> Response:
        now = draft.after_the_button()
        if now.go not in GIVEN:
            return await _form(desk, request, permit, now)
        fault = _fault(permit, now)
        if fault:
            return await _form(desk, request, permit, now, status=422, fault=fault)
        return await _give(desk, request, permit, now)

    return router


async def _give(desk: TakingAwayDesk, request: Request, permit: Permit, draft: Draft) -> Response:
    area = draft.area or _only_area(permit)
    facts = _facts(permit, area)
    permit.check(facts)
    async with transaction(desk.pool) as connection:
        services = await find_chosen(connection, draft.chosen)
        if not services:
            return await _form(desk, request, permit, draft, status=422, fault=("chosen", NOTHING_CHOSEN))
        made = Prescription(
            id=uuid5(permit.member_id, str(draft.form_token)),  # the same form twice is the same list
            area=area,
            service_ids=tuple(each.service.id for each in services),
            given_by=permit.member_id,
            role=str(_role(permit, facts)),
            how=GIVEN[draft.go],
            given_at=desk.clock(),
        )
        await give_prescription(connection, made)
    return RedirectResponse(f"{PRESCRIPTION}/{made.id}", 303)


async def _form(
    desk: TakingAwayDesk,
    request: Request,
    permit: Permit,
    draft: Draft,
    *,
    status: int = 200,
    fault: tuple[str, str] | None = None,
) -> Response:
    found, total, near_fault = await _found(desk, draft)
    async with transaction(desk.pool) as connection:
        chosen = await find_chosen(connection, draft.chosen)
    fault = fault or near_fault
    return render(
        request,
        "prescription.html",
        status=status if not near_fault else 422,
        templates=TEMPLATES,
        draft=replace(draft, chosen=tuple(each.service.id for each in chosen)),
        chosen=[_told(desk, each) for each in chosen],
        found=[_told(desk, each) for each in found],
        total=total,
        most=MOST_SERVICES,
        fault=fault,
        needs=list(vocabulary.needs().values()),
        **_choices(permit),
    )


async def _found(
    desk: TakingAwayDesk, draft: Draft
) -> tuple[list[ListedService], int, tuple[str, str] | None]:
    """What was looked for: the services of the first page, how many in all, and what is wrong with the place."""
    if not draft.looks_for_something:
        return [], 0, None
    where = None
    if draft.where.strip():
        code = desk.whereabouts.of_words(draft.where)
        where = desk.whereabouts.of_code(code) if code else None
        if where is None:
            return [], 0, ("where", NOT_A_PLACE)
    search = Search(
        words=draft.words,
        needs=frozenset({draft.need} if draft.need else ()),
        per_page=MOST_FOUND,
    )
    services, total = await desk.found(search, where)
    return services, total, None


def _fault(permit: Permit, draft: Draft) -> tuple[str, str] | None:
    if not draft.chosen:
        return "chosen", NOTHING_CHOSEN
    area = draft.area or _only_area(permit)
    if area not in vocabulary.boroughs():
        return "area", NO_AREA
    return None


def _choices(permit: Permit) -> dict[str, Any]:
    """The boroughs in which the caller may give: those of their role, or any for a practice's people."""
    boroughs = _boroughs(permit)
    return {"areas": boroughs if len(boroughs) > 1 else []}


def _boroughs(permit: Permit) -> list[tuple[str, str]]:
    known = {code: borough.name for code, borough in vocabulary.boroughs().items()}
    if permit.organisations():
        return sorted(known.items(), key=lambda each: each[1])
    own = permit.areas() & known.keys()
    return sorted(((code, areas().name(code)) for code in own), key=lambda each: each[1])


def _only_area(permit: Permit) -> str:
    boroughs = _boroughs(permit)
    return boroughs[0][0] if len(boroughs) == 1 else ""


def _facts(permit: Permit, area: str) -> Facts:
    """A list is of the area in which it is given, and of the practice of whoever gives it."""
    return Facts(Thing.PRESCRIPTION, area=area, organisations=permit.organisations())


def _role(permit: Permit, facts: Facts) -> Role:
    """The role by which it was allowed."""
    decided = may(permit.caller, permit.verb, facts, permit.on)
    if not isinstance(decided, Allowed):
        raise refused(permit.request, NotThere())
    return decided.rule.role


def _told(desk: TakingAwayDesk, found: ListedService) -> ToldService:
    return ToldService(found.service, found.organisation, desk.clock().astimezone(LONDON).date())
