"""The summary as a plain page: headline numbers, bars, tables and how each figure is worked out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from starlette.responses import HTMLResponse

from services.outcomes.domain.summary import FINER_THAN_NO_SERVICE, PARTS_OF
from services.outcomes.entrypoints.summary_schemas import FiguresBody, SummaryBody
from shared.figures.suppression import SMALLEST_SHOWN
from shared.vocabulary.vocabulary import all_needs, barriers, boroughs
from shared.web.listing import Cell, Column, Plan, arrange
from shared.web.pages import render

TEMPLATES = Path(__file__).parent / "templates"

LABELS = {
    "referred": "Referrals",
    "referred_by_door": "Referrals by door",
    "needs": "Needs",
    "placed": "Got a place",
    "waited": "Had to wait",
    "waiting_now": "Waiting now",
    "unmet": "Nothing suits",
    "unmet_by_reason": "Nothing suits, by reason",
    "declined": "Service said no",
    "lapsed": "Service did not answer",
    "started": "Started",
    "completed": "Finished",
    "withdrawn": "No longer wanted",
    "missed": "Did not come",
    "missed_by_need": "Did not come, by need",
    "supported": "Began anything",
    "median_days_to_support": "Days until then, for half",
    "six_weeks_without_support": "Six weeks without support",
    "mean_paired_change": "Mean change in wellbeing",
    "paired_people": "People in the mean",
    "missing_follow_up": "No answer after",
}
DOORS = {"gp": "GP practice", "self": "The person themselves"}
REASONS = {
    "no-service": "There is no such service",
    "not-eligible": "Not one of the people it is for",
    "language": "Not in their language",
    "age": "Not for their age",
    "access": "Access needs not met",
    "travel": "Too far, or cannot travel",
    "person-withdrew": "The person withdrew",
    **{code: barriers()[code].label for code in FINER_THAN_NO_SERVICE},
}
HEADLINES = (
    "referred",
    "placed",
    "waiting_now",
    "unmet",
    "median_days_to_support",
    "six_weeks_without_support",
    "completed",
    "mean_paired_change",
)
COLUMNS = tuple(name for name in LABELS if name not in PARTS_OF)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture, in its units."""

    label: str
    shown: str
    width: int


def summary_page(request: Request, summary: SummaryBody) -> HTMLResponse:
    rows = [*summary.boroughs, summary.all]
    return render(
        request,
        "summary.html",
        templates=TEMPLATES,
        summary=summary,
        boroughs=boroughs().values(),
        headlines=[(LABELS[name], _shown(summary.all, name)) for name in HEADLINES],
        bars=_bars({each.name: each.placed for each in summary.boroughs}),
        by_borough=arrange(request, summary.boroughs, BY_BOROUGH, last=[summary.all]),
        doors=[[row.name, *(_count(row.referred_by_door.get(door)) for door in DOORS)] for row in rows],
        door_heads=["Borough", *DOORS.values()],
        reasons=[
            [REASONS.get(reason, reason), _count(count)]
            for reason, count in summary.all.unmet_by_reason.items()
        ],
        missed=[
            [all_needs()[need].label if need in all_needs() else need, _count(count)]
            for need, count in summary.all.missed_by_need.items()
        ],
        definitions=[(LABELS[name], text) for name, text in summary.definitions.items()],
        smallest_shown=SMALLEST_SHOWN,
    )


def _column(name: str) -> Column[FiguresBody]:
    """Hidden counts and those that there are not yet stand below all numbers."""

    def number(figures: FiguresBody) -> float:
        value = getattr(figures, name)
        return float("-inf") if value is None else float(value)

    return Column(
        name, LABELS[name], lambda figures: Cell(_shown(figures, name), numeric=True), by=number, numeric=True
    )


def _shown(figures: FiguresBody, name: str) -> str:
    if name == "median_days_to_support":
        return _days(figures)
    if name != "mean_paired_change":
        return _count(getattr(figures, name))
    if figures.mean_paired_change is not None:
        return f"{figures.mean_paired_change:+}"
    return "hidden" if name in figures.hidden else "none yet"


def _days(figures: FiguresBody) -> str:
    if figures.median_days_to_support is not None:
        return str(figures.median_days_to_support)
    return "hidden" if "median_days_to_support" in figures.hidden else "none yet"


def _count(count: int | None) -> str:
    return "hidden" if count is None else str(count)


def _bars(counts: Mapping[str, int | None], widest: int = 400) -> list[Bar]:
    """Bars to scale; a hidden count has none."""
    most = max((count or 0 for count in counts.values()), default=0)
    return [
        Bar(name, _count(count), round(widest * (count or 0) / most) if most else 0)
        for name, count in counts.items()
    ]


BOROUGH_COLUMNS: tuple[Column[FiguresBody], ...] = (
    Column("name", "Borough", lambda figures: Cell(figures.name), by=lambda figures: figures.name),
    *(_column(name) for name in COLUMNS),
)
BY_BOROUGH: Plan[FiguresBody] = Plan(
    "What became of referrals, by borough", BOROUGH_COLUMNS, searchable=False, kept=("area", "from", "to")
)
