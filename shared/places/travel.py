"""How long the way takes: one question, and the answer that needs no map. Another answer has the same shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from types import MappingProxyType
from typing import Literal, Protocol

from shared.places.distance import kilometres
from shared.places.place import Point

TravelMode = Literal["walking", "public-transport", "driving"]


class TravelTime(Protocol):
    def minutes(self, start: Point, end: Point, mode: TravelMode) -> int | None:
        """Whole minutes from door to door; None where the way is not known."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Minutes before one is on the way (to the stop, the wait, the parking), and the speed from there."""

    minutes_before: float
    kilometres_an_hour: float


ASSUMED_PACES: Mapping[TravelMode, Pace] = MappingProxyType(
    {"walking": Pace(0, 4.5), "public-transport": Pace(10, 16), "driving": Pace(5, 18)}
)
"""Assumptions for a city and unhurried people, not measurements."""


@dataclass(frozen=True, slots=True)
class StraightLine:
    """The straight line, made longer because streets are not straight, at an assumed pace."""

    detour: float = 1.3
    paces: Mapping[TravelMode, Pace] = field(default_factory=lambda: ASSUMED_PACES)

    def minutes(self, start: Point, end: Point, mode: TravelMode) -> int | None:
        pace = self.paces.get(mode)
        if pace is None:
            return None
        return ceil(pace.minutes_before + kilometres(start, end) * self.detour / pace.kilometres_an_hour * 60)
