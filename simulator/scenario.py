"""What is simulated: who comes with which need, what there is for them, and how providers and people behave.

Every number is an assumption to be changed but where a comment names its source. Unknown words in a file are refused.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from services.referral.domain.policy import RoutingPolicy
from services.referral.domain.waiting_policy import WaitingPolicy
from shared.places.ethnic_groups import FIVE_GROUPS
from shared.vocabulary.vocabulary import groups, languages, needs

STRICT = ConfigDict(extra="forbid")


class ScenarioError(ValueError):
    """The scenario says something that cannot be simulated."""


def _shares_of_needs() -> dict[str, float]:
    """Who asks for a link worker is not simulated: their caseloads are not."""
    return {need: 1.0 for need in needs() if need != "link-worker"}


def _shares_of_groups() -> dict[str, float]:
    return {
        "carers": 0.08, "severe-mental-illness": 0.05, "migrants-and-refugees": 0.05,
        "learning-disability": 0.02, "homeless-people": 0.02,
    }  # fmt: skip


def _shares_of_languages() -> dict[str, dict[str, float]]:
    return {
        "white": {"pl": 0.03, "ro": 0.02}, "mixed": {"pt": 0.01}, "asian": {"bn": 0.05, "ur": 0.03, "gu": 0.02},
        "black": {"so": 0.04, "fr": 0.01}, "other": {"ar": 0.10, "ku": 0.02},
    }  # fmt: skip


@checked(frozen=True, config=STRICT)
class Arrivals:
    """Who is referred. Multipliers stand beside 1 for everybody else; shares need not add up to 1."""

    per_1000_a_year: float = 23.0
    """1.3 million people referred in England in 2023 (University College London, The Lancet Public Health, 2025), by
    57.7 million residents (Office for National Statistics, mid-2023)."""
    by_decile: Mapping[int, float] = field(default_factory=dict)
    by_ethnic_group: Mapping[str, float] = field(default_factory=dict)
    share_men: float = 0.39
    """Four quarters of one borough's service, 37.3, 40.7, 38.1 and 39.7 per cent (Men's Project, Tower Hamlets)."""
    by_need: Mapping[str, float] = field(default_factory=_shares_of_needs)
    second_need: float = 0.3
    by_age: Mapping[int, float] = field(
        default_factory=lambda: {18: 0.15, 30: 0.22, 45: 0.33, 65: 0.20, 80: 0.10}
    )
    """By the youngest of a band, which ends where the next begins; the last at 95."""
    own_language: Mapping[str, Mapping[str, float]] = field(default_factory=_shares_of_languages)
    """The share of an ethnic group that needs a service in a language other than English."""
    groups: Mapping[str, float] = field(default_factory=_shares_of_groups)
    """The share that belongs to each group whom services suit, or do not, or who stand higher in the line."""
    cannot_travel: float = 0.25
    """Of those who are disabled, whose share comes from the census."""
    needs_step_free: float = 0.25
    gives_up_waiting_a_week: float = 0.02


@checked(frozen=True, config=STRICT)
class Providers:
    """What there is. Places follow from the demand of a borough and need, so that `places_for_demand` is the balance."""

    groups_for_each_need: int = 3
    citywide_for_each_need: int = 1
    citywide_share: float = 0.15
    """Of all places, those of specialists who take people from everywhere."""
    places_for_demand: float = 0.95
    limited: float = 0.1
    second_language: float = 0.3
    comes_home_or_phones: float = 0.25
    step_free: float = 0.6
    declines: float = 0.10
    lapses: float = 0.05
    answers_after_hours: float = 20.0
    answer_within_hours: float = 72.0
    starts_after_days: float = 10.0
    session_weeks: float = 10.0
    session_weeks_spread: float = 4.0


@checked(frozen=True, config=STRICT)
class MorePlaces:
    """So many more places for a need in a borough, beside all else as it is."""

    places: int
    need: str
    area: str


@checked(frozen=True, config=STRICT)
class Scenario:
    name: str = "as it is"
    scale: float = 1.0
    """Of the population: 0.1 simulates every tenth person, with every tenth place."""
    days: int = 365
    warm_up_days: int = 180
    """Before the counted days: an empty system has no line."""
    arrivals: Arrivals = field(default_factory=Arrivals)
    providers: Providers = field(default_factory=Providers)
    policy: RoutingPolicy = field(default_factory=RoutingPolicy)
    waiting: WaitingPolicy = field(default_factory=WaitingPolicy)
    more: tuple[MorePlaces, ...] = ()

    def with_more(self, more: MorePlaces) -> "Scenario":
        name = f"{more.places} more for {more.need} in {more.area}"
        return replace(self, name=name, more=(*self.more, more))


@dataclass(frozen=True, slots=True)
class Limit:
    """Between what a number of the scenario must lie."""

    lowest: float
    highest: float


LIMITS: Mapping[str, Limit] = {
    "scale": Limit(0.001, 10), "days": Limit(1, 3660), "warm_up_days": Limit(0, 3660),
    "arrivals.per_1000_a_year": Limit(0.001, 1000), "arrivals.share_men": Limit(0, 1),
    "arrivals.second_need": Limit(0, 1), "arrivals.cannot_travel": Limit(0, 1),
    "arrivals.needs_step_free": Limit(0, 1), "arrivals.gives_up_waiting_a_week": Limit(0, 0.99),
    "providers.groups_for_each_need": Limit(1, 1000), "providers.citywide_for_each_need": Limit(0, 1000),
    "providers.citywide_share": Limit(0, 1), "providers.places_for_demand": Limit(0, 100),
    "providers.limited": Limit(0, 1), "providers.second_language": Limit(0, 1),
    "providers.comes_home_or_phones": Limit(0, 1), "providers.step_free": Limit(0, 1),
    "providers.declines": Limit(0, 1), "providers.lapses": Limit(0, 1),
    "providers.answers_after_hours": Limit(0.01, 336), "providers.answer_within_hours": Limit(1, 336),
    "providers.starts_after_days": Limit(0.1, 365), "providers.session_weeks": Limit(0.1, 520),
    "providers.session_weeks_spread": Limit(0, 260),
}  # fmt: skip

_SCENARIO = TypeAdapter(Scenario)


def read_scenario(path: Path) -> Scenario:
    """A scenario from a YAML (or JSON) file; what it does not name stays as it is by default."""
    try:
        found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ScenarioError(f"{path} cannot be read") from error
    return scenario_from(found or {}, name=path.stem)


def as_json(scenario: Scenario) -> str:
    """The scenario as a file that reads back as itself."""
    return json.dumps(_SCENARIO.dump_python(scenario, mode="json", fallback=dict, warnings=False), indent=2)


def scenario_from(found: Mapping[str, Any], *, name: str) -> Scenario:
    try:
        scenario = _SCENARIO.validate_python({"name": name, **found})
    except (ValidationError, TypeError) as error:
        raise ScenarioError(f"{name}: {_first_fault(error)}") from error
    check(scenario)
    return scenario


def check(scenario: Scenario) -> None:
    """Refuses what no run could mean."""
    for path, limit in LIMITS.items():
        value: Any = scenario
        for part in path.split("."):
            value = getattr(value, part)
        if not limit.lowest <= value <= limit.highest:
            raise ScenarioError(f"{path} must be from {limit.lowest} to {limit.highest}, not {value}")
    said = scenario.arrivals
    _known("need", [*said.by_need, *(each.need for each in scenario.more)], needs())
    _known("ethnic group", [*said.by_ethnic_group, *said.own_language], FIVE_GROUPS)
    _known("language", [code for shares in said.own_language.values() for code in shares], languages())
    _known("group", said.groups, groups())
    _known("decile", said.by_decile, range(1, 11))
    if not all(0 <= share <= 1 for share in said.groups.values()):
        raise ScenarioError("arrivals.groups must be from 0 to 1")
    weights = [*said.by_decile.values(), *said.by_ethnic_group.values(), *said.by_need.values()]
    if (
        min([*weights, *said.by_age.values()]) < 0
        or not sum(said.by_need.values())
        or not sum(said.by_age.values())
    ):
        raise ScenarioError("shares and multipliers must not be below 0, nor all of them 0")


def _known(what: str, named: Any, known: Any) -> None:
    for each in named:
        if each not in known:
            raise ScenarioError(f"there is no {what} {each!r}")


def _first_fault(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)
