"""Refusals, waits and dead ends in numbers, for whoever makes the case for more support: as a page, and to take away.

An organisation reads what it had to refuse itself and what became of whom it referred; areas read all of it. Small counts
are hidden, and what would give them away. It names nobody, so no record of a read is kept.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from markupsafe import Markup, escape
from pydantic import BeforeValidator
from starlette.responses import Response

from services.referral.domain.leg import DID_NOT_ATTEND
from services.referral.domain.turned_away import MISSED_BY_GROUP
from services.referral.entrypoints.needs_person_pages import WHY_NOTHING
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.plain_words import area_label
from services.referral.entrypoints.referred_again_pages import WHY_NO
from services.referral.settings import ReferralSettings
from services.referral.storage.turned_away import Counted, list_turned_away
from shared.access.vocabulary import Thing, Verb
from shared.figures.suppression import SMALLEST_SHOWN, Sum, hidden_cells
from shared.postgres.pool import transaction
from shared.postgres.reach import Reach
from shared.security.reaches import permit_reach
from shared.security.staff import Permit, allowed
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import all_needs, groups
from shared.web.csv_sheet import sheet, sheet_answer
from shared.web.dates import LONDON
from shared.web.pages import render

TURNED_AWAY = "/referral/turned-away"
A_YEAR = 365  # days
HEADS = ("What happened", "Why", "Help with", "Borough", "Which group", "Times")
HEADS_OF_UNMET = ("What stood in the way", "Help with", "Borough", "Times")
UNMET = "unmet"
KINDS: Mapping[str, str] = {
    "declined": "A group said no",
    "lapsed": "A group did not answer",
    "waited": "Had to wait",
    UNMET: "Nothing was found",
    "missed": "Did not come",
    MISSED_BY_GROUP: "Did not come, by group",
}
REASONS: Mapping[str, str] = {
    **WHY_NO,
    **WHY_NOTHING,
    DID_NOT_ATTEND: "they were expected",
    "no-answer-in-time": "no answer in time",
    "all-that-suit-are-full": "all that suit were full",
}
FEW = f"fewer than {SMALLEST_SHOWN}, or hidden"

Reader = Annotated[Permit, Depends(allowed(Verb.READ, Thing.SUMMARY))]
Taker = Annotated[Permit, Depends(allowed(Verb.EXPORT, Thing.SUMMARY))]
# A field of a form that was left empty comes as empty text.
From = Annotated[date | None, BeforeValidator(lambda value: value or None), Query(alias="from")]
To = Annotated[date | None, BeforeValidator(lambda value: value or None), Query(alias="to")]


def turned_away_router(platform: Platform[ReferralSettings]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    async def counts(permit: Permit, first: date, last: date) -> list[tuple[Counted, int | None]]:
        reach = permit_reach(permit)
        async with transaction(platform.pool, reach) as connection:
            found = await list_turned_away(connection, reach.areas, reach.organisations, first, last)
        return _shown(found, small=platform.settings.demo_mode)

    def days(first: date | None, last: date | None) -> tuple[date, date]:
        today = platform.clock().astimezone(LONDON).date()
        until = last or today
        return first or date.fromordinal(max(1, until.toordinal() - A_YEAR)), until

    @router.get(TURNED_AWAY)
    async def show(request: Request, permit: Reader, first: From = None, last: To = None) -> Response:
        since, until = days(first, last)
        found, reach = await counts(permit, since, until), permit_reach(permit)
        rows = [_row(each, times, reach) for each, times in found if each.kind != UNMET]
        return render(
            request, "referral/turned_away.html", templates=TEMPLATES, heads=list(HEADS),
            rows=[[*map(_breakable, row)] for row in rows], heads_of_unmet=list(HEADS_OF_UNMET),
            rows_of_unmet=_rows_of_unmet(found), first=since, last=until, address=f"{TURNED_AWAY}.csv",
            smallest_shown=SMALLEST_SHOWN,
        )  # fmt: skip

    @router.get(TURNED_AWAY + ".csv")
    async def take_away(permit: Taker, first: From = None, last: To = None) -> Response:
        since, until = days(first, last)
        reach = permit_reach(permit)
        rows = [_row(each, times, reach) for each, times in await counts(permit, since, until)]
        text = sheet(HEADS, rows)
        return sheet_answer(text, f"refusals-and-waits-{since}-{until}.csv")

    return router


def _shown(found: Sequence[Counted], *, small: bool) -> list[tuple[Counted, int | None]]:
    """None is a hidden number. Whoever knows how often something happened in a borough can still take none away."""
    numbers = dict(enumerate(each.times for each in found))
    hidden: frozenset[int] = frozenset()
    if not small:
        together: dict[tuple[str, str], list[int]] = {}
        for number, each in enumerate(found):
            together.setdefault((each.kind, each.area), []).append(number)
        # A total that stands elsewhere is a member of its sum, and never one to hide here.
        hidden = hidden_cells(numbers, [Sum(parts[0], tuple(parts[1:])) for parts in together.values()])
    return [
        (each, None if number in hidden else each.times if small else _rounded(each.times))
        for number, each in enumerate(found)
    ]


def _rounded(times: int) -> int:
    """To the nearest five: two spans of days that differ by one must not tell what happened on that day."""
    return 5 * ((times + 2) // 5)


def _breakable(cell: object) -> Markup:
    """A long id ends a line where it may, so that a narrow screen shows all."""
    return Markup("-<wbr>").join(str(cell).split("-")) if isinstance(cell, UUID) else escape(cell)


def _why(each: Counted) -> str:
    if each.kind == MISSED_BY_GROUP:
        return groups()[each.reason].label if each.reason in groups() else each.reason
    return REASONS.get(each.reason, each.reason)


def _rows_of_unmet(found: Sequence[tuple[Counted, int | None]]) -> list[list[object]]:
    """What stood in the way most often first; nobody learns from the order where a hidden number stands."""
    unmet = [(each, times) for each, times in found if each.kind == UNMET]
    unmet.sort(key=lambda counted: -(counted[1] or 0))
    return [
        [
            _why(each), all_needs()[each.need].label, area_label(each.area),
            FEW if times is None else times,
        ]
        for each, times in unmet
    ]  # fmt: skip


def _row(each: Counted, times: int | None, reach: Reach) -> list[object]:
    ours = reach.organisations is not None and each.organisation_id in reach.organisations
    by = "Your organisation" if ours else each.organisation_name or each.organisation_id or ""
    return [
        KINDS[each.kind], _why(each), all_needs()[each.need].label, area_label(each.area), by, FEW if times is None else times,
    ]  # fmt: skip
