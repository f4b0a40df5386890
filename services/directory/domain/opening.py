"""When a service is open, and whether that helps people who work in the day."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal
from uuid import UUID

Frequency = Literal["WEEKLY", "MONTHLY"]

EVENING_STARTS = time(17, 0)
EVENING_COUNTS_FROM = time(18, 0)  # closing at 17:30 helps nobody who works until five
ICALENDAR_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKEND = frozenset({"SA", "SU"})


@dataclass(frozen=True, slots=True)
class Opening:
    """One regular opening. `days` are iCalendar days, with a week number where monthly (2TU).

    `not_on` are days on which it is closed all the same, `also_on` days that come besides.
    """

    id: UUID
    frequency: Frequency | None = None
    interval: int | None = None
    days: tuple[str, ...] = ()
    month_days: str | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    starts_on: str | None = None
    description: str | None = None
    schedule_link: str | None = None
    attending_type: str | None = None
    notes: str | None = None
    not_on: tuple[date, ...] = ()
    also_on: tuple[date, ...] = ()

    @property
    def in_the_evening(self) -> bool:
        if self.opens_at is not None and self.opens_at >= EVENING_STARTS:
            return True
        if self.closes_at is None:
            return False
        past_midnight = self.opens_at is not None and self.closes_at <= self.opens_at
        return past_midnight or self.closes_at > EVENING_COUNTS_FROM

    @property
    def is_seldom(self) -> bool:
        """Once, or on some days of a month: people want to know of it weeks before."""
        return self.frequency == "MONTHLY" or (self.frequency is None and not self.days)

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The days of the week on which it can be, 1 for Monday; none where it goes by days of the month."""
        if self.days:
            return tuple(dict.fromkeys(ICALENDAR_DAYS.index(day[-2:]) + 1 for day in self.days))
        if self.starts_on is None or self.month_days or self.frequency == "MONTHLY":
            return ()
        return (date.fromisoformat(self.starts_on).isoweekday(),)

    @property
    def at_the_weekend(self) -> bool:
        return any(day[-2:] in WEEKEND for day in self.days)
