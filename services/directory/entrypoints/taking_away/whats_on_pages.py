"""What is on near somebody: a page for each day, and the same to follow as a calendar and as a feed."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.occurrences import LONDON
from services.directory.entrypoints.finding.told_service import ToldService
from services.directory.entrypoints.finding.told_times import told_moment
from services.directory.entrypoints.finding.whereabouts import Where
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.taking_away.taking_away_desk import AreaCode, NeedCode, TakingAwayDesk
from services.directory.whats_on import calendar, rss
from services.directory.whats_on.programme import Happening, Listing, programme, seldom_ones
from shared.security.declared_access import public
from shared.security.known_caller import renewed
from shared.vocabulary import vocabulary
from shared.web.pages import render
from shared.web.phrases import translatable

WHATS_ON = "/directory/whats-on"
DAYS_SHOWN = 7
CALENDAR_AHEAD = timedelta(days=28)
SELDOM_AHEAD = timedelta(weeks=8)  # a day with many groups is planned for: people hear of it before its week
MOST_SELDOM = 20
MOST_OF_A_DAY = 200  # on a page
MOST_SERVICES = 100  # the nearest
MOST_HAPPENINGS = 500  # of a calendar or a feed: it goes as far ahead as these reach
TO_FOLLOW = {"access-control-allow-origin": "*", "cache-control": "public, max-age=900"}
NOT_FOUND = translatable("Write a postcode, a town or a part of London")


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody asked to see."""

    where: Where
    need: str

    @property
    def query(self) -> str:
        given = {"near": self.where.code, "need": self.need}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def title(self) -> str:
        """Of what somebody follows: in English, as its contents are."""
        about = f": {vocabulary.needs()[self.need].label}" if self.need else ""
        return f"What is on in {self.where.name}{about}"


Told = Sequence[tuple[Happening, ToldService]]


@dataclass(frozen=True, slots=True)
class Programme:
    """What the page shows: one of some days, and what comes seldom after them."""

    days: Sequence[date] = ()
    day: date | None = None
    happenings: Told = ()
    later: Told = ()


NOTHING = Programme()


def whats_on_router(desk: TakingAwayDesk) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public())], include_in_schema=False)
    _add_page(router, desk)
    _add_what_to_follow(router, desk)
    return router


def _add_page(router: APIRouter, desk: TakingAwayDesk) -> None:
    @router.get(WHATS_ON, dependencies=[Depends(renewed)])
    async def show(
        request: Request,
        near: AreaCode = "",
        need: NeedCode = "",
        day: Annotated[date | None, Query()] = None,
    ) -> Response:
        if not near:
            return _page(request, need=need)
        choice, now = Choice(desk.where(near), need), desk.clock()
        days = [now.astimezone(LONDON).date() + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]
        chosen = day if day in days else days[0]
        since, until = max(now, _midnight(chosen)), _midnight(chosen + timedelta(days=1))
        listings, week_ends = await _listings(desk, choice), _midnight(days[-1] + timedelta(days=1))
        happenings = (await asyncio.to_thread(programme, listings, since, until))[:MOST_OF_A_DAY]
        later = await asyncio.to_thread(seldom_ones, listings, week_ends, week_ends + SELDOM_AHEAD)
        later = later[:MOST_SELDOM]
        told = [[(each, _told(each, chosen)) for each in found] for found in (happenings, later)]
        return _page(request, need=need, choice=choice, programme=Programme(days, chosen, *told))

    @router.post(WHATS_ON)
    async def find(
        request: Request,
        where: Annotated[str, Form(max_length=100)] = "",
        need: Annotated[str, Form(max_length=40)] = "",
    ) -> Response:
        """From what was written to the area's code: a postcode is not kept in an address."""
        need = need if need in vocabulary.needs() else ""
        code = desk.whereabouts.of_words(where)
        found = desk.whereabouts.of_code(code) if code else None
        if found is None:
            return _page(request, status=422, need=need, fault=NOT_FOUND)
        return RedirectResponse(f"{WHATS_ON}?{Choice(found, need).query}", 303)


def _add_what_to_follow(router: APIRouter, desk: TakingAwayDesk) -> None:
    @router.get(WHATS_ON + ".ics")
    async def follow_calendar(request: Request, near: AreaCode, need: NeedCode = "") -> Response:
        choice = Choice(desk.where(near), need)
        happenings = await _coming(desk, choice, CALENDAR_AHEAD, SELDOM_AHEAD)
        made = await asyncio.to_thread(calendar.calendar, choice.title, happenings, desk.public_url)
        return followed(request, made, calendar.MEDIA_TYPE)

    @router.get(WHATS_ON + ".rss")
    async def follow_feed(request: Request, near: AreaCode, need: NeedCode = "") -> Response:
        choice = Choice(desk.where(near), need)
        happenings = await _coming(desk, choice, rss.AHEAD)
        here = f"{desk.public_url}{WHATS_ON}"
        channel = rss.Channel(choice.title, f"{here}?{choice.query}", f"{here}.rss?{choice.query}")
        made = await asyncio.to_thread(rss.rss, channel, happenings, desk.public_url)
        return followed(request, made, rss.MEDIA_TYPE)


def followed(request: Request, body: bytes, media_type: str) -> Response:
    """Whoever has it already is told so: programs that follow ask every few hours."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**TO_FOLLOW, "etag": tag}
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


async def _coming(
    desk: TakingAwayDesk, choice: Choice, ahead: timedelta, seldom: timedelta | None = None
) -> Sequence[Happening]:
    """Whole days, so that what is followed changes by the day and by news, not by the minute.

    What comes seldom can be told further ahead than what comes each week.
    """
    listings = await _listings(desk, choice)
    since = _midnight(desk.clock().astimezone(LONDON).date())
    found = await asyncio.to_thread(programme, listings, since, since + ahead)
    if seldom is None:
        return found[:MOST_HAPPENINGS]
    later = await asyncio.to_thread(seldom_ones, listings, since + ahead, since + seldom)
    return [*found[:MOST_HAPPENINGS], *later[:MOST_SELDOM]]


async def _listings(desk: TakingAwayDesk, choice: Choice) -> list[Listing]:
    found = await desk.nearest(choice.where, choice.need, MOST_SERVICES)
    return [Listing(each.service, each.organisation, each.changed_at) for each in found]


def _told(happening: Happening, day: date) -> ToldService:
    return ToldService(happening.listing.service, happening.listing.organisation, day)


def _page(
    request: Request,
    *,
    status: int = 200,
    need: str = "",
    choice: Choice | None = None,
    fault: str | None = None,
    programme: Programme = NOTHING,
) -> Response:
    return render(
        request,
        "whats_on.html",
        status=status,
        templates=TEMPLATES,
        translated=True,
        headers={"vary": "accept-language, cookie"},
        path=WHATS_ON,
        needs=list(vocabulary.needs().values()),
        need=need,
        choice=choice,
        fault=fault,
        days=programme.days,
        day=programme.day,
        happenings=programme.happenings,
        later=programme.later,
        clock=told_moment,
        day_link=partial(_day_link, choice) if choice else None,
    )


def _day_link(choice: Choice, day: date) -> str:
    return f"{WHATS_ON}?{choice.query}&{urlencode({'day': day.isoformat()})}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
