"""The openings of an entry as rows of a form: days, hours, first and last day, days off, what can be full by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import uuid4

from markupsafe import Markup

from services.directory.domain.opening import ICALENDAR_DAYS as DAYS
from services.directory.entrypoints.entries.entry_dates import (
    read_day,
    read_days,
    read_time,
    shown_day,
    shown_days,
)
from services.directory.entrypoints.entries.entry_fields import (
    Document,
    NotRight,
    Options,
    Typed,
    codes_in,
    objects,
    plain_text,
)
from services.directory.entrypoints.entries.entry_pools import KINDS, PoolRows
from services.directory.entrypoints.entries.entry_told import opening_words
from services.directory.storage.own_fields import OwnFields
from shared.web.phrases import translatable
from shared.web.spoken_times import say_weekday

MOST_OPENINGS = 21
NEW_ROWS = 2
LINES = ("opens", "closes", "words", "starts", "ends", "not", "also")


@dataclass(frozen=True, slots=True)
class Openings:
    """Rows by number, each with the id of its opening; empty ones at the end are for new openings."""

    kind: ClassVar[str] = "openings"
    name: str = "opening"
    label: str = translatable("When it is open")

    def days(self) -> list[tuple[str, Markup]]:
        return [(code, say_weekday(code)) for code in DAYS]

    def kinds(self, kind: str) -> Options:
        """What may be chosen where this kind is."""
        return [
            (code, label) for code, label in KINDS.items() if code in {"", "session", "cohort", "event", kind}
        ]

    def rule(self, document: Document, opening_id: str) -> Markup | None:
        """Of an opening whose days cannot be ticked."""
        found = next((each for each in objects(document, self.name) if str(each["id"]) == opening_id), None)
        return opening_words(found) if found and has_a_rule_of_its_own(found) else None

    def shown(self, document: Document) -> dict[str, list[str]]:
        rows, pools = objects(document, self.name), PoolRows(objects(document, "pools"))
        found = {"opening_rows": [str(min(len(rows) + NEW_ROWS, max(MOST_OPENINGS, len(rows))))]}
        for number, opening in enumerate(rows):
            said = _shown(opening) | pools.shown(str(opening["id"]))
            found |= {f"opening_{number}_{key}": value for key, value in said.items()}
        return found

    def read(self, typed: Typed, document: Document) -> OwnFields:
        known = {str(each["id"]): each for each in objects(document, self.name)}
        pools = PoolRows(objects(document, "pools"))
        number = typed.number("opening_rows")
        if number is None:
            return {}
        if number > max(MOST_OPENINGS, len(known)) + NEW_ROWS:
            raise NotRight("opening_0_opens", translatable("Give at most 21 openings"))
        read = (_read(typed, f"opening_{each}_", known, pools) for each in range(number))
        openings = [opening for opening in read if opening is not None]
        return {self.name: openings} | ({"pools": pools.now} if pools.changed else {})


def has_a_rule_of_its_own(opening: Document) -> bool:
    """Monthly, every other week: its days are not ticked here, and stay as they are."""
    if is_of_one_day(opening):
        return False
    plain = all(day in DAYS for day in codes_in(opening.get("days")))
    no_week = opening.get("frequency") != "WEEKLY" and (opening.get("starts_on") or opening.get("month_days"))
    return not plain or bool(no_week) or _every(opening) > 1


def is_of_one_day(opening: Document) -> bool:
    said = any(opening.get(key) for key in ("frequency", "days", "month_days"))
    return bool(opening.get("starts_on")) and not said and _every(opening) == 1


def _every(opening: Document) -> int:
    every = opening.get("interval")
    return every if isinstance(every, int) else 1


def _shown(opening: Document) -> dict[str, list[str]]:
    first = opening.get("valid_from") or opening.get("starts_on")
    last = opening.get("valid_to")
    if is_of_one_day(opening):
        first, last = opening["starts_on"], last if last != opening["starts_on"] else None
    return {
        "id": [str(opening["id"])],
        "days": codes_in(opening.get("days")) or _day_of_first(opening),
        "opens": [str(opening.get("opens_at") or "")[:5]],
        "closes": [str(opening.get("closes_at") or "")[:5]],
        "words": [str(opening.get("description") or "")],
        "starts": [shown_day(first)],
        "ends": [shown_day(last)],
        "not": [shown_days(opening.get("not_on"))],
        "also": [shown_days(opening.get("also_on"))],
    }


def _day_of_first(opening: Document) -> list[str]:
    """Every week from a day on means the day of the week that it is."""
    if opening.get("frequency") != "WEEKLY" or not opening.get("starts_on"):
        return []
    return [DAYS[date.fromisoformat(str(opening["starts_on"])).weekday()]]


def _read(
    typed: Typed, row: str, known: dict[str, dict[str, object]], pools: PoolRows
) -> dict[str, object] | None:
    """An opening, changed or new; none for one that is taken away, or a row left empty."""
    before = known.pop(typed.one(f"{row}id"), None)
    if typed.one(f"{row}remove"):
        pools.without_opening(before)
        return None
    opening = before if _is_untouched(typed, row, before) else _changed(typed, row, before)
    pools.read(typed, row, opening)
    return opening


def _changed(typed: Typed, row: str, before: dict[str, object] | None) -> dict[str, object]:
    opens, closes = read_time(typed, f"{row}opens"), read_time(typed, f"{row}closes")
    words = typed.one(f"{row}words")
    if len(words) > 500:
        raise NotRight(f"{row}words", translatable("Write at most 500 characters"))
    if closes and not opens:
        raise NotRight(f"{row}opens", translatable("Say when it opens too"))
    said = {
        "opens_at": opens,
        "closes_at": closes,
        "description": words or None,
        "not_on": read_days(typed, f"{row}not"),
        "also_on": read_days(typed, f"{row}also"),
    }
    opening = {**(before or {"id": str(uuid4())}), **_days(typed, row, before, words=bool(words)), **said}
    return {key: value for key, value in opening.items() if value is not None}


def _days(
    typed: Typed, row: str, before: dict[str, object] | None, *, words: bool
) -> Mapping[str, object | None]:
    """A week's days, from a first day until a last one; or one day alone. What was not touched stays as it was said."""
    if before is not None and has_a_rule_of_its_own(before):
        return {}
    if before is not None and not _touches(typed, row, before, ("days", "starts", "ends")):
        return {}
    days = [day for day in DAYS if day in typed.all(f"{row}days")]
    first, last = read_day(typed, f"{row}starts"), read_day(typed, f"{row}ends")
    if first and last and last < first:
        raise NotRight(f"{row}ends", translatable("The last day is before the first"))
    if last and last != first and not days:
        raise NotRight(f"{row}days", translatable("Tick the days of the week"))
    if before is None and not days and not first and not words:
        raise NotRight(f"{row}days", translatable("Tick a day of the week, or write on which day it is"))
    if first and not days:
        return {"frequency": None, "days": None, "starts_on": first, "valid_from": None, "valid_to": first}
    weekly = {"frequency": (before or {}).get("frequency") or "WEEKLY"} if days or before is None else {}
    return {**weekly, "days": days, "starts_on": None, "valid_from": first, "valid_to": last}


def _is_untouched(typed: Typed, row: str, before: Document | None) -> bool:
    """Of a new row: left empty."""
    left_empty = before is not None or not (typed.one(f"{row}kind") or typed.one(f"{row}pool"))
    return left_empty and not _touches(typed, row, before, ("days", *LINES))


def _touches(typed: Typed, row: str, before: Document | None, keys: Sequence[str]) -> bool:
    shown = _shown(before) if before is not None else {}
    hidden = {"days", "starts", "ends"} if before is not None and has_a_rule_of_its_own(before) else set()
    for key in set(keys) - hidden:
        was = shown.get(key, [])
        if key == "days":
            if {day for day in typed.all(row + key) if day in DAYS} != set(was):
                return True
        elif plain_text(typed.one(row + key)) != plain_text("".join(was)):
            return True
    return False
