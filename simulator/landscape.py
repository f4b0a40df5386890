"""What there is for people: pools as the router sees them, with their places and how their providers behave. Generated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from uuid import UUID

from services.referral.domain.listed_pool import ListedPool
from shared.places.place import Area
from simulator.people import DAYS_OF_A_YEAR, Draw, expected_a_year
from simulator.scenario import MorePlaces, Scenario, ScenarioError

LANDSCAPE = 2026  # its seed: what there is stays the same from run to run
POOLS, SERVICES, ORGANISATIONS = (UUID(int=number << 96) for number in (1, 2, 3))
HOURS_OF_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Provider:
    """A pool, its places, and whether its provider calls them limited."""

    pool: ListedPool
    places: int
    limited: bool


def landscape(areas: Sequence[Area], scenario: Scenario) -> list[Provider]:
    """Groups of each borough, then specialists for everybody, then what the scenario adds."""
    if not areas:
        return []
    chance = Random(LANDSCAPE)  # noqa: S311 - a simulation repeats its chances
    made = _Maker(chance, scenario)
    by_borough: dict[str, list[Area]] = {}
    for area in areas:
        by_borough.setdefault(area.borough, []).append(area)
    said = scenario.providers
    providers: list[Provider] = []
    for borough, homes in sorted(by_borough.items()):
        for need, places in _places_for(homes, scenario, 1 - said.citywide_share).items():
            providers += made.some(need, places, said.groups_for_each_need, homes, frozenset({borough}))
    if said.citywide_for_each_need:
        for need, places in _places_for(areas, scenario, said.citywide_share).items():
            providers += made.some(need, places, said.citywide_for_each_need, areas, frozenset())
    for more in scenario.more:
        providers = _with_more(providers, more)
    return providers


def _places_for(areas: Sequence[Area], scenario: Scenario, share: float) -> Mapping[str, float]:
    """As many as the demand for each need keeps busy (J. D. C. Little, Operations Research 9, 1961), by the balance."""
    said, shares = scenario.providers, scenario.arrivals.by_need
    busy_days = said.answers_after_hours / HOURS_OF_A_DAY + said.starts_after_days + said.session_weeks * 7
    needs_a_year = expected_a_year(areas, scenario) * (1 + scenario.arrivals.second_need)
    busy = needs_a_year * busy_days / DAYS_OF_A_YEAR * said.places_for_demand * share
    return {need: busy * weight / sum(shares.values()) for need, weight in sorted(shares.items())}


class _Maker:
    """Makes pools one after the other, by the same chances each time."""

    def __init__(self, chance: Random, scenario: Scenario) -> None:
        self._chance = chance
        self._said = scenario.providers
        self._numbers = count(1)
        spoken: dict[str, float] = {}
        for shares in scenario.arrivals.own_language.values():
            for language, share in shares.items():
                spoken[language] = spoken.get(language, 0.0) + share
        self._languages = Draw(spoken)

    def some(
        self, need: str, places: float, groups: int, homes: Sequence[Area], areas: frozenset[str]
    ) -> Iterable[Provider]:
        """So many groups that share the places; what is no whole place is one by chance."""
        whole = int(places) + (self._chance.random() < places % 1)
        for number in range(groups):
            yield self._one(need, whole // groups + (number < whole % groups), homes, areas)

    def _one(self, need: str, places: int, homes: Sequence[Area], areas: frozenset[str]) -> Provider:
        chance, said, number = self._chance, self._said, next(self._numbers)
        home = homes[chance.randrange(len(homes))]
        second = chance.random() < said.second_language and self._languages.total
        language = self._languages.one(chance) if second else "en"
        remote = (
            frozenset({"home-visit", "phone"}) if chance.random() < said.comes_home_or_phones else frozenset()
        )
        step_free = chance.random() < said.step_free
        pool = ListedPool(
            pool_id=UUID(int=POOLS.int + number), service_id=UUID(int=SERVICES.int + number),
            organisation_id=UUID(int=ORGANISATIONS.int + number), needs=frozenset({need}), everywhere=not areas,
            areas=areas, languages=frozenset({"en", language}), delivery=frozenset({"at-a-place"}) | remote,
            access=frozenset({"step-free"}) if step_free else frozenset(),
            latitude=home.point[0], longitude=home.point[1],
        )  # fmt: skip
        return Provider(pool, places, chance.random() < said.limited)


def _with_more(providers: Sequence[Provider], more: MorePlaces) -> list[Provider]:
    """In turns, to the groups of that borough."""
    there = [
        place for place, each in enumerate(providers)
        if more.area in each.pool.areas and more.need in each.pool.needs
    ]  # fmt: skip
    if not there:
        raise ScenarioError(f"{more.area} is not simulated, so it cannot have more places for {more.need}")
    changed = list(providers)
    for number in range(more.places):
        at = there[number % len(there)]
        changed[at] = replace(changed[at], places=changed[at].places + 1)
    return changed
