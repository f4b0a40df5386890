"""The page where a person says how they are. A GET shows; a POST keeps the answers, once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.outcomes.domain import swemwbs
from services.outcomes.domain.errors import FollowUpNotFound
from services.outcomes.use_cases.record_answers import FollowUpView, record_answers, view_follow_up
from shared.postgres.pool import Pool, transaction
from shared.security.reaches import link_reach
from shared.security.signed_links import LinkNotValid, Purpose, count_second_try, signed_link
from shared.service_defaults.clock import Clock
from shared.web.pages import render

TEMPLATES = Path(__file__).parent / "templates"
FIELDS = tuple(f"statement_{number}" for number in range(1, len(swemwbs.STATEMENTS) + 1))

FollowUpOfLink = Annotated[UUID, Depends(signed_link(Purpose.MEASURE))]


async def _sent_answers(request: Request) -> dict[str, int]:
    """The answers on the scale, by field; what is missing or not on the scale is left out."""
    form = await request.form()
    on_scale = {str(answer): answer for answer in swemwbs.ANSWERS}
    sent = {field: on_scale.get(str(form.get(field, ""))) for field in FIELDS}
    return {field: answer for field, answer in sent.items() if answer is not None}


SentAnswers = Annotated[dict[str, int], Depends(_sent_answers)]


def measure_router(pool: Pool, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/outcomes/measure", include_in_schema=False)

    @router.get("/{token}")  # noqa: FAST003 - read by signed_link
    async def show(request: Request, follow_up_id: FollowUpOfLink) -> Response:
        return _page(request, await _view(pool, request, follow_up_id))

    @router.post("/{token}")  # noqa: FAST003 - read by signed_link
    async def answer(request: Request, follow_up_id: FollowUpOfLink, answers: SentAnswers) -> Response:
        if len(answers) < len(FIELDS):
            return _page(request, await _view(pool, request, follow_up_id), answers, status=422)
        try:
            async with transaction(pool, link_reach(request)) as connection:
                given = [answers[field] for field in FIELDS]
                done = await record_answers(connection, follow_up_id, given, clock())
        except FollowUpNotFound as error:
            raise LinkNotValid from error
        if not done:
            count_second_try(request)
        # Reloading what comes next sends nothing again; the path is the one that the browser asked for.
        return RedirectResponse(request.url.path, status_code=303)

    return router


async def _view(pool: Pool, request: Request, follow_up_id: UUID) -> FollowUpView:
    try:
        async with transaction(pool, link_reach(request)) as connection:
            return await view_follow_up(connection, follow_up_id)
    except FollowUpNotFound as error:
        raise LinkNotValid from error


def _page(
    request: Request, view: FollowUpView, answers: Mapping[str, int] | None = None, status: int = 200
) -> Response:
    if view.answered_at is not None:
        return render(request, "answered.html", templates=TEMPLATES, translated=True, view=view)
    given = answers or {}
    missing = [field for field in FIELDS if field not in given] if status != 200 else []
    return render(
        request,
        "measure.html",
        status=status,
        templates=TEMPLATES,
        translated=True,
        view=view,
        statements=tuple(zip(FIELDS, swemwbs.STATEMENTS, strict=True)),
        scale=swemwbs.ANSWERS,
        copyright_line=swemwbs.COPYRIGHT,
        given=given,
        missing=missing,
    )
