"""How much space there is, and how fresh an entry is, in words of the page's language. Never a number of places."""

from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from services.directory.domain.occurrences import LONDON
from services.directory.domain.space import Band, Space
from services.directory.search.ranking_policy import POLICY
from shared.web.dates import as_date
from shared.web.phrases import phrase, plural_phrase, spoken_language, translatable

TAGS: dict[Band, tuple[str, str]] = {
    "space": (translatable("Has space now"), "green"),
    "a-few": (translatable("Has a few places"), "aqua-green"),
    "full": (translatable("Full for now"), "red"),
    "closed-until": (translatable("Takes nobody for now"), "grey"),
}
A_WEEK = 7


@dataclass(frozen=True, slots=True)
class ToldSpace:
    space: Space
    now: datetime

    @property
    def is_known(self) -> bool:
        return self.space.band in TAGS

    def tag(self) -> Markup:
        return phrase(TAGS[self.space.band][0])

    @property
    def colour(self) -> str:
        return TAGS[self.space.band][1]

    def said(self) -> Markup:
        """How long ago the group itself said so."""
        if self.space.said_at is None:
            return Markup()
        days = (_day(self.now) - _day(self.space.said_at)).days
        if days < 1:
            return phrase("They said so today.")
        return plural_phrase("They said so %(num)s day ago.", "They said so %(num)s days ago.", days)

    def what_to_expect(self) -> Markup:
        """The end of a pause, or about how long people wait."""
        if self.space.band == "closed-until" and self.space.closed_until:
            return phrase("They start again on %(day)s.", day=_told_date(_day(self.space.closed_until)))
        days = self.space.wait_days
        if self.space.band == "full" and days:
            weeks = -(-days // A_WEEK)
            return plural_phrase("People wait about %(num)s week.", "People wait about %(num)s weeks.", weeks)
        return Markup()


@dataclass(frozen=True, slots=True)
class ToldFreshness:
    """When somebody last said that an entry is right, and whether that is too long ago."""

    confirmed_on: date | None
    today: date

    @property
    def is_stale(self) -> bool:
        return self._days is None or self._days >= POLICY.days_until_stale

    @property
    def is_old(self) -> bool:
        return self._days is not None and self._days >= POLICY.days_until_old

    def checked(self) -> Markup:
        if self.confirmed_on is None:
            return phrase("Nobody has told us yet that this is right.")
        return phrase("Last checked on %(day)s.", day=_told_date(self.confirmed_on))

    @property
    def _days(self) -> int | None:
        return None if self.confirmed_on is None else (self.today - self.confirmed_on).days


def _day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def _told_date(day: date) -> Markup:
    return Markup("{}").format(as_date(day, spoken_language()))
