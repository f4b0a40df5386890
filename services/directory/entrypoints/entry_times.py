"""The openings of an entry as rows of a form: days, hours, days on which it is closed or comes besides."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar
from uuid import uuid4

from services.directory.domain.opening import ICALENDAR_DAYS
from services.directory.entrypoints.entry_fields import Document, NotRight, Typed, objects, plain_text
from services.directory.storage.own_fields import OwnFields

DAYS = dict(
    zip(
        ICALENDAR_DAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
MOST_OPENINGS = 21
MOST_DATES = 60
NEW_ROWS = 2


@dataclass(frozen=True, slots=True)
class Openings:
    """Rows by number, each with the id of its opening; empty ones at the end are for new openings."""

    kind: ClassVar[str] = "openings"
    name: str = "opening"
    label: str = "When it is open"

    @property
    def days(self) -> list[tuple[str, str]]:
        return list(DAYS.items())

    def shown(self, document: Document) -> dict[str, list[str]]:
        rows = objects(document, self.name)
        found = {"opening_rows": [str(min(len(rows) + NEW_ROWS, max(MOST_OPENINGS, len(rows))))]}
        for number, opening in enumerate(rows):
            found |= {f"opening_{number}_{key}": value for key, value in _shown(opening).items()}
        return found

    def read(self, typed: Typed, document: Document) -> OwnFields:
        known = {str(each["id"]): each for each in objects(document, self.name)}
        number = typed.number("opening_rows")
        if number is None:
            return {}
        if number > max(MOST_OPENINGS, len(known)) + NEW_ROWS:
            raise NotRight("opening_0_opens", f"Give at most {MOST_OPENINGS} openings")
        read = (_read(typed, f"opening_{each}_", known) for each in range(number))
        return {self.name: [opening for opening in read if opening is not None]}


def has_a_rule_of_its_own(opening: Document) -> bool:
    """Monthly, every other week, a single day: its days are not ticked here, and stay as they are."""
    days = opening.get("days")
    plain = all(str(day) in DAYS for day in days) if isinstance(days, list) else True
    no_week = opening.get("frequency") != "WEEKLY" and (opening.get("starts_on") or opening.get("month_days"))
    every = opening.get("interval")
    return not plain or bool(no_week) or (isinstance(every, int) and every > 1)


def opening_words(opening: Document) -> str:
    """One opening in a line, for looking at what changes."""
    return ", ".join(part for part in _words(opening) if part)


def _words(opening: Document) -> Iterator[str]:
    days = opening.get("days")
    yield ", ".join(_day(str(day)) for day in days) if isinstance(days, list) else ""
    every = opening.get("interval")
    yield f"every {every} weeks" if isinstance(every, int) and every > 1 else ""
    yield f"on day {opening['month_days']} of the month" if opening.get("month_days") else ""
    yield f"from {_plain(opening['starts_on'])}" if opening.get("starts_on") else ""
    opens, closes = (str(opening.get(key) or "")[:5] for key in ("opens_at", "closes_at"))
    yield f"{opens} to {closes}" if closes else opens
    yield str(opening.get("description") or "")
    for key, words in (("not_on", "not on"), ("also_on", "also on")):
        yield f"{words} {_dates(opening.get(key))}" if opening.get(key) else ""


def _day(code: str) -> str:
    return f"{code[:-2]} {DAYS[code[-2:]]}".strip() if code[-2:] in DAYS else code


def _shown(opening: Document) -> dict[str, list[str]]:
    days = opening.get("days")
    return {
        "id": [str(opening["id"])],
        "days": [str(day) for day in days] if isinstance(days, list) else [],
        "opens": [str(opening.get("opens_at") or "")[:5]],
        "closes": [str(opening.get("closes_at") or "")[:5]],
        "words": [str(opening.get("description") or "")],
        "not": [_dates(opening.get("not_on"))],
        "also": [_dates(opening.get("also_on"))],
        "rule": [opening_words(opening)] if has_a_rule_of_its_own(opening) else [],
    }


def _read(typed: Typed, row: str, known: dict[str, dict[str, object]]) -> dict[str, object] | None:
    """An opening, changed or new; none for one that is taken away, or a row left empty."""
    before = known.pop(typed.one(f"{row}id"), None)
    days = [day for day in DAYS if day in typed.all(f"{row}days")]
    if before is not None and not typed.one(f"{row}remove") and _is_untouched(typed, row, before):
        return before
    opens, closes = _time(typed, f"{row}opens"), _time(typed, f"{row}closes")
    words = typed.one(f"{row}words")
    if len(words) > 500:
        raise NotRight(f"{row}words", "Write at most 500 characters")
    if typed.one(f"{row}remove") or (before is None and not (days or opens or closes or words)):
        return None
    if closes and not opens:
        raise NotRight(f"{row}opens", "Say when it opens too")
    if before is None and not days and not words:
        raise NotRight(f"{row}days", "Tick a day")
    said = {
        "opens_at": opens,
        "closes_at": closes,
        "description": words or None,
        "not_on": _read_dates(typed, f"{row}not"),
        "also_on": _read_dates(typed, f"{row}also"),
    }
    opening = {**(before or {"id": str(uuid4()), "frequency": "WEEKLY"}), **said}
    if before is None or not has_a_rule_of_its_own(before):
        opening["days"] = days
    return {key: value for key, value in opening.items() if value is not None}


def _is_untouched(typed: Typed, row: str, before: Document) -> bool:
    shown = _shown(before)
    days = bool(shown["rule"]) or set(typed.all(f"{row}days")) == set(shown["days"])
    lines = ("opens", "closes", "words", "not", "also")
    return days and all(plain_text(typed.one(row + key)) == plain_text(shown[key][0]) for key in lines)


def _time(typed: Typed, key: str) -> str | None:
    text = typed.one(key).replace(".", ":")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
        raise NotRight(key, "Write a time such as 18:30")
    try:
        return time.fromisoformat(text.zfill(5)).isoformat()
    except ValueError as error:
        raise NotRight(key, "Write a time such as 18:30") from error


def _read_dates(typed: Typed, key: str) -> list[str]:
    written = re.split(r"[\s,;]+", typed.one(key))
    days = sorted({_date(each, key) for each in written if each})
    if len(days) > MOST_DATES:
        raise NotRight(key, f"Give at most {MOST_DATES} days")
    return [day.isoformat() for day in days]


def _date(text: str, key: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise NotRight(key, "Write days such as 25/12/2026, with commas between them")


def _dates(days: object) -> str:
    found: Sequence[object] = days if isinstance(days, list | tuple) else ()
    return ", ".join(_plain(day) for day in found)


def _plain(day: object) -> str:
    try:
        return f"{date.fromisoformat(str(day)):%d/%m/%Y}"
    except ValueError:
        return str(day)
