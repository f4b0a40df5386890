"""How many referrals there were, month by month: what is counted of an event, and what of the counts may be shown."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar

from shared.figures.suppression import Sum, hidden_cells

Kind = Literal["need", "door", "organisation"]
MONTHS = 12
OF_LATE = 3

Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """One more in an area and a month: of a need asked for, a door it came by, or an organisation that took somebody."""

    area: str
    month: date
    kind: Kind
    code: str


def month_of(day: date) -> date:
    return day.replace(day=1)


def last_months(today: date, number: int = MONTHS) -> list[date]:
    """The month of this day is the last of them."""
    months = [month_of(today)]
    while len(months) < number:
        months.append(month_of(months[-1] - timedelta(days=1)))
    return months[::-1]


def shown(
    counts: Mapping[Cell, int], groups: Iterable[Sequence[Cell]], *, hide: bool
) -> dict[Cell, int | None]:
    """The counts that may be shown; None is hidden.

    The sum of each group is no secret, as the summary of referrals tells it: no cell of a group is hidden alone.
    """
    if not hide:
        return dict(counts)
    sums = [Sum(group[-1], tuple(group[:-1])) for group in groups if group]
    hidden = hidden_cells(counts, sums)
    return {cell: None if cell in hidden else count for cell, count in counts.items()}


def growth(by_month: Sequence[int | None]) -> int | None:
    """How many more in the last three whole months than in the three before, the running one left out.

    None where any of them is hidden or was not counted.
    """
    whole = by_month[:-1]
    late, before = whole[-OF_LATE:], whole[-2 * OF_LATE : -OF_LATE]
    if len(before) < OF_LATE:
        return None
    known = [each for each in (*late, *before) if each is not None]
    return None if len(known) < 2 * OF_LATE else sum(known[:OF_LATE]) - sum(known[OF_LATE:])
