"""`/`: three doors, or what needs somebody who is signed in; for programs what this Open Referral UK API is."""

from pathlib import Path

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from services.directory.entrypoints.home_tasks import tasks_for
from services.directory.entrypoints.open_referral.open_feed import JSON_OR_PAGE, get_and_head, open_answer
from shared.security.declared_access import public
from shared.security.known_caller import renewed
from shared.service_defaults.content_negotiation import prefers_html
from shared.service_defaults.problem_schema import SENT_TO_SIGN_IN
from shared.web.pages import render
from shared.web.phrases import translatable
from shared.web.signed_in import signed_in

TEMPLATES = Path(__file__).parent / "templates"

API_DETAILS = {
    "version": "HSDS-UK-3.0",
    "profile": "https://docs.openreferraluk.org/en/latest/",
    "openapi_url": "https://openreferraluk.org/specifications/3.0/openapi.json",
}

DOORS = (
    (
        translatable("Find help"),
        translatable("Tell us what matters to you. It takes a few minutes."),
        "/referral/self",
    ),
    (translatable("Refer someone"), translatable("For GPs and others who help people."), "/directory/refer"),
    (
        translatable("I run a group"),
        translatable("Say how much space you have, and meet the people who come."),
        "/directory/groups",
    ),
)


def front_page_router() -> APIRouter:
    router = APIRouter(dependencies=[Depends(public()), Depends(renewed)])

    @get_and_head(router, "/", responses=JSON_OR_PAGE)
    async def front_page(request: Request) -> Response:
        """Three doors in a browser; else version, profile and OpenAPI address."""
        if prefers_html(request.headers.get("accept", "")):
            return _home(request)
        return open_answer(request, API_DETAILS)

    @router.get("/directory/refer", response_class=HTMLResponse, responses=SENT_TO_SIGN_IN)
    async def how_to_refer(request: Request) -> Response:
        """How somebody is referred, for those who help people."""
        return render(request, "refer.html", templates=TEMPLATES)

    @router.get("/directory/groups", response_class=HTMLResponse, responses=SENT_TO_SIGN_IN)
    async def how_groups_take_part(request: Request) -> Response:
        """How a group takes part, without an account."""
        return render(request, "groups.html", templates=TEMPLATES)

    return router


def _home(request: Request) -> Response:
    """For somebody who is signed in what needs them now, for a visitor three doors."""
    headers, who = {"vary": "accept, accept-language, cookie"}, signed_in(request)
    if who is None:
        return render(
            request, "front_page.html", templates=TEMPLATES, translated=True, headers=headers, doors=DOORS
        )
    return render(
        request, "home.html", templates=TEMPLATES, headers=headers, live=True, groups=tasks_for(who.roles)
    )
