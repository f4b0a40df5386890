"""What waits, in numbers, for staff: two small pages. The home page shows their sums by asking for them with htmx.

Without JavaScript the home page links here. They count people and show nobody, so no record of a read is kept.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.settings import ReferralSettings
from services.referral.storage.work_waiting import count_offered, count_waiting
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import transaction
from shared.security.reaches import permit_reach
from shared.security.staff import Permit, allowed
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import needs
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
        rows = [[needs()[each.need].label, each.people, as_date_and_time(each.first_due)] for each in found]
        return _page(request, "referral/offers.html", rows, sum(each.people for each in found))

    @router.get(WAITING)
    async def show_waiting(request: Request, permit: LineReader) -> Response:
        reach, since = permit_reach(permit), platform.clock() - OF_LATE
        async with transaction(platform.pool, reach) as connection:
            found = await count_waiting(connection, reach, unmet_since=since)
        rows = [
            [
                needs()[each.need].label,
                each.waiting,
                as_date(each.longest_since) if each.longest_since else "",
                each.unmet,
            ]
            for each in found
        ]
        return _page(request, "referral/waiting.html", rows, sum(each.waiting for each in found))

    return router


def _page(request: Request, template: str, rows: Sequence[Sequence[object]], people: int) -> Response:
    """The whole page, or only its sum for the home page."""
    asked_by_htmx = request.headers.get("hx-request") == "true"
    return render(
        request, "referral/count.html" if asked_by_htmx else template, templates=TEMPLATES,
        headers={"vary": "hx-request, cookie"}, rows=rows, people=people,
    )  # fmt: skip
