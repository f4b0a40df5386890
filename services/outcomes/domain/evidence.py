"""What may be told in the open of what a service did for people: figures from which nobody can be worked out.

Hiding small counts is not enough for figures that are told again and again: whoever subtracts one telling from the
next learns what became of the one person who came in between (differencing; Griffiths E. et al., "Handbook on
Statistical Disclosure Control for Outputs", Safe Data Access Professionals 2019). So people are taken in the order in
which it happened to them and counted in whole groups of five, as NHS Digital rounds its counts to the nearest five:
any two tellings differ by whole groups. The figures of those who answered are told anew only when a group has come or
gone, because a person who is forgotten, or something heard late, moves others from group to group. And all is
counted up to one fixed moment a week, so that the hour of a change says nothing either.

Somebody is better from 1.03 points on, one standard error of measurement of SWEMWBS (Shah N. et al., "Responsiveness
of the Short Warwick Edinburgh Mental Well-Being Scale", Health and Quality of Life Outcomes 2018, 16:239,
doi 10.1186/s12955-018-1060-2).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from shared.figures.suppression import SMALLEST_SHOWN

GROUP = SMALLEST_SHOWN
BETTER = Decimal("1.03")
TENTH = Decimal("0.1")
MOST, HALF = Decimal("0.6"), Decimal("0.4")
WINDOW = timedelta(days=365)
A_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)

Felt = Literal["most-better", "half-better", "few-better"]


@dataclass(frozen=True, slots=True)
class Groups:
    """Whole groups of people who answered, one after the other, and how much they changed in all."""

    first: int
    last: int
    change: Decimal
    better: int

    @property
    def people(self) -> int:
        return (self.last - self.first + 1) * GROUP


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one service: whole groups within the year, by what happened to them."""

    placed: int = 0
    helped: int = 0
    answered: Groups | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is told. None: too few people. `groups` says whom the last figures are of, and is not told."""

    placed: int | None = None
    helped: int | None = None
    answered: int | None = None
    mean_change: Decimal | None = None
    felt: Felt | None = None
    groups: tuple[int, int] | None = None


NOTHING = Evidence()


def evidence_of(tally: Tally, said: Evidence = NOTHING) -> Evidence:
    """What to tell now, after what was said before."""
    counts = Evidence(placed=tally.placed * GROUP or None, helped=tally.helped * GROUP or None)
    groups = tally.answered
    if groups is None:
        return counts
    if said.groups == (groups.first, groups.last):
        return replace(said, placed=counts.placed, helped=counts.helped)
    return replace(
        counts,
        answered=groups.people,
        mean_change=(groups.change / groups.people).quantize(TENTH, ROUND_HALF_UP),
        felt=_felt(Decimal(groups.better) / groups.people),
        groups=(groups.first, groups.last),
    )


def counted_up_to(now: datetime, step: timedelta) -> datetime:
    """The last of the fixed moments, which are one step apart."""
    return now - (now - A_MONDAY) % step


def _felt(better: Decimal) -> Felt:
    if better >= MOST:
        return "most-better"
    return "half-better" if better >= HALF else "few-better"
