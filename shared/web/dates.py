"""Moments as people in London read them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def as_date(moment: datetime | date) -> str:
    """`Sunday 22 November 2026`."""
    local = moment.astimezone(LONDON) if isinstance(moment, datetime) else moment
    return f"{local:%A} {local.day} {local:%B %Y}"


def as_date_and_time(moment: datetime) -> str:
    """`Sunday 22 November 2026 at 2:50pm`."""
    local = moment.astimezone(LONDON)
    hour = local.hour % 12 or 12
    minute = f":{local.minute:02}" if local.minute else ""
    return f"{as_date(moment)} at {hour}{minute}{'am' if local.hour < 12 else 'pm'}"
