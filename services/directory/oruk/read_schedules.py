"""Open Referral UK schedules → openings."""

import re
from decimal import Decimal

from services.directory.domain.opening import Opening
from services.directory.oruk.field_reader import FieldReader

DAY = re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")
LONGEST_INTERVAL = Decimal(52)  # weeks or months


def read_schedules(record: FieldReader) -> tuple[Opening, ...]:
    return tuple(_opening(schedule) for schedule in record.objects("schedules"))


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
        valid_to=schedule.optional_date("valid_to"),
        starts_on=schedule.optional_date("dtstart"),
        description=schedule.optional_text("description"),
        schedule_link=schedule.optional_url("schedule_link"),
        attending_type=schedule.optional_text("attending_type"),
        notes=schedule.optional_text("notes"),
    )


def _interval(schedule: FieldReader) -> int | None:
    found = schedule.optional_number("interval", Decimal(1), LONGEST_INTERVAL)
    return None if found is None else int(found)


def _days(schedule: FieldReader) -> tuple[str, ...]:
    written = schedule.optional_text("byday") or ""
    days = tuple(part.strip().upper() for part in written.split(",") if part.strip())
    if not all(DAY.fullmatch(day) for day in days):
        raise schedule.refuse("byday", "not-a-day")
    return days
