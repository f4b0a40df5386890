"""The times at which an opening comes round, by London's clocks."""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.directory.domain.opening import Opening

LONDON = ZoneInfo("Europe/London")
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTH_DAY = re.compile(r"[+-]?[0-9]{1,2}")
ONE_DAY = timedelta(days=1)


def occurrences(opening: Opening, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Starts and ends, as instants in UTC, that touch the time from `since` up to `until`; earliest first.

    An opening without a time to begin has none. One without a time to end is an instant: it ends as it starts.
    Where a rule can be read in two ways, the one with fewer occurrences is taken: a closed door is the
    worse mistake.
    """
    if opening.opens_at is None:
        return
    rule = Rule.of(opening)
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    day = since.astimezone(LONDON).date() - ONE_DAY  # what began last night may still be open
    last = until.astimezone(LONDON).date()
    while day <= last:
        if rule.holds(day):
            start, end = _instants(day, opening.opens_at, opening.closes_at)
            if start < until and (end > since or start >= since):
                yield start, end
        day += ONE_DAY


def _instants(day: date, opens: time, closes: time | None) -> tuple[datetime, datetime]:
    start = _instant(day, opens)
    if closes is None:
        return start, start
    end = _instant(day if closes > opens else day + ONE_DAY, closes)
    return start, max(start, end)  # an opening inside the hour that spring leaves out is over as it begins


@lru_cache(maxsize=10_000)  # a menu of thousands opens at the same few hundred minutes of a week
def _instant(day: date, at: time) -> datetime:
    """An hour that comes twice means its first; one that is left out means the hour after it."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """The days on which an opening starts."""

    regular: Callable[[date], bool]
    first: date
    last: date
    never: frozenset[date]
    also: frozenset[date]

    @classmethod
    def of(cls, opening: Opening) -> "Rule":
        starts_on, valid_from = _date(opening.starts_on), _date(opening.valid_from)
        return cls(
            _regular_days(opening, starts_on, starts_on or valid_from),
            max(starts_on or date.min, valid_from or date.min),
            _date(opening.valid_to) or date.max,
            frozenset(opening.not_on),
            frozenset(opening.also_on),
        )

    def holds(self, day: date) -> bool:
        if day in self.never:
            return False
        return day in self.also or (self.first <= day <= self.last and self.regular(day))


def _regular_days(opening: Opening, starts_on: date | None, anchor: date | None) -> Callable[[date], bool]:
    interval = opening.interval or 1
    if interval > 1 and anchor is None:
        return _no_day  # every second week, but nobody says which
    if opening.frequency == "MONTHLY" or _counts_in_months(opening):
        return _monthly(opening, starts_on, anchor or date.min, interval)
    if opening.days or (opening.frequency == "WEEKLY" and starts_on):
        return _weekly(opening, starts_on, anchor or date.min, interval)
    return lambda day: opening.frequency is None and day == starts_on


def _counts_in_months(opening: Opening) -> bool:
    """The second Tuesday is one of a month, whatever the frequency that stands beside it."""
    said_by_month_days = opening.frequency is None and bool(opening.month_days)
    return said_by_month_days or any(len(day) > len("MO") for day in opening.days)


def _no_day(_day: date) -> bool:
    return False


def _weekly(opening: Opening, starts_on: date | None, anchor: date, interval: int) -> Callable[[date], bool]:
    weekdays = {WEEK.index(day) for day in opening.days}
    if not weekdays and starts_on:
        weekdays = {starts_on.weekday()}
    first_week = _week(anchor)
    return lambda day: day.weekday() in weekdays and (_week(day) - first_week) % interval == 0


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7  # the first day of the calendar was a Monday


def _monthly(opening: Opening, starts_on: date | None, anchor: date, interval: int) -> Callable[[date], bool]:
    nths = frozenset((int(day[:-2] or 0), WEEK.index(day[-2:])) for day in opening.days)
    numbers = _month_days(opening.month_days)
    if not nths and numbers is None:
        numbers = frozenset({starts_on.day}) if starts_on else frozenset()
    first_month = anchor.year * 12 + anchor.month

    def holds(day: date) -> bool:
        if (day.year * 12 + day.month - first_month) % interval:
            return False
        length = calendar.monthrange(day.year, day.month)[1]
        if numbers is not None and not numbers & {day.day, day.day - length - 1}:
            return False
        return not nths or not nths.isdisjoint(
            (which, day.weekday()) for which in (0, (day.day + 6) // 7, -((length - day.day) // 7 + 1))
        )

    return holds


def _month_days(text: str | None) -> frozenset[int] | None:
    """Numbers of days, from the month's end where negative. Words that are no numbers name no day."""
    if not text or not text.strip():
        return None
    parts = (part.strip() for part in text.split(","))
    return frozenset(int(part) for part in parts if MONTH_DAY.fullmatch(part))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
