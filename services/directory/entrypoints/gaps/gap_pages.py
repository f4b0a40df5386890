"""`/directory/gaps`: what support wards have, held against need and referrals, as a page, as JSON and as a sheet."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.directory.domain.gap_table import GapRow
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.gaps.gap_desk import GapDesk, GrowthRow
from services.directory.entrypoints.gaps.gap_map import gap_map
from services.directory.entrypoints.gaps.gap_words import (
    DEFINITIONS,
    GAPS,
    HEADINGS,
    LABELS,
    Chosen,
    count_of,
    growth_plan,
    need_lines,
    need_plan,
    record,
    ward_plan,
)
from shared.access.decide import Facts
from shared.access.vocabulary import Thing, Verb
from shared.figures.suppression import SMALLEST_SHOWN
from shared.security.staff import NotThere, Permit, allowed
from shared.vocabulary import vocabulary
from shared.web.csv_sheet import sheet, sheet_answer
from shared.web.listing import arrange
from shared.web.pages import render

MayRead = Annotated[Permit, Depends(allowed(Verb.READ, Thing.COVER))]
GROWTH = f"{GAPS}/growth"


def gap_router(desk: GapDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(GAPS)
    async def show(request: Request, permit: MayRead) -> Response:
        chosen = chosen_of(request, permit)
        rows = await desk.rows(chosen.boroughs, _needs(chosen), chosen.group or None)
        view = _of_need(request, desk, chosen, rows) if chosen.need else _of_all(request, chosen, rows)
        return render(request, "gaps.html", templates=TEMPLATES, **_about(desk, permit, chosen), **view)

    @router.get(f"{GAPS}.json")
    async def read(request: Request, permit: MayRead) -> dict[str, Any]:
        chosen = chosen_of(request, permit)
        rows = await desk.rows(chosen.boroughs, _needs(chosen), chosen.group or None)
        return {
            "made_at": desk.clock(),
            "area": chosen.area or None,
            "need": chosen.need or None,
            "group": chosen.group or None,
            "small_counts": "hidden" if desk.hides else "shown",
            "definitions": DEFINITIONS,
            "rows": [record(row) for row in rows],
        }

    @router.get(f"{GAPS}.csv")
    async def as_sheet(request: Request, permit: MayRead) -> Response:
        chosen = chosen_of(request, permit)
        rows = await desk.rows(chosen.boroughs, _needs(chosen), chosen.group or None)
        return sheet_answer(sheet(HEADINGS, (list(record(row).values()) for row in rows)), "gaps.csv")

    @router.get(GROWTH)
    async def show_growth(request: Request, permit: MayRead) -> Response:
        """Of all boroughs in reach together, so that no two answers can be taken from each other."""
        chosen = Chosen(boroughs=reached(permit))
        lists = await _growth(request, desk, chosen)
        about = _about(desk, permit, chosen)
        return render(request, "gaps_growth.html", templates=TEMPLATES, lists=lists, **about)

    return router


def chosen_of(request: Request, permit: Permit) -> Chosen:
    """A need or a group that does not exist is left out; a borough that is out of reach is not there."""
    asked, within = request.query_params, reached(permit)
    area, need, group = (asked.get(name, "") for name in ("area", "need", "group"))
    if area:
        permit.check(Facts(Thing.COVER, area=area))
        if area not in within:
            raise NotThere
    return Chosen(
        area,
        need if need in vocabulary.needs() else "",
        group if group in vocabulary.groups() else "",
        (area,) if area else within,
    )


def reached(permit: Permit) -> tuple[str, ...]:
    """The boroughs in reach, by name."""
    everywhere, areas = permit.everywhere(), permit.areas()
    found = (each for each in vocabulary.boroughs().values() if everywhere or each.code in areas)
    return tuple(each.code for each in sorted(found, key=lambda each: each.name))


def _needs(chosen: Chosen) -> Sequence[str]:
    return (chosen.need,) if chosen.need else tuple(vocabulary.needs())


def _about(desk: GapDesk, permit: Permit, chosen: Chosen) -> Mapping[str, Any]:
    """What both pages say of themselves."""
    return {
        "chosen": chosen,
        "boroughs": [vocabulary.boroughs()[code] for code in reached(permit)],
        "needs": vocabulary.needs().values(),
        "groups": vocabulary.groups().values(),
        "hides": desk.hides,
        "smallest_shown": SMALLEST_SHOWN,
        "made_at": desk.clock(),
        "sources": desk.places.attribution,
        "definitions": [(LABELS[name], text) for name, text in DEFINITIONS.items()],
    }


def _of_all(request: Request, chosen: Chosen, rows: Sequence[GapRow]) -> Mapping[str, Any]:
    lines = need_lines(rows)
    wards = len({row.ward.code for row in rows})
    uncovered = [line for line in lines if line.no_cover]
    return {
        "wards": wards,
        "uncovered": uncovered,
        "listed": arrange(request, lines, need_plan(chosen)),
        "map": None,
    }


def _of_need(request: Request, desk: GapDesk, chosen: Chosen, rows: Sequence[GapRow]) -> Mapping[str, Any]:
    return {
        "wards": len(rows),
        "no_cover": count_of(rows, "no-evening-or-weekend"),
        "without": count_of(rows, "no-service"),
        "gaps": count_of(rows, "gap"),
        "need": vocabulary.needs()[chosen.need],
        "group": vocabulary.groups().get(chosen.group),
        "map": gap_map(rows, desk.places.outlines, chosen),
        "listed": arrange(request, rows, ward_plan(chosen)),
    }


async def _growth(request: Request, desk: GapDesk, chosen: Chosen) -> list[Any]:
    months = [f"{month:%b %Y}" for month in desk.months]
    doors: list[GrowthRow] = await desk.growth(chosen.boroughs, "door")
    taken: list[GrowthRow] = await desk.growth(chosen.boroughs, "organisation")
    return [
        arrange(request, doors, growth_plan("Who referred", "Referrals by where they came from", months)),
        arrange(
            request, taken, growth_plan("Organisation", "Places by the organisation that gave them", months)
        ),
    ]
