"""How long a provider has to answer an offer: a time that runs on working days alone, and two weeks at the longest. Pure."""

from datetime import date, datetime, timedelta
from typing import Final

from services.referral.domain.london_days import begin_of, day_in_london
from services.referral.domain.working_days import is_working_day

LONGEST: Final = timedelta(days=14)
"""In all, whatever days are between: an offer ends before capacity takes back a place that nobody confirmed."""
SILENCE_RESTS: Final = timedelta(days=28)
"""For how long the words of a group bring it nobody again whom it met with silence twice in a row."""
DAY: Final = timedelta(days=1)


def answer_due(offered_at: datetime, time_to_answer: timedelta, event_day: date | None = None) -> datetime:
    """When an answer is due: so much time after the offer, without the days on which nobody works.

    Of an event before its day begins; who is offered a place on the day itself is answered before it is over.
    """
    due = _after_working(offered_at, time_to_answer)
    if event_day is None:
        return due
    begins = begin_of(event_day)
    return min(due, begins if offered_at < begins else begin_of(event_day + DAY))


def _after_working(offered_at: datetime, time_to_answer: timedelta) -> datetime:
    latest = offered_at + LONGEST
    at, left = offered_at, time_to_answer
    while at < latest:
        today = day_in_london(at)
        tomorrow = begin_of(today + DAY)
        if is_working_day(today):
            if at + left <= tomorrow:
                return min(at + left, latest)
            left -= tomorrow - at
        at = tomorrow
    return latest
