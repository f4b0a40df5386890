"""The people who will come, drawn from the residents of neighbourhoods: the same for a seed, whatever there is for them."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from uuid import UUID

from services.referral.domain.wants import Sex, Wants, groups_of
from shared.places.place import Area
from shared.places.places import Places
from simulator.scenario import Arrivals, Scenario

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
DAYS_OF_A_YEAR = 365.25
OLDEST = 95
LUCK = 2**48

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One need of one person, with the groups that are compared. `luck` decides what chance would decide later."""

    leg_id: UUID
    at: datetime
    wants: Wants
    decile: int
    ethnic_group: str
    sex: Sex
    luck: int


class Draw(Generic[T]):
    """One of several, by their weights."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._values = list(weights)
        self._sums = list(accumulate(weights.values()))

    @property
    def total(self) -> float:
        return self._sums[-1] if self._sums else 0.0

    def one(self, chance: Random) -> T:
        return self._values[bisect(self._sums, chance.random() * self.total, hi=len(self._values) - 1)]


def neighbourhoods(places: Places, area: str) -> list[Area]:
    """Of a borough, board or ward, in the order of their codes."""
    return [found for lsoa in sorted(places.within(area)) if (found := places.area(lsoa))]


def expected_a_year(areas: Sequence[Area], scenario: Scenario) -> float:
    """How many people are referred in a year."""
    return scenario.scale * sum(_weight(area, scenario.arrivals) for area in areas)


def arrivals(areas: Sequence[Area], scenario: Scenario, seed: int) -> Iterator[Arrival]:
    """In order of time, by a Poisson process: needs of the same person come together."""
    chance = Random(seed)  # noqa: S311 - a simulation repeats its chances
    said = scenario.arrivals
    homes = Draw({number: _weight(area, said) for number, area in enumerate(areas)})
    draws = _Draws(said, areas)
    a_day = expected_a_year(areas, scenario) / DAYS_OF_A_YEAR
    if not a_day:
        return
    days, number = 0.0, 0
    while (days := days + chance.expovariate(a_day)) < scenario.warm_up_days + scenario.days:
        for arrival in draws.person(chance, areas[homes.one(chance)], BEGINS + timedelta(days=days), number):
            number += 1
            yield arrival


class _Draws:
    """Everything about a person that is drawn by weights, prepared once."""

    def __init__(self, said: Arrivals, areas: Sequence[Area]) -> None:
        self._said = said
        self._needs = Draw(said.by_need)
        youngest = sorted(said.by_age)
        self._ages = Draw(said.by_age)
        self._older = dict(zip(youngest, [*youngest[1:], OLDEST + 1], strict=True))
        self._ethnic = {area.lsoa: Draw(_by_ethnic_group(area, said)) for area in areas}
        self._languages = {
            group: Draw({"en": max(0.0, 1 - sum(shares.values())), **shares})
            for group, shares in said.own_language.items()
        }

    def person(self, chance: Random, home: Area, at: datetime, number: int) -> Iterator[Arrival]:
        said = self._said
        youngest = self._ages.one(chance)
        age = chance.randrange(youngest, self._older[youngest])
        ethnic_group = self._ethnic[home.lsoa].one(chance)
        sex: Sex = "male" if chance.random() < said.share_men else "female"
        spoken = self._languages.get(ethnic_group)
        language = spoken.one(chance) if spoken else "en"
        disabled = chance.random() < home.disabled / max(1, home.residents)
        stays, step_free = chance.random() < said.cannot_travel, chance.random() < said.needs_step_free
        named = frozenset(group for group, share in said.groups.items() if chance.random() < share)
        first, other = self._needs.one(chance), self._needs.one(chance)
        with_other = chance.random() < said.second_need and other != first
        for need in (first, other) if with_other else (first,):
            wants = Wants(
                need=need, area=home.borough, age=age, language=language, groups=groups_of(named, sex),
                access=frozenset({"step-free"}) if disabled and step_free else frozenset(),
                can_travel=not (disabled and stays), deprivation=home.imd_decile,
            )  # fmt: skip
            luck = chance.randrange(LUCK)
            yield Arrival(UUID(int=number + 1), at, wants, home.imd_decile, ethnic_group, sex, luck)
            number += 1


def _weight(area: Area, said: Arrivals) -> float:
    """People of a neighbourhood who are referred in a year."""
    people = sum(_by_ethnic_group(area, said).values())
    return people * said.per_1000_a_year / 1000 * said.by_decile.get(area.imd_decile, 1.0)


def _by_ethnic_group(area: Area, said: Arrivals) -> dict[str, float]:
    return {group: count * said.by_ethnic_group.get(group, 1.0) for group, count in area.groups.items()}
