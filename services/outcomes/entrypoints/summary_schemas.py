"""The summary as JSON: figures with a definition for each under the same name."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.outcomes.domain.summary import DEFINITIONS, Figures, Summary
from services.outcomes.storage.summary_rows import Selection
from shared.vocabulary.vocabulary import boroughs

Count = int | None


class FiguresBody(BaseModel):
    """Null is a figure that is hidden (then it is named in `hidden`), or a mean of nobody."""

    model_config = ConfigDict(frozen=True)

    area: str | None
    name: str
    referred: Count
    referred_by_door: Mapping[str, Count]
    needs: Count
    placed: Count
    waited: Count
    waiting_now: Count
    unmet: Count
    unmet_by_reason: Mapping[str, Count]
    declined: Count
    lapsed: Count
    started: Count
    completed: Count
    withdrawn: Count
    missed: Count
    missed_by_need: Mapping[str, Count]
    supported: Count
    median_days_to_support: int | None = Field(
        description="Null where it is hidden, and where nobody has begun"
    )
    six_weeks_without_support: Count
    mean_paired_change: Decimal | None = Field(description="A decimal as text, such as 2.35")
    paired_people: Count
    missing_follow_up: Count
    hidden: tuple[str, ...]


class SummaryBody(BaseModel):
    """Figures about the referrals received from `first_day` to `last_day`, both included."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)

    made_at: datetime
    area: str | None
    organisations: tuple[UUID, ...] | None = Field(
        description="Whose figures these are: of people whom they referred or gave a place; null for everybody"
    )
    first_day: date | None = Field(alias="from")
    last_day: date | None = Field(alias="to")
    small_counts: str
    all: FiguresBody
    boroughs: tuple[FiguresBody, ...]
    definitions: Mapping[str, str]


def summary_body(
    summary: Summary,
    selection: Selection,
    made_at: datetime,
    *,
    hidden: bool,
    organisations: frozenset[UUID] | None,
) -> SummaryBody:
    return SummaryBody(
        made_at=made_at,
        area=selection.area,
        organisations=None if organisations is None else tuple(sorted(organisations)),
        first_day=selection.first_day,
        last_day=selection.last_day,
        small_counts="hidden" if hidden else "shown",
        all=figures_body(None, summary.everywhere),
        boroughs=tuple(figures_body(area, figures) for area, figures in summary.boroughs.items()),
        definitions=DEFINITIONS,
    )


def figures_body(area: str | None, figures: Figures) -> FiguresBody:
    return FiguresBody.model_validate(
        {
            "area": area,
            "name": name_of(area),
            **figures.counts,
            "referred_by_door": figures.referred_by_door,
            "unmet_by_reason": figures.unmet_by_reason,
            "missed_by_need": figures.missed_by_need,
            "mean_paired_change": figures.mean_paired_change,
            "median_days_to_support": figures.median_days_to_support,
            "hidden": figures.hidden,
        }
    )


def name_of(area: str | None) -> str:
    if area is None:
        return "All boroughs"
    borough = boroughs().get(area)
    return borough.name if borough else area
