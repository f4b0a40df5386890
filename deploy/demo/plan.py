"""Who comes in a run, and how much space there is: spread over London, with one kind of group that is short."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from deploy.demo.people import Invented, Person

BOROUGHS = {
    "E09000009": "Ealing",
    "E09000030": "Tower Hamlets",
    "E09000031": "Waltham Forest",
    "E09000007": "Camden",
    "E09000012": "Hackney",
    "E09000022": "Lambeth",
    "E09000018": "Hounslow",
    "E09000017": "Hillingdon",
    "E09000002": "Barking and Dagenham",
}
COMMON_NEEDS = ("loneliness", "money-advice", "housing", "mental-wellbeing", "healthy-eating", "creative")
SHORT_AREA, SHORT_NEED = "E09000030", "mens-groups"
FULL_IN_THE_MIDDLE = "Evening Talk"
NOTHING_THERE = (("E09000016", "womens-health"), ("E09000027", "practical-help"))
FEWEST = 20


@dataclass(frozen=True, slots=True)
class Space:
    """What a provider taps: a button of its page, and how many."""

    button: str
    free: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`common` find a place somewhere; `short` ask for the one kind of group that has too few."""

    common: tuple[Person, ...]
    short: tuple[Person, ...]
    short_places: int
    plenty: int
    middle_places: int

    def space_of(self, service: Mapping[str, Any]) -> Space:
        if serves(service, SHORT_AREA, SHORT_NEED):
            return Space("open", self.short_places)
        if service["name"] == FULL_IN_THE_MIDDLE:
            return Space("open", self.middle_places)
        if service["name"].startswith("London "):
            return Space("no-limit")
        return Space("open", self.plenty)


def plan_run(invented: Invented, number: int, seed: int) -> Plan:
    """`number` people in all. Each group that is short has so few places that some of `short` must wait."""
    random = Random(seed)  # noqa: S311 - a plan, not a secret
    short_places = max(1, number // 60)
    waiting = max(8, number // 8)
    short = [
        invented.someone(door="gp", area=SHORT_AREA, needs=[SHORT_NEED], sex="male", age=30 + each % 30)
        for each in range(4 * short_places + waiting)
    ]
    common = [_someone(invented, random, each) for each in range(number - len(short))]
    random.shuffle(common)
    return Plan(
        common=tuple(common),
        short=tuple(short),
        short_places=short_places,
        plenty=max(25, number),
        middle_places=max(8, number // 5),
    )


def _someone(invented: Invented, random: Random, number: int) -> Person:
    if number in {3, 9}:
        area, need = NOTHING_THERE[number // 9]
        return invented.someone(door="gp", area=area, needs=[need], sex="male")
    area = list(BOROUGHS)[number % len(BOROUGHS)]
    if number % 5 in {1, 3}:
        return invented.someone(door="self", area=area, needs=[random.choice(COMMON_NEEDS)])
    more: dict[str, Any] = {}
    if number % 10 == 5:
        more = {"language": random.choice(("so", "bn", "pl", "tr"))}
    if number % 10 == 7:
        more = {"can_travel": False}
    needs = random.sample(COMMON_NEEDS, 2 if number % 6 == 0 else 1)
    return invented.someone(door="gp", area=area, needs=needs, **more)


def serves(service: Mapping[str, Any], area: str, need: str) -> bool:
    """By its entry in the directory."""
    extents = {each.get("extent") for each in service.get("service_areas", [])}
    return need in needs_of(service) and bool({area, "everywhere"} & extents)


def needs_of(service: Mapping[str, Any]) -> set[str]:
    terms = [each.get("taxonomy_term", {}) for each in service.get("attributes", [])]
    return {term["term"] for term in terms if term.get("taxonomy") == "kith-needs"}
