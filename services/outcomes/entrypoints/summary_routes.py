"""The commissioner's summary, as JSON and as a page."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BeforeValidator
from starlette.responses import RedirectResponse, Response

from services.outcomes.entrypoints.error_responses import AreaNotKnown, DaysOutOfOrder
from services.outcomes.entrypoints.summary_access import (
    SUMMARY_READ,
    SummaryAccess,
    area_to_start_with,
    check_summary,
)
from services.outcomes.entrypoints.summary_page import TEMPLATES, summary_page
from services.outcomes.entrypoints.summary_schemas import SummaryBody, summary_body
from services.outcomes.storage.summary_rows import Selection
from services.outcomes.use_cases.summarise import summarise
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import Reach
from shared.security.api_callers import ApiCaller, require_scope
from shared.security.reaches import client_reach, every_borough, permit_reach
from shared.security.staff import Permit
from shared.service_defaults.clock import Clock
from shared.vocabulary.vocabulary import boroughs
from shared.web.dates import LONDON
from shared.web.pages import render

OF_LATE = timedelta(days=30)


def _absent(value: object) -> object:
    """A field of a form that was left empty comes as empty text."""
    return value or None


Area = Annotated[str | None, BeforeValidator(_absent), Query()]
FirstDay = Annotated[date | None, BeforeValidator(_absent), Query(alias="from")]
LastDay = Annotated[date | None, BeforeValidator(_absent), Query(alias="to")]


def _selection(area: Area = None, first_day: FirstDay = None, last_day: LastDay = None) -> Selection:
    if area is not None and area not in boroughs():
        raise AreaNotKnown
    if first_day and last_day and first_day > last_day:
        raise DaysOutOfOrder
    return Selection(area, first_day, last_day)


Chosen = Annotated[Selection, Depends(_selection)]


def summary_router(pool: Pool, clock: Clock, *, hide_small_counts: bool) -> APIRouter:
    router = APIRouter(prefix="/outcomes")

    @router.get("/api/summary")
    async def read(
        request: Request,
        selection: Chosen,
        caller: Annotated[ApiCaller, Depends(require_scope(SUMMARY_READ))],
    ) -> SummaryBody:
        """Of all boroughs for a system that is bound to all of London, or to an organisation alone."""
        check_summary(caller, selection.area, clock)
        return await summary(selection, client_reach(request, caller))

    @router.get("/summary", include_in_schema=False)
    async def show(
        request: Request,
        selection: Chosen,
        caller: Annotated[ApiCaller | Permit | None, Depends(SummaryAccess())],
    ) -> Response:
        if request.headers.get("hx-request") == "true":
            return await nothing_suits(request, caller)
        if selection.area is None and (area := area_to_start_with(caller)):
            return RedirectResponse(
                str(request.url.include_query_params(area=area).replace(scheme="", netloc="")), 303
            )
        check_summary(caller, selection.area, clock)
        return summary_page(request, await summary(selection, _reach_of(request, caller)))

    async def nothing_suits(request: Request, caller: ApiCaller | Permit | None) -> Response:
        """For the home page: of all areas, or organisations, of whoever asks together."""
        since = clock().astimezone(LONDON).date() - OF_LATE
        found = await summary(Selection(None, since, None), _reach_of(request, caller))
        return render(
            request, "nothing_suits.html", templates=TEMPLATES, headers={"vary": "hx-request, cookie"},
            unmet=found.all.unmet,
        )  # fmt: skip

    async def summary(selection: Selection, reach: Reach) -> SummaryBody:
        async with transaction(pool, reach) as connection:
            found = await summarise(
                connection,
                selection,
                today=clock().astimezone(LONDON).date(),
                hide_small_counts=hide_small_counts,
            )
        return summary_body(
            found, selection, clock(), hidden=hide_small_counts, organisations=reach.organisations
        )

    return router


def _reach_of(request: Request, caller: ApiCaller | Permit | None) -> Reach:
    """Without a caller all data are made up, and of every borough."""
    if caller is None:
        return every_borough()
    return permit_reach(caller) if isinstance(caller, Permit) else client_reach(request, caller)
