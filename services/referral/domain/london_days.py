"""Days as people here have them: from midnight to midnight in London."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def day_in_london(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def begin_of(day: date) -> datetime:
    """The midnight with which a day begins."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
