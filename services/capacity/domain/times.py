"""When what can be full takes place: tells the sessions, courses and events of one service apart."""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Times:
    """By London's clocks. `days` are those of iCalendar, by number where monthly (2TU); `on` is one day alone."""

    days: tuple[str, ...] = ()
    every_weeks: int | None = None
    on: date | None = None
    opens_at: time | None = None
    closes_at: time | None = None
