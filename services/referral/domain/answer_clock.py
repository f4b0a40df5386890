"""How long a provider has to answer an offer: a time that runs on working days alone, and two weeks at the longest. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.referral.domain.working_days import is_working_day

LONDON: Final = ZoneInfo("Europe/London")
LONGEST: Final = timedelta(days=14)
"""In all, whatever days are between: an offer ends before capacity takes back a place that nobody confirmed."""


def answer_due(offered_at: datetime, time_to_answer: timedelta) -> datetime:
    """When an answer is due: so much time after the offer, without the days on which nobody works."""
    latest = offered_at + LONGEST
    at, left = offered_at, time_to_answer
    while at < latest:
        today = day_in_london(at)
        tomorrow = begin_of(today + timedelta(days=1))
        if is_working_day(today):
            if at + left <= tomorrow:
                return min(at + left, latest)
            left -= tomorrow - at
        at = tomorrow
    return latest


def day_in_london(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def begin_of(day: date) -> datetime:
    """The midnight in London with which a day begins."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
