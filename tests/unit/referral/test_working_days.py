"""Working days: over weekends, Easter and Christmas, and that the list of holidays is what the law makes it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.working_days import (
    HOLIDAYS_FILE,
    bank_holidays,
    is_working_day,
    working_days_after,
)
from tests.support.bank_holidays_file import YEARS, as_written

DAY = timedelta(days=1)
DAYS = st.dates(min_value=date(2024, 6, 1), max_value=date(2029, 6, 1))


@given(DAYS, st.integers(min_value=-40, max_value=400))
def test_each_day_between_is_counted_once(begin: date, length: int) -> None:
    end = begin + length * DAY

    assert working_days_after(begin, end) == sum(
        is_working_day(begin + n * DAY) for n in range(1, length + 1)
    )


@given(DAYS, st.integers(min_value=0, max_value=200), st.integers(min_value=0, max_value=200))
def test_two_stretches_are_as_long_as_the_whole(begin: date, first: int, second: int) -> None:
    between, end = begin + first * DAY, begin + (first + second) * DAY

    parts = working_days_after(begin, between) + working_days_after(between, end)
    assert parts == working_days_after(begin, end)


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        (date(2026, 12, 24), date(2026, 12, 29), 1),  # Christmas on a Friday, Boxing Day moved to the Monday
        (date(2027, 12, 24), date(2027, 12, 29), 1),  # both moved
        (date(2026, 4, 2), date(2026, 4, 7), 1),  # Good Friday to Easter Monday
        (date(2026, 11, 20), date(2026, 11, 23), 1),  # a plain weekend
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2028, 1, 1), date(2028, 1, 4), 1),  # New Year's Day moved to the Monday
    ],
)
def test_over_holidays(begin: date, end: date, days: int) -> None:
    assert working_days_after(begin, end) == days


def test_the_file_is_what_a_library_that_others_keep_says() -> None:
    """Write it anew by `python -m tests.support.bank_holidays_file`."""
    assert HOLIDAYS_FILE.read_text(encoding="utf-8") == as_written()


@pytest.mark.parametrize(
    "day", ["2025-04-18", "2026-12-28", "2027-03-29", "2027-12-27", "2027-12-28", "2028-01-03", "2030-04-22"]
)
def test_days_that_are_known_to_be_holidays_are(day: str) -> None:
    assert not is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("year", YEARS)
def test_the_list_is_what_the_law_says(year: int) -> None:
    easter = easter_of(year)
    by_law = {
        easter - 2 * DAY,
        easter + DAY,
        first_monday(date(year, 5, 1)),
        first_monday(date(year, 5, 25)),
        first_monday(date(year, 8, 25)),
    }
    # What falls on a weekend moves to the next day that is free.
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        moved = day
        while moved.weekday() > 4 or moved in by_law:
            moved += DAY
        by_law.add(moved)

    assert {day for day in bank_holidays() if day.year == year} == by_law
    assert {day.year for day in bank_holidays()} == set(YEARS)


def first_monday(day: date) -> date:
    """The Monday on this day or the first after it."""
    return day + (-day.weekday() % 7) * DAY


def easter_of(year: int) -> date:
    """By the Gregorian reckoning (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
