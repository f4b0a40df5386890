"""Pairs of made-up services of which a person has said whether they are one and the same; half sets the weights, half measures.

`tests/data/duplicates/pairs.json` has groups: a service and others beside it, each with what is different about it.
Services of two groups are never the same. `python -m tests.support.labelled_duplicates` prints what is found.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from services.directory.domain.catchment import Catchment
from services.directory.domain.joining import Phone
from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.place import Address, Place
from services.directory.domain.service import Service, Suitability
from services.directory.duplicates.blocking import Blocks
from services.directory.duplicates.candidates import likely_pairs
from services.directory.duplicates.likeness import likeness, the_weights
from services.directory.duplicates.traits import Traits, traits_of
from shared.vocabulary import vocabulary

FOLDER = Path(__file__).parents[1] / "data" / "duplicates"
NAMES = UUID("6f0f2a4e-5d3c-4d52-9f0e-6d0a4b1c9d10")
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Two services, what they are an example of, and whether they are one."""

    kind: str
    same: bool
    one: Traits
    other: Traits

    @property
    def pair(self) -> tuple[UUID, UUID]:
        first, second = sorted((self.one.id, self.other.id))
        return first, second


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found of the labelled pairs, and pairs that were found across groups."""

    right: Mapping[str, int]
    """Of each kind: same ones found, others left alone."""
    given: Mapping[str, int]
    found_rightly: int
    found_wrongly: int
    missed: int

    @property
    def precision(self) -> float:
        return self.found_rightly / (self.found_rightly + self.found_wrongly)

    @property
    def recall(self) -> float:
        return self.found_rightly / (self.found_rightly + self.missed)

    def lines(self) -> Iterator[str]:
        for kind in sorted(self.given):
            yield f"{kind:<22} {self.right.get(kind, 0):>3} of {self.given[kind]:>3} right"
        yield f"precision {self.precision:.3f} ({self.found_wrongly} wrong), recall {self.recall:.3f} ({self.missed} missed)"


def labelled(half: int) -> list[Labelled]:
    """Every second group: 0 sets the weights, 1 measures."""
    groups = json.loads((FOLDER / "pairs.json").read_text(encoding="utf-8"))
    return [
        pair for number, group in enumerate(groups) if number % 2 == half for pair in _pairs(number, group)
    ]


def measured(pairs: Sequence[Labelled]) -> Measured:
    """All services of the pairs together, as in a menu: a pair that is never compared is not found either."""
    blocks = Blocks()
    for each in pairs:
        blocks.put(each.one)
        blocks.put(each.other)
    ids = [service_id for each in pairs for service_id in each.pair]
    found = {(each.left_id, each.right_id) for each in likely_pairs(blocks, ids)}
    group_of = {service_id: each.one.id for each in pairs for service_id in each.pair}
    across = sum(group_of[left] != group_of[right] for left, right in found)
    return Measured(
        right=Counter(each.kind for each in pairs if (each.pair in found) == each.same),
        given=Counter(each.kind for each in pairs),
        found_rightly=sum(each.same and each.pair in found for each in pairs),
        found_wrongly=across + sum(not each.same and each.pair in found for each in pairs),
        missed=sum(each.same and each.pair not in found for each in pairs),
    )


def _pairs(number: int, group: Record) -> Iterator[Labelled]:
    base = group["base"]
    for position, (kind, same, changes) in enumerate(group["pairs"]):
        other = dict(base) | changes
        if "place" in changes:
            other.pop("areas", None) if "areas" not in changes else None
        one = _traits(base, f"{number}", feed=0)
        yield Labelled(kind, same, one, _traits(other, f"{number}/{position}", feed=(number + position) % 2))


def _traits(record: Record, name: str, *, feed: int) -> Traits:
    organisation = Organisation(
        uuid5(NAMES, f"{feed} {record['org']}"), record["org"], record["org"], website=record.get("web")
    )
    return traits_of(_service(record, name, organisation), organisation)


def _service(record: Record, name: str, organisation: Organisation) -> Service:
    places = _places()
    place = places[record["place"]] if record.get("place") else None
    boroughs = {borough.name: code for code, borough in vocabulary.boroughs().items()}
    areas = record.get("areas") or ([place["borough"]] if place else [])
    low, high = record.get("ages") or (None, None)
    return Service(
        id=uuid5(NAMES, name),
        organisation_id=organisation.id,
        name=record["name"],
        status="active",
        pools=(),
        catchment=Catchment(areas=tuple(boroughs[area] for area in areas)),
        suitability=Suitability(
            needs=tuple(record.get("needs") or ()),
            suits=tuple(record.get("suits") or ()),
            delivery=tuple(record.get("delivery") or (["at-a-place"] if place else ())),
            languages=tuple(record.get("languages") or ("en",)),
            minimum_age=low,
            maximum_age=high,
        ),
        description=record.get("about"),
        url=record.get("web"),
        email=record.get("email"),
        phones=tuple(Phone(NAMES, number) for number in [record.get("phone")] if number),
        opening=tuple(_openings(record.get("when") or "")),
        places=tuple([_place(place)] if place else ()),
    )


def _place(place: Record) -> Place:
    address = Address(NAMES, "physical", place["address"], "London", "London", place["postcode"], "GB")
    latitude, longitude = place["point"]
    return Place(NAMES, NAMES, "physical", latitude=latitude, longitude=longitude, addresses=(address,))


def _openings(text: str) -> Iterator[Opening]:
    for each in filter(None, text.split(", ")):
        day, hours = each.split(" ")
        opens, closes = (time.fromisoformat(at) for at in hours.split("-"))
        frequency = "MONTHLY" if day[0].isdigit() else "WEEKLY"
        yield Opening(NAMES, frequency, days=(day,), opens_at=opens, closes_at=closes)  # type: ignore[arg-type]


def _places() -> Mapping[str, Record]:
    read: Mapping[str, Record] = json.loads((FOLDER / "places.json").read_text(encoding="utf-8"))
    return read


def _print(half: int, *, wrong_ones: bool) -> None:
    pairs = labelled(half)
    print(f"half {half}, {len(pairs)} pairs", *measured(pairs).lines(), sep="\n  ")
    for each in pairs if wrong_ones else ():
        found = likeness(each.one, each.other)
        if (found.points >= the_weights().likely_from) != each.same:
            told = ", ".join(f"{reason.sign} {reason.points:+}" for reason in found.reasons)
            print(
                f"  {each.kind}: {' '.join(each.one.whole_name)} | {' '.join(each.other.whole_name)}: {found.points} = {told}"
            )


if __name__ == "__main__":
    _print(0, wrong_ones=True)
    _print(1, wrong_ones=False)
