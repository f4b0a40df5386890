"""What a routing policy says: weights in whole points, and how people of its areas are routed at all."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Mode = Literal["at-once", "propose-three"]


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """How many points a pool gains or loses. Open always stands before limited, whatever the points.

    `specialist_cohorts` are groups for whom a service that says it suits them comes before all others.
    `crosses_into` are areas, with all in them, whose services people of this policy's areas may be sent to.
    `ask_unknown_at_once` is how many providers whose space is unknown are asked first, where nothing that suits shows space.
    """

    name: str = "nearest-that-fits"
    version: int = 1
    mode: Mode = "at-once"
    hours_to_choose: int = 72
    for_each_group_that_fits: int = 10
    for_own_language: int = 5
    for_each_kilometre: int = -2
    farthest_counted_kilometres: int = 40
    for_each_week_of_wait: int = 0
    longest_counted_weeks: int = 26
    for_each_given_today: int = -1
    specialist_cohorts: frozenset[str] = frozenset()
    crosses_into: frozenset[str] = frozenset()
    for_most_deprived: int = 0
    """Points in the line, for who lives in one of the most deprived fifth of neighbourhoods; none by themselves."""
    ask_unknown_at_once: int = 0
    ask_unknown_again_after_days: int = 7

    @property
    def time_to_choose(self) -> timedelta | None:
        """How long people choose among the best; None where the best is asked at once."""
        return timedelta(hours=self.hours_to_choose) if self.mode == "propose-three" else None

    @property
    def ask_unknown_again_after(self) -> timedelta:
        """How long a provider that has not answered is left alone."""
        return timedelta(days=self.ask_unknown_again_after_days)

    @property
    def label(self) -> str:
        """As a decision names it."""
        return f"{self.name}-{self.version}"
