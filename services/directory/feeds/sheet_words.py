"""Days, times, dates and lists as people write them in a sheet → as Open Referral writes them.

What cannot be read goes on as it stands: the reader of records refuses it or remarks on it, by its own rules.
"""

import re
from collections.abc import Mapping
from datetime import datetime

_PARTS = re.compile(r"[;,|\n]")
_DATES = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_DAYS = {"mo": "MO", "tu": "TU", "we": "WE", "th": "TH", "fr": "FR", "sa": "SA", "su": "SU"}
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def parts(cell: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(cell) if part.strip()]


def coded(cell: str, codes: Mapping[str, str]) -> list[str]:
    """Codes for words; a word that is neither stays, to be refused."""
    return [codes.get(part.casefold(), part) for part in parts(cell)]


def days(cell: str) -> str:
    return ",".join(_day(part) for part in parts(cell))


def clock(cell: str) -> str:
    """18:30, 6.30pm, 6 pm, noon."""
    if cell.casefold() in {"noon", "midday"}:
        return "12:00"
    found = _CLOCK.fullmatch(cell.strip())
    if found is None:
        return cell
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").casefold()
    if half and not 1 <= hour <= 12:
        return cell
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return f"{hour:02d}:{minute:02d}"


def day_of(cell: str) -> str:
    """31/12/2026, 31 December 2026, 2026-12-31."""
    for form in _DATES:
        try:
            return datetime.strptime(cell, form).date().isoformat()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return cell


def days_of(cell: str) -> str:
    return ",".join(day_of(part) for part in parts(cell))


def says_yes(cell: str) -> bool:
    return cell.casefold() in {"yes", "y", "true", "1", "x"}


def _day(word: str) -> str:
    """Tuesday, Tuesdays, Tue, Tu; and `2TU` as iCalendar writes the second one of a month."""
    small = word.casefold().removesuffix("s") if len(word) > 3 else word.casefold()
    whole = len(small) >= 2 and any(name.startswith(small) for name in _NAMES)
    return _DAYS[small[:2]] if whole else word
