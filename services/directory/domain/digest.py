"""A weekly mail of what is on near somewhere: when it is due, and what it looks at."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.directory.domain.occurrences import LONDON

EVERY = timedelta(days=7)
AHEAD = timedelta(days=14)
NOT_BEFORE = timedelta(hours=7)  # of the day in London
MOST_OF_A_MEMBER = 5
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Digest:
    id: UUID
    member_id: UUID
    near: str
    needs: tuple[str, ...]
    next_on: date
    new_since: datetime
    last_due_at: datetime


def first_day(asked_at: datetime) -> date:
    """The next Monday, on which the week's plans are made."""
    day = asked_at.astimezone(LONDON).date()
    return day + timedelta(days=(MONDAY - day.weekday()) % 7 or 7)


def day_of_sending(now: datetime) -> date:
    """The last day whose mails may go: nobody's phone rings in the night."""
    return (now.astimezone(LONDON).replace(tzinfo=None) - NOT_BEFORE).date()


def next_day(due_on: date, today: date) -> date:
    """A week later; weeks that went by while nobody looked are left out."""
    return due_on + EVERY * ((today - due_on) // EVERY + 1)
