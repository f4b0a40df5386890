"""Names as they are compared: spelling forgiven, small words left out, and the words that tell two sessions apart."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from shared.vocabulary import vocabulary

SAME_WORD = (
    82  # of 100, for long words; in short ones one slip: a letter wrong, missing, added or two turned round
)
WEIGHT_OF_GENERAL = 0.35  # 'group' says less than 'walking'
LONGEST = 300  # characters of a name that are read
APOSTROPHES = re.compile("['`\u2018\u2019\u00b4]")
NOT_IN_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Words:
    """Which words mean little, are the same, or tell things apart."""

    dropped: frozenset[str]
    legal: frozenset[str]
    general: frozenset[str]
    same: Mapping[str, str]
    telling: Mapping[str, tuple[str, str]]
    """A word → the kind of thing that it tells, and what."""
    shared_hosts: frozenset[str]


@cache
def words() -> Words:
    read = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
    telling = {word: (kind, what) for kind, told in read["telling"].items() for word, what in told.items()}
    return Words(
        frozenset(read["dropped"]),
        frozenset(read["legal"]),
        frozenset(read["general"]),
        MappingProxyType(read["same"]),
        MappingProxyType(telling),
        frozenset(read["shared_hosts"]),
    )


@cache
def place_words() -> frozenset[str]:
    """The words of the boroughs' names: left out of a name, and compared by themselves."""
    names = (borough.name for borough in vocabulary.boroughs().values())
    return frozenset(word for name in names for word in split(name)) - {"city", "and", "of", "upon", "saint"}


def split(text: str) -> tuple[str, ...]:
    """Plain small letters, word by word, each in its usual spelling."""
    plain = unicodedata.normalize(
        "NFKD", APOSTROPHES.sub("", text[:LONGEST].casefold()).replace("&", " and ")
    )
    found = NOT_IN_WORDS.split("".join(sign for sign in plain if not unicodedata.combining(sign)))
    same = words().same
    return tuple(part for word in found if word for part in same.get(word, word).split())


def without_phrase(name: tuple[str, ...], phrase: tuple[str, ...]) -> tuple[str, ...]:
    """The name without these words where they stand in it one after the other."""
    long = len(phrase)
    if not long or long > len(name):
        return name
    for start in range(len(name) - long + 1):
        if name[start : start + long] == phrase:
            return name[:start] + name[start + long :]
    return name


def meaning(name: Iterable[str]) -> tuple[str, ...]:
    """The words of a name that say what it is, each once, in an order that does not depend on the name's."""
    known, places = words(), place_words()
    return tuple(sorted({w for w in name if w not in known.dropped and w not in places}))


def told(name: Iterable[str]) -> frozenset[tuple[str, str]]:
    """What a name says of day, level, sex and the like: two names that say different things are two sessions."""
    telling = words().telling
    numbers = {("number", word) for word in name if word.isdigit()}
    return frozenset({telling[word] for word in name if word in telling} | numbers)


@lru_cache(maxsize=100_000)
def likeness_of(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Between 0 and 1: the share of words that both have, typos forgiven, words like 'group' counted less."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    shared = 2 * _shared(*sorted((one, other))) / (_weight(one) + _weight(other))
    joined = ratio("".join(one), "".join(other)) / 100
    return max(shared, joined if joined > SAME_WORD / 100 else 0.0)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    left = list(other)
    found = 0.0
    for word in one:
        match = word if word in left else next((each for each in left if _same_word(word, each)), None)
        if match is not None:
            left.remove(match)
            found += (_weight_of(word) + _weight_of(match)) / 2
    return found


@lru_cache(maxsize=200_000)
def _same_word(one: str, other: str) -> bool:
    if one[0] != other[0] or min(len(one), len(other)) < 4:
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1 or ratio(one, other) >= SAME_WORD


def _weight_of(word: str) -> float:
    return WEIGHT_OF_GENERAL if word in words().general else 1.0


def _weight(name: tuple[str, ...]) -> float:
    return sum(_weight_of(word) for word in name)
