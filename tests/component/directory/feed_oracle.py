"""Made-up records with all that lists can be filtered by, and which of them a list has to show, by plain Python."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.directory.domain.catchment import HomeArea, metres_between
from services.directory.domain.place import Place
from services.directory.domain.service import Service
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.read_service import read_service_record
from shared.places.places import Places
from tests.unit.directory.records import a_record, attribute

BOROUGHS = ("E09000031", "E09000030", "E09000009", "E09000028")
WARDS = ("E05013902", "E05009320", "E05013538")
POSTCODES = ("E17 4PP", "e3 4qy", "SE155BA", "UB2 4BQ")
NEEDS = ("loneliness", "housing", "carers", "money-advice")
NAMES = ("Lunch", "Walk", "Chess", "Garden")
DAYS = ("MO", "TU", "WE", "SA")
TIMES = ("08:00", "10:00", "12:30", "18:00", "22:00", "01:00")
ORGANISATIONS = {number: UUID(int=9000 + number) for number in range(4)}
PARENTS = {1: 0, 2: 1}
OTHER_TAXONOMY, OTHER_TERM = UUID(int=7001), UUID(int=7002)


def made_records(number: int, seed: int) -> list[dict[str, Any]]:
    by = random.Random(seed)  # noqa: S311 - test data
    return [_record(by, UUID(int=1000 + each)) for each in range(number)]


def made_query(seed: int) -> dict[str, str]:
    """Up to three filters at once."""
    by = random.Random(seed)  # noqa: S311 - test data
    every: Mapping[str, str] = {
        "search": by.choice(NAMES),
        "taxonomy_term_id": str(by.choice([ours.term_id(ours.NEEDS, by.choice(NEEDS)), OTHER_TERM])),
        "taxonomy_id": str(by.choice([ours.taxonomy_id(ours.ACCESS), OTHER_TAXONOMY])),
        "minimum_age": str(by.choice([0, 18, 60])),
        "maximum_age": str(by.choice([25, 99])),
        "day": by.choice(DAYS),
        "start_time": by.choice(TIMES),
        "end_time": by.choice(TIMES),
        "organization_id": str(ORGANISATIONS[by.randrange(4)]),
    }
    return {name: every[name] for name in by.sample(sorted(every), by.randint(0, 3))}


def made_place_query(seed: int) -> dict[str, str]:
    by = random.Random(seed)  # noqa: S311 - test data
    query = made_query(seed)
    query["postcode"] = by.choice(POSTCODES)
    if by.random() < 0.5:
        query["proximity"] = str(by.choice([500, 3000, 12000]))
    return query


@dataclass(frozen=True)
class Menu:
    """What was made, as the directory has to read it."""

    services: tuple[Service, ...]
    places: Places
    today: date

    @classmethod
    def of(cls, records: list[dict[str, Any]], places: Places, today: date) -> "Menu":
        return cls(tuple(read_service_record(record).service for record in records), places, today)

    def services_for(self, query: Mapping[str, str]) -> set[str]:
        return {str(each.id) for each in self.services if self._matches(each, query)}

    def locations_for(self, query: Mapping[str, str]) -> set[str]:
        return {
            str(place.link_id)
            for each in self.services
            if self._matches(each, query)
            for place in each.places
            if self._is_there(each, place, query)
        }

    def _matches(self, service: Service, query: Mapping[str, str]) -> bool:
        suitability = service.suitability
        terms = {str(ours.term_id(ours.NEEDS, code)) for code in suitability.needs}
        taxonomies = {str(ours.taxonomy_id(ours.ACCESS))} if suitability.access else set()
        for term in service.other_terms:
            terms.add(str(term.term_id))
            taxonomies.add(str(term.taxonomy_id))
        most = suitability.maximum_age
        checks: Mapping[str, Callable[[str], bool]] = {
            "search": lambda value: value.casefold() in service.name.casefold(),
            "taxonomy_term_id": lambda value: value in terms,
            "taxonomy_id": lambda value: value in taxonomies,
            "minimum_age": lambda value: (suitability.minimum_age or 0) >= int(value),
            "maximum_age": lambda value: most is not None and most <= int(value),
            "organization_id": lambda value: str(service.organisation_id) in _below(value),
        }
        if service.status not in {"active", "temporarily closed"}:
            return False
        if any(name in query and not check(query[name]) for name, check in checks.items()):
            return False
        return not {"day", "start_time", "end_time"} & query.keys() or self._is_open(service, query)

    def _is_open(self, service: Service, query: Mapping[str, str]) -> bool:
        """One opening that holds all that was asked for."""
        for opening in service.opening:
            starts, ends = opening.opens_at, opening.closes_at
            if opening.valid_to and date.fromisoformat(opening.valid_to) < self.today:
                continue
            if "day" in query and query["day"] not in opening.days:
                continue
            if "start_time" in query and (starts is None or f"{starts:%H:%M}" < query["start_time"]):
                continue
            if "end_time" in query:
                if ends is None or f"{ends:%H:%M}" > query["end_time"]:
                    continue
                if starts is not None and ends <= starts:
                    continue
            return True
        return False

    def _is_there(self, service: Service, place: Place, query: Mapping[str, str]) -> bool:
        if "postcode" not in query:
            return True
        home = self.places.of_postcode(query["postcode"])
        assert home is not None
        lives = HomeArea(home.area.lsoa, home.area.ward, home.area.borough, home.point)
        if service.catchment.is_known and not service.catchment.holds(lives):
            return False
        if "proximity" not in query:
            return True
        there = place.coordinates
        return there is not None and metres_between(home.point, there) <= int(query["proximity"])


def _below(organisation_id: str) -> set[str]:
    numbers = {number for number, each in ORGANISATIONS.items() if str(each) == organisation_id}
    while more := {child for child, parent in PARENTS.items() if parent in numbers} - numbers:
        numbers |= more
    return {str(ORGANISATIONS[number]) for number in numbers}


def _record(by: random.Random, service_id: UUID) -> dict[str, Any]:
    number = by.randrange(4)
    parent = {"parent_organization_id": str(ORGANISATIONS[PARENTS[number]])} if number in PARENTS else {}
    youngest = by.choice([0, 18, 60])
    record: dict[str, Any] = a_record(
        id=str(service_id),
        name=f"{by.choice(NAMES)} {service_id.int}",
        status=by.choice(["active", "active", "active", "temporarily closed", "inactive"]),
        minimum_age=youngest,
        maximum_age=by.choice([25, 99]) if youngest < 25 else 130,
        organization={
            "id": str(ORGANISATIONS[number]),
            "name": f"Organisation {number}",
            "description": "People.",
            **parent,
        },
        service_areas=_areas(by),
        schedules=[_schedule(by, UUID(int=service_id.int * 10 + each)) for each in range(by.randrange(3))],
        service_at_locations=[
            _link(by, UUID(int=service_id.int * 10 + each)) for each in range(by.randrange(3))
        ],
    )
    record["attributes"] = _attributes(by, service_id)
    return record


def _attributes(by: random.Random, service_id: UUID) -> list[dict[str, Any]]:
    codes = [("kith-needs", code) for code in by.sample(NEEDS, by.randint(1, 2))]
    codes += [("kith-access", "step-free")] if by.random() < 0.5 else []
    found: list[dict[str, Any]] = [
        attribute(*code) | {"id": str(UUID(int=service_id.int * 100 + number))}
        for number, code in enumerate(codes)
    ]
    if by.random() < 0.3:
        term = {
            "id": str(OTHER_TERM),
            "name": "Fun",
            "description": "Fun",
            "taxonomy": "theirs",
            "taxonomy_id": str(OTHER_TAXONOMY),
        }
        found.append({"id": str(UUID(int=service_id.int * 100 + 50)), "taxonomy_term": term})
    return found


def _areas(by: random.Random) -> list[dict[str, Any]]:
    """Boroughs, a ward, a circle, a square, words alone, or nothing."""
    middle = [by.uniform(-0.4, 0.05), by.uniform(51.45, 51.6)]
    square = [[middle[0] + x, middle[1] + y] for x, y in ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1), (0, 0))]
    circle = {"type": "Point", "coordinates": middle, "radius": by.choice([1000, 8000])}
    kinds: list[list[tuple[str, str]]] = [
        [("gss", code) for code in by.sample(BOROUGHS, by.randint(1, 2))],
        [("gss", by.choice(WARDS))],
        [("geojson", json.dumps(circle))],
        [("geojson", json.dumps({"type": "Polygon", "coordinates": [square]}))],
        [("text", "Around here")],
        [],
    ]
    return [
        {"id": str(UUID(int=by.getrandbits(120))), "extent_type": kind, "extent": extent}
        for kind, extent in by.choice(kinds)
    ]


def _schedule(by: random.Random, schedule_id: UUID) -> dict[str, Any]:
    ended = {"valid_to": by.choice(["2020-01-01", "2099-01-01"])} if by.random() < 0.4 else {}
    return {
        "id": str(schedule_id),
        "freq": "WEEKLY",
        "byday": ",".join(by.sample(DAYS, by.randint(1, 2))),
        "opens_at": f"{by.choice(TIMES)}:00",
        "closes_at": f"{by.choice(TIMES)}:00",
        **ended,
    }


def _link(by: random.Random, link_id: UUID) -> dict[str, Any]:
    kind = by.choice(["physical", "physical", "virtual"])
    location: dict[str, Any] = {"id": str(UUID(int=link_id.int + 5_000_000)), "location_type": kind}
    if kind == "physical":
        location |= {"latitude": by.uniform(51.45, 51.6), "longitude": by.uniform(-0.4, 0.05)}
    return {"id": str(link_id), "location": location}
