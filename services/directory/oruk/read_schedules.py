"""Open Referral UK schedules → openings."""

import re
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.directory.domain.opening import Opening
from services.directory.oruk.field_reader import FieldReader

DAY = re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")
MOST_DATES = 400  # a year and some days besides
LONGEST_INTERVAL = Decimal(52)  # weeks or months


def read_schedules(record: FieldReader) -> tuple[Opening, ...]:
    """A service's own, and those that HSDS keeps with one of its locations; each once."""
    found = record.objects("schedules")
    for link in record.objects("service_at_locations"):
        found += link.objects("schedules")
    openings: dict[UUID, Opening] = {}
    for schedule in found:
        opening = _opening(schedule)
        if openings.setdefault(opening.id, opening) != opening:
            raise schedule.refuse("id", "repeated")
    return tuple(openings.values())


def _opening(schedule: FieldReader) -> Opening:
    return Opening(
        id=schedule.uuid("id"),
        frequency=schedule.optional_choice("freq", ("WEEKLY", "MONTHLY")),
        interval=_interval(schedule),
        days=_days(schedule),
        month_days=schedule.optional_text("bymonthday"),
        opens_at=schedule.optional_time("opens_at"),
        closes_at=schedule.optional_time("closes_at"),
        valid_from=schedule.optional_date("valid_from"),
        valid_to=schedule.optional_date("valid_to") or schedule.optional_date("until"),
        starts_on=schedule.optional_date("dtstart"),
        description=schedule.optional_text("description"),
        schedule_link=schedule.optional_url("schedule_link"),
        attending_type=schedule.optional_text("attending_type"),
        notes=schedule.optional_text("notes"),
        not_on=_dates(schedule, "exdate"),
        also_on=_dates(schedule, "rdate"),
    )


def _interval(schedule: FieldReader) -> int | None:
    found = schedule.optional_number("interval", Decimal(1), LONGEST_INTERVAL)
    return None if found is None else int(found)


def _dates(schedule: FieldReader, key: str) -> tuple[date, ...]:
    """Single days, parted by commas as iCalendar parts them; what is no day is left out."""
    written = [part.strip() for part in (schedule.optional_text(key) or "").split(",") if part.strip()]
    if len(written) > MOST_DATES:
        raise schedule.refuse(key, "too-many")
    days = []
    for text in written:
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            schedule.remark(key, "not-a-date")
    return tuple(dict.fromkeys(days))


def _days(schedule: FieldReader) -> tuple[str, ...]:
    written = schedule.optional_text("byday") or ""
    days = tuple(part.strip().upper() for part in written.split(",") if part.strip())
    if not all(DAY.fullmatch(day) for day in days):
        raise schedule.refuse("byday", "not-a-day")
    return days
