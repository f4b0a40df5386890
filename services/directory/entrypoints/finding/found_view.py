"""What was found, as the pages of results, map and menu show it. Templates ask; words come in the language of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from markupsafe import Markup

from services.directory.entrypoints.finding.asked import SEARCH_PAGE, Asked
from services.directory.entrypoints.finding.map_drawing import Pin
from services.directory.entrypoints.finding.told_choices import ToldChoices
from services.directory.entrypoints.finding.told_evidence import ToldEvidence
from services.directory.entrypoints.finding.told_service import ToldService
from services.directory.entrypoints.finding.told_space import ToldFreshness, ToldSpace
from services.directory.entrypoints.finding.told_why import Reason, told_reasons
from services.directory.search.query import Found, Result
from services.directory.search.words import stem, words_of
from shared.places.place import Point
from shared.web.dates import as_number
from shared.web.phrases import phrase, spoken_language

MILE = 1.609344  # kilometres
SHORTEST_TOLD = 0.1  # miles
MOST_PINS_OF_ONE = 5
MAP_PAGE = "/directory/map"
FROM_HOME = ("home-visit", "phone", "online")
# Somebody who searches for one of these may need somebody to talk to before any service.
IN_DANGER = {
    "en": ("suicide", "suicidal", "overdose", "harm", "die", "dying", "kill", "killing"),
    "so": ("isdil", "isdilid", "isdilo", "dhiman"),
    "ar": ("انتحار", "الانتحار", "انتحر", "أنتحر", "أموت", "الموت", "أقتل"),
    "bn": ("আত্মহত্যা", "আত্মহত্যার", "মরতে", "মরে", "মৃত্যু"),
    "pl": ("samobójstwo", "samobójstwie", "samobójcze", "umrzeć", "zabić", "zabiję", "śmierć"),
}
"""Those of other languages than English are made by machine and wait for a person."""


@dataclass(frozen=True, slots=True)
class Card:
    """One service among the results."""

    number: int
    told: ToldService
    space: ToldSpace
    freshness: ToldFreshness
    evidence: ToldEvidence
    result: Result

    @property
    def id(self) -> UUID:
        return self.told.service.id

    @property
    def href(self) -> str:
        return f"{SEARCH_PAGE}/{self.id}"

    @property
    def closed_for_now(self) -> bool:
        return self.told.service.status == "temporarily closed"

    def distance(self) -> Markup | None:
        if self.result.km is None or self.told.service.sensitive:
            return None
        miles = self.result.km / MILE
        if miles < SHORTEST_TOLD:
            return phrase("Very near")
        return phrase("About %(miles)s miles away", miles=as_number(round(miles, 1), spoken_language()))

    def reasons(self) -> list[Reason]:
        return told_reasons(self.result)

    def points(self) -> list[Point]:
        """Where people meet; nothing of a service whose address is private."""
        if self.told.service.sensitive:
            return []
        found = [place.coordinates for place in self.told.service.places if place.coordinates]
        return list(dict.fromkeys(found))[:MOST_PINS_OF_ONE]

    def pins(self) -> list[Pin]:
        """Each leads to the service in the list beside the map."""
        href = f"#service-{self.number}"
        return [Pin(self.number, self.told.service.name, href, point) for point in self.points()]


@dataclass(frozen=True, slots=True)
class FoundView:
    """One page of results. `fault` says what is wrong with the place that was typed, `typed` is what was typed.

    `left_out` are filters in its address that the page does not know.
    """

    asked: Asked
    found: Found
    cards: Sequence[Card]
    choices: ToldChoices
    today: date
    per_page: int
    fault: str | None = None
    typed: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.found.total

    @property
    def place(self) -> str:
        return self.choices.place

    @property
    def may_be_in_danger(self) -> bool:
        return tells_of_danger(self.asked.words)

    def earlier(self, path: str = SEARCH_PAGE) -> str | None:
        return self.asked.but(page=self.asked.page - 1).to(path) if self.asked.page > 1 else None

    def later(self, path: str = SEARCH_PAGE) -> str | None:
        more = self.asked.page * self.per_page < self.total
        return self.asked.but(page=self.asked.page + 1).to(path) if more else None

    @property
    def map_address(self) -> str:
        return self.asked.to(MAP_PAGE)

    @property
    def list_address(self) -> str:
        return self.asked.to()

    @property
    def address_with_words_alone(self) -> str:
        return Asked(words=self.asked.words, near=self.asked.near).to()

    @property
    def address_in_all_london(self) -> str:
        return self.asked.but(near="", km=None).to()

    @property
    def stays_at_home(self) -> bool:
        """Whether nothing is looked for that somebody has to travel to."""
        return bool(self.asked.delivery) and set(self.asked.delivery) <= set(FROM_HOME)

    @property
    def address_from_home(self) -> str:
        return self.asked.but(delivery=FROM_HOME).to()

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        names = ["best", "nearest", "name"] if self.place else ["best", "name"]
        return [(name, self.asked.but(sort=name).to(), self.asked.sort == name) for name in names]


def tells_of_danger(text: str) -> bool:
    """However it is written, and with whatever signs around a word: better once too often."""
    return not _DANGER.isdisjoint(stem(word) for word in words_of(text))


_DANGER = frozenset(stem(word) for known in IN_DANGER.values() for each in known for word in words_of(each))
