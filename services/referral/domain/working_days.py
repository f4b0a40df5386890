"""Days on which groups work: Monday to Friday without England's bank holidays, from a file that a library made.

The file goes to the end of 2036 (`tests/support/bank_holidays_file.py` writes it); after it only weekends are left out.
"""

import json
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

HOLIDAYS_FILE: Final = Path(__file__).parent / "england_bank_holidays.json"
FRIDAY: Final = 4
DAY: Final = timedelta(days=1)


@cache
def bank_holidays() -> AbstractSet[date]:
    listed = json.loads(HOLIDAYS_FILE.read_text(encoding="utf-8"))
    return frozenset(date.fromisoformat(day) for day in listed["days"])


def is_working_day(day: date) -> bool:
    return day.weekday() <= FRIDAY and day not in bank_holidays()


def working_days_after(begin: date, end: date) -> int:
    """How many working days come after `begin`, up to and with `end`; none where `end` is no later."""
    whole_weeks, rest = divmod(max(0, (end - begin).days), 7)
    last_of_weeks = begin + 7 * whole_weeks * DAY
    days = 5 * whole_weeks + sum(
        (last_of_weeks + more * DAY).weekday() <= FRIDAY for more in range(1, rest + 1)
    )
    return days - sum(begin < day <= end and day.weekday() <= FRIDAY for day in bank_holidays())
