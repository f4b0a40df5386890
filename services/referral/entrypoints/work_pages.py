"""What waits, in numbers, for staff: two small pages. The home page shows their sums by asking for them with htmx.

Without JavaScript the home page links here. They count people and show nobody, so no record of a read is kept.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.plain_words import area_label
from services.referral.settings import ReferralSettings
from services.referral.storage.across_borders import AcrossOneBorder, count_across_borders
from services.referral.storage.work_waiting import WaitsForNeed, count_offered, count_waiting, list_waits
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import transaction
from shared.security.reaches import permit_reach
from shared.security.staff import Permit, allowed
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import all_needs
from shared.web.dates import as_date, as_date_and_time
from shared.web.pages import render

OFFERS, WAITING = "/referral/offers", "/referral/waiting"
OF_LATE = timedelta(days=30)

OfferReader = Annotated[Permit, Depends(allowed(Verb.READ, Thing.OFFER))]
LineReader = Annotated[Permit, Depends(allowed(Verb.READ, Thing.WAITING_LIST))]


def work_router(platform: Platform[ReferralSettings]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(OFFERS)
    async def show_offers(request: Request, permit: OfferReader) -> Response:
        reach = permit_reach(permit)
        async with transaction(platform.pool, reach) as connection:
            found = await count_offered(connection, reach)
            across = await count_across_borders(connection, reach)
        rows = [
            [all_needs()[each.need].label, each.people, as_date_and_time(each.first_due)] for each in found
        ]
        return _page(
            request, "referral/offers.html", rows, sum(each.people for each in found),
            ours_elsewhere=_by_borough(across.ours_elsewhere), others_here=_by_borough(across.others_here),
        )  # fmt: skip

    @router.get(WAITING)
    async def show_waiting(request: Request, permit: LineReader) -> Response:
        reach, since = permit_reach(permit), platform.clock() - OF_LATE
        async with transaction(platform.pool, reach) as connection:
            found = await count_waiting(connection, reach, unmet_since=since)
            waits = await list_waits(connection, reach)
        rows = [
            [
                all_needs()[each.need].label,
                each.waiting,
                as_date(each.longest_since) if each.longest_since else "",
                each.unmet,
            ]
            for each in found
        ]
        return _page(
            request,
            "referral/waiting.html",
            rows,
            sum(each.waiting for each in found),
            waits=[_in_days(each, platform.clock()) for each in waits],
        )

    return router


def _in_days(waits: WaitsForNeed, now: datetime) -> list[object]:
    return [
        all_needs()[waits.need].label,
        area_label(waits.area),
        waits.people,
        (now - waits.longest_since).days,
        (now - waits.half_since).days,
        waits.unanswered,
    ]


def _by_borough(found: Sequence[AcrossOneBorder]) -> list[list[object]]:
    return [[area_label(each.borough), each.asked, each.placed] for each in found]


def _page(
    request: Request,
    template: str,
    rows: Sequence[Sequence[object]],
    people: int,
    **more: Any,
) -> Response:
    """The whole page, or only its sum for the home page."""
    asked_by_htmx = request.headers.get("hx-request") == "true"
    return render(
        request, "referral/count.html" if asked_by_htmx else template, templates=TEMPLATES,
        headers={"vary": "hx-request, cookie"}, rows=rows, people=people, **more,
    )  # fmt: skip
