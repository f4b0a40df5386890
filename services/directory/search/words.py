"""Words as search compares them: without case, accents and the endings that do not change what is meant."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

LONGEST_TEXT = 20_000  # of a description; more is not read

# Words that stand in most sentences and say nothing about a service.
STOP_WORDS = frozenset((Path(__file__).parent / "stop_words.txt").read_text(encoding="utf-8").split())

_HARAKAT = range(27, 36)  # combining classes of Arabic's short vowels, which most people do not write
_ABOVE_AND_BELOW = 200  # and more: accents; the vowel signs of Bengali are less and stay
_MARKS_AND_LETTERS = ("L", "N", "M")
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
_PLAIN_WORD = re.compile("[a-z0-9]+")
_VOWELS = frozenset("aeiouy")
_SHORTEST_STEM = 3


def words_of(text: str) -> list[str]:
    """Every word, in order."""
    if text.isascii():
        return _PLAIN_WORD.findall(text[:LONGEST_TEXT].lower().replace("'", ""))
    kept = []
    for character in unicodedata.normalize("NFKD", text[:LONGEST_TEXT].casefold()):
        mark = unicodedata.combining(character)
        if mark >= _ABOVE_AND_BELOW or mark in _HARAKAT or character in _APOSTROPHES:
            continue
        kept.append(character if unicodedata.category(character)[0] in _MARKS_AND_LETTERS else " ")
    return unicodedata.normalize("NFC", "".join(kept)).split()


def telling_words_of(text: str) -> list[str]:
    """Every word that says something."""
    return [word for word in words_of(text) if word not in STOP_WORDS]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What `walks`, `walking` and `walked` share. A light hand: two words too many apart is better than one too few."""
    if not word.isascii():
        return word.removeprefix("ال") if len(word) > len("ال") + 2 else word
    if not word.isalpha() or len(word) <= _SHORTEST_STEM:
        return word
    return _ending(_verb(_plural(word)))


def _plural(word: str) -> str:
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _verb(word: str) -> str:
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORTEST_STEM and not _VOWELS.isdisjoint(rest):
            return _undoubled(rest)
    return word


def _undoubled(rest: str) -> str:
    """`Swimm` is swim and `car` was care."""
    before, last = rest[-2], rest[-1]
    if last in _VOWELS:
        return rest
    if before == last:
        return rest if last in "sz" else rest[:-1]
    is_short = len(rest) == _SHORTEST_STEM and before in _VOWELS and rest[0] not in _VOWELS
    return rest + "e" if is_short and last not in "wx" else rest


def _ending(word: str) -> str:
    if word.endswith("y") and len(word) > _SHORTEST_STEM:
        return word[:-1] + "i"
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM + 1 else word
