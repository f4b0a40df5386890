"""What search knows of one service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

from services.directory.domain.catchment import Catchment
from services.directory.domain.occurrences import LONDON, occurrences
from services.directory.domain.organisation import Organisation
from services.directory.domain.place import Place
from services.directory.domain.service import Service
from services.directory.domain.space import Band
from services.directory.search.ranking_policy import POLICY
from services.directory.search.words import telling_words_of
from shared.vocabulary import vocabulary
from shared.vocabulary.areas import areas

Coordinates = tuple[float, float]

FACETS = ("needs", "groups", "languages", "access", "delivery", "worker_sex", "when", "space")
HAS_SPACE = "yes"
REMOTE = frozenset({"home-visit", "phone", "online"})
DAYS_AHEAD = 8
MOST_OPENINGS = 100  # of a service, of which search knows the hours
OLDEST = 999
SHOWN = frozenset({"active", "temporarily closed"})


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One service: the words it is found by, its codes by facet, and what its rank depends on.

    `hours` are its occurrences of the coming days in minutes since 1970. A sensitive service has no points,
    because it has no places.
    """

    id: UUID
    name: str
    words: Mapping[str, int]
    codes: Mapping[str, frozenset[str]]
    does_not_suit: frozenset[str]
    ages: tuple[int, int]
    points: tuple[Coordinates, ...]
    catchment: Catchment
    hours: tuple[tuple[int, int], ...]
    confirmed_on: date | None
    band: Band
    is_closed: bool

    @property
    def comes_to_you(self) -> bool:
        return not REMOTE.isdisjoint(self.codes["delivery"])

    @classmethod
    def of(
        cls,
        service: Service,
        organisation: Organisation,
        now: datetime,
        *,
        band: Band = "not-known",
        confirmed_on: date | None = None,
    ) -> "SearchEntry":
        suits = service.suitability
        points = {place.coordinates for place in service.places if place.coordinates}
        return cls(
            service.id,
            service.name,
            words_by_weight(service, organisation),
            codes_of(service, band),
            frozenset(suits.does_not_suit),
            (suits.minimum_age or 0, OLDEST if suits.maximum_age is None else suits.maximum_age),
            () if service.sensitive else tuple(sorted(points)),
            service.catchment,
            hours_of(service, now),
            confirmed_on,
            band,
            service.status != "active" or band == "closed-until",
        )


def codes_of(service: Service, band: Band) -> dict[str, frozenset[str]]:
    """What the service has, facet by facet. Languages are compared by their first part: pt-BR is Portuguese."""
    suits = service.suitability
    spoken = (*suits.languages, *suits.worker_languages)
    return {
        "needs": frozenset(suits.needs),
        "groups": frozenset(suits.suits),
        "languages": frozenset(code.partition("-")[0].lower() for code in spoken),
        "access": frozenset(suits.access),
        "delivery": frozenset(suits.delivery),
        "worker_sex": frozenset(suits.worker_sexes),
        "when": frozenset(
            name
            for name, is_open in (
                ("evenings", service.open_in_evenings),
                ("weekends", service.open_at_weekends),
            )
            if is_open
        ),
        "space": frozenset({HAS_SPACE} if band in {"space", "a-few"} and service.takes_people else ()),
    }


def words_by_weight(service: Service, organisation: Organisation) -> dict[str, int]:
    """Every word with the weight of the weightiest field it stands in."""
    suits = service.suitability
    terms = [
        *(vocabulary.needs()[code] for code in suits.needs if code in vocabulary.needs()),
        *(vocabulary.groups()[code] for code in suits.suits if code in vocabulary.groups()),
    ]
    where = [areas().name(code) for code in service.catchment.areas if code in areas()]
    if not service.sensitive:
        where += [text for place in service.places for text in _place_words(place)]
    weights: dict[str, int] = {}
    for weight, words in (
        (
            POLICY.for_a_word_of_the_description,
            [telling_words_of(service.description or ""), *map(_again, where)],
        ),
        (POLICY.for_a_word_of_the_organisation, [_again(organisation.name)]),
        (
            POLICY.for_a_word_of_a_label,
            [
                *(_again(term.label) for term in terms),
                *(_again(term.name) for term in service.other_terms),
            ],
        ),
        (POLICY.for_a_word_of_the_name, [telling_words_of(service.name)]),
    ):
        for each in words:
            weights |= dict.fromkeys(each, weight)
    return weights


@lru_cache(maxsize=5_000)
def _again(text: str) -> tuple[str, ...]:
    """The words of what many services share: a label, an area, an organisation."""
    return tuple(telling_words_of(text))


def _place_words(place: Place) -> tuple[str, ...]:
    return (place.name or "", *(address.city for address in place.addresses))


def hours_of(service: Service, now: datetime) -> tuple[tuple[int, int], ...]:
    """From midnight of today by London's clocks, for the coming days."""
    midnight = datetime.combine(now.astimezone(LONDON).date(), time(), LONDON)
    found = {
        (minutes(start), minutes(end))
        for opening in service.opening[:MOST_OPENINGS]
        for start, end in occurrences(opening, midnight, midnight + timedelta(days=DAYS_AHEAD))
        if end > start
    }
    return tuple(sorted(found))


def minutes(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
