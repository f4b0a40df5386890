"""Moments as people in London read them, each in the language of the page."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

LONDON = ZoneInfo("Europe/London")


def as_date(moment: datetime | date, language: str = "en") -> str:
    """`Sunday 22 November 2026`."""
    local = moment.astimezone(LONDON) if isinstance(moment, datetime) else moment
    if language != "en":
        return format_date(local, "full", locale=language)
    return f"{local:%A} {local.day} {local:%B %Y}"


def as_time(moment: datetime, language: str = "en") -> str:
    """`2:50pm`."""
    local = moment.astimezone(LONDON)
    if language != "en":
        return format_time(local.time(), "short", locale=language)
    minute = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minute}{'am' if local.hour < 12 else 'pm'}"


def as_date_and_time(moment: datetime, language: str = "en") -> str:
    """`Sunday 22 November 2026 at 2:50pm`."""
    if language != "en":
        return f"{as_date(moment, language)}, {as_time(moment, language)}"
    return f"{as_date(moment)} at {as_time(moment)}"


def as_number(number: float, language: str = "en") -> str:
    """`1,234`."""
    return format_decimal(number, locale="en_GB" if language == "en" else language)
