"""What support a neighbourhood has for a need, how that compares with others, and where it falls short."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Literal

Gap = Literal["no-service", "wide", "some", "none"]
Lack = Literal["no-service", "no-evening-or-weekend", "no-evening", "no-weekend", "no-space", "gap"]

WORST_FIRST: tuple[Gap, ...] = ("no-service", "wide", "some", "none")
MOST_DEPRIVED = 3  # deciles of England that count as deprived


@dataclass(frozen=True, slots=True)
class Cover:
    """How many services take people from there for a need, and how many of them when, and with space."""

    services: int = 0
    evenings: int = 0
    weekends: int = 0
    with_space: int = 0

    def __post_init__(self) -> None:
        if not 0 <= max(self.evenings, self.weekends, self.with_space) <= self.services:
            raise ValueError("of the services no more can be open or have space than there are")


@dataclass(frozen=True, slots=True)
class Pressure:
    """Why more support than usual is needed somewhere. What is not known, or hidden, presses nowhere."""

    deprived: bool = False
    many_of_the_group: bool = False
    asked_for_more: bool = False

    @property
    def is_high(self) -> bool:
        return self.deprived or self.many_of_the_group or self.asked_for_more


def gap_of(services: int, typical: float, pressure: Pressure) -> Gap:
    """Fewer than half of what is typical is a gap, a wide one where more is needed; so is fewer than typical there."""
    if services == 0:
        return "no-service"
    if 2 * services < typical:
        return "wide" if pressure.is_high else "some"
    return "some" if services < typical and pressure.is_high else "none"


def lacks(cover: Cover, gap: Gap, lack: Lack) -> bool:
    """Where no service takes people from, nothing is open there either."""
    match lack:
        case "no-service":
            return cover.services == 0
        case "no-evening-or-weekend":
            return cover.evenings == 0 and cover.weekends == 0
        case "no-evening":
            return cover.evenings == 0
        case "no-weekend":
            return cover.weekends == 0
        case "no-space":
            return cover.with_space == 0
        case "gap":
            return gap != "none"


def worst(gaps: Iterable[Gap]) -> Gap:
    return min(gaps, key=WORST_FIRST.index, default="none")


def typical(numbers: Iterable[float]) -> float:
    """The middle one: as many have more as have fewer. Nought of none."""
    found = list(numbers)
    return median(found) if found else 0.0


def pressure_of(
    *, decile: int, share: float | None, typical_share: float, rate: float | None, typical_rate: float
) -> Pressure:
    """`share` is that of a group in the residents, `rate` the referrals for each 10,000 of them."""
    return Pressure(
        decile <= MOST_DEPRIVED,
        share is not None and share > 0 and share > typical_share,
        rate is not None and rate > 0 and rate > typical_rate,
    )
