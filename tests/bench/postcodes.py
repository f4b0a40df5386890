"""How long the area of a postcode takes: London's pack as it comes, and as many postcodes as all of Britain has."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter, perf_counter_ns
from typing import Any

from shared.places import pack
from shared.places.place import Point
from shared.places.places import Places, open_places
from shared.places.postcodes import Entry, PostcodeIndex, postcode_key, write_index
from tests.bench.wrong_result import WrongResult

ASKED = 100_000
NATIONAL = 1_800_000
MARK = b"bench---"
MADE_UP = 300_000
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_LONDON = ("E", "N", "NW", "SE", "SW", "W", "BR", "CR", "HA", "KT", "TW", "UB", "RM", "IG", "EN", "DA", "SM")


def measure() -> dict[str, Any]:
    started = perf_counter()
    places = open_places()
    opened = perf_counter() - started
    check(places)
    chance = random.Random(1)  # noqa: S311 - which postcodes are asked for is no secret
    texts = list(islice(postcodes(), NATIONAL))
    asked = chance.choices(texts[: NATIONAL // 10], k=ASKED)
    there = some_of_london(places, chance)
    return {
        "open London's pack, s": round(opened, 3),
        "postcodes of London's pack": places.manifest.counts["postcodes"],
        "of them asked for": len(there),
        **timed("London, of_postcode", chance.choices(there, k=ASKED), places.of_postcode),
        **national(texts, asked),
    }


def check(places: Places) -> None:
    found = places.of_postcode("e17 4pp")
    if found is None or found.area.lsoa != "E01004460":
        raise WrongResult("the area of a known postcode is another one")


def some_of_london(places: Places, chance: random.Random) -> list[str]:
    """Those of some made-up postcodes that are there, from all over London."""
    made_up = (
        f"{chance.choice(_LONDON)}{chance.randrange(1, 29)} "
        f"{chance.randrange(10)}{chance.choice(_LETTERS)}{chance.choice(_LETTERS)}"
        for _ in range(MADE_UP)
    )
    return [text for text in made_up if places.of_postcode(text)]


def postcodes() -> Iterator[str]:
    for first in _LETTERS:
        for second in _LETTERS:
            for district in range(1, 30):
                for digit in range(10):
                    for unit in range(20):
                        yield f"{first}{second}{district} {digit}{_LETTERS[unit]}{_LETTERS[(unit * 7) % 20]}"


def national(texts: list[str], asked: list[str]) -> dict[str, Any]:
    entries = [
        Entry(key, number % 35_672, point_of(number), ended=False)
        for number, text in enumerate(texts)
        if (key := postcode_key(text)) is not None
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / pack.POSTCODES).write_bytes(write_index(entries, areas_mark=MARK))
        index = PostcodeIndex(pack.open_file(Path(folder), pack.POSTCODES), areas_mark=MARK)

        def find(text: str) -> Entry | None:
            key = postcode_key(text)
            return None if key is None else index.find(key)

        for number in range(0, len(texts), 997):
            if find(texts[number]) != entries[number]:
                raise WrongResult("a postcode gives another row")
        size = (Path(folder) / pack.POSTCODES).stat().st_size
        return {"postcodes, national": len(index), "mapped, MB": round(size / 1e6, 1)} | timed(
            "national, find", asked, find
        )


def point_of(number: int) -> Point:
    return (5_000_000 + number % 500_000) / 100_000, -(number % 300_000) / 100_000


def timed(name: str, asked: list[str], ask: Callable[[str], object]) -> dict[str, Any]:
    taken = []
    for text in asked:
        started = perf_counter_ns()
        ask(text)
        taken.append(perf_counter_ns() - started)
    taken.sort()
    return {f"{name}, p{part}, µs": round(taken[len(taken) * part // 100] / 1000, 1) for part in (50, 99)} | {
        f"{name}, most, µs": round(taken[-1] / 1000)
    }
