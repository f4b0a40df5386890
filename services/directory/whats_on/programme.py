"""The coming occurrences of services, in the order of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from services.directory.domain.occurrences import LONDON, occurrences
from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service

MOST_OPENINGS = 100  # of a service: one with more has another calendar, and is not to keep others waiting


@dataclass(frozen=True, slots=True)
class Listing:
    """A service as the programme needs it. `changed_at` is when the directory last changed it."""

    service: Service
    organisation: Organisation
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One occurrence. The moments are instants in UTC; where no end is known, it ends as it starts."""

    listing: Listing
    opening: Opening
    starts: datetime
    ends: datetime

    @property
    def id(self) -> UUID:
        """The same as long as the service has this opening on this day, whatever else changes."""
        return uuid5(self.listing.service.id, f"{self.opening.id} {self.day.isoformat()}")

    @property
    def day(self) -> date:
        """The day in London on which it starts."""
        return self.starts.astimezone(LONDON).date()

    @property
    def has_an_end(self) -> bool:
        return self.ends > self.starts


def programme(listings: Iterable[Listing], since: datetime, until: datetime) -> list[Happening]:
    """What is on from `since` up to `until`, the earliest first.

    A service for people in danger is left out, though it is found by search: a calendar stays on the phone, and a
    programme is read over shoulders.
    """
    found = [
        happening
        for listing in listings
        if listing.service.takes_people and not listing.service.sensitive
        for happening in _of_service(listing, since, until)
    ]
    return sorted(found, key=lambda each: (each.starts, each.listing.service.name, each.id))


def seldom_ones(listings: Iterable[Listing], since: datetime, until: datetime) -> list[Happening]:
    """What is on once, or on some days of a month."""
    listings = [each for each in listings if any(opening.is_seldom for opening in each.service.opening)]
    return [each for each in programme(listings, since, until) if each.opening.is_seldom]


def _of_service(listing: Listing, since: datetime, until: datetime) -> Iterator[Happening]:
    """Two openings that say the same are one."""
    said: set[tuple[datetime, datetime]] = set()
    for opening in listing.service.opening[:MOST_OPENINGS]:
        for starts, ends in occurrences(opening, since, until):
            if (starts, ends) not in said:
                said.add((starts, ends))
                yield Happening(listing, opening, starts, ends)
