"""What somebody typed, read into parts: things meant and words to be found; spelling is put right where it can be."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from services.directory.search.meanings import Meaning, phrase_at, words_with_meaning
from services.directory.search.words import stem, telling_words_of

LONGEST_QUERY = 200  # characters
MOST_WORDS = 12
SHORTEST_CORRECTED = 4
SHORT_WORD = 5  # one slip in it, two in a longer one


@dataclass(frozen=True, slots=True)
class Part:
    """Something asked for. A service meets it by any of the codes, or by having all of the stems."""

    text: str
    stems: tuple[str, ...]
    codes: frozenset[Meaning] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    parts: tuple[Part, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def asks_nothing(self) -> bool:
        return not self.parts and not self.unknown


@dataclass(frozen=True, slots=True)
class KnownWords:
    """The words of the index, as written and with how many services have each, and their stems."""

    counts: Mapping[str, int]
    by_first_letter: Mapping[str, Mapping[str, None]]
    stems: Container[str]


def read_words(text: str, known: KnownWords, *, as_written: bool = False) -> Reading:
    words = telling_words_of(text[:LONGEST_QUERY])[:MOST_WORDS]
    corrected: list[tuple[str, str]] = []
    read = []
    for position, word in enumerate(words):
        better = None if as_written or _is_known(words, position, known) else nearest_word(word, known)
        if better:
            corrected.append((word, better))
        read.append(better or word)
    parts, unknown = _parts(read, known)
    return Reading(tuple(parts), tuple(corrected), tuple(unknown))


def nearest_word(word: str, known: KnownWords) -> str | None:
    """The known word that is the fewest slips away, then the one that most services have; its first letter is kept."""
    if len(word) < SHORTEST_CORRECTED or not word.isalpha():
        return None
    most = 1 if len(word) <= SHORT_WORD else 2
    best: tuple[int, int, str] | None = None
    meant = (each for each in words_with_meaning() if each[0] == word[0])
    for each in (*known.by_first_letter.get(word[0], ()), *meant):
        if abs(len(each) - len(word)) > most or len(each) < SHORTEST_CORRECTED:
            continue
        slips = DamerauLevenshtein.distance(word, each, score_cutoff=most)
        if slips <= most:
            found = (slips, -known.counts.get(each, 0), each)
            best = found if best is None else min(best, found)
    return best[2] if best else None


def _is_known(words: Sequence[str], position: int, known: KnownWords) -> bool:
    word = words[position]
    return word in words_with_meaning() or stem(word) in known.stems or phrase_at([stem(word)], 0) is not None


def _parts(words: Sequence[str], known: KnownWords) -> tuple[list[Part], list[str]]:
    stems = [stem(word) for word in words]
    parts: dict[Part, None] = {}
    unknown: list[str] = []
    at = 0
    while at < len(words):
        found = phrase_at(stems, at)
        length = len(found[0]) if found else 1
        text, phrase = " ".join(words[at : at + length]), tuple(stems[at : at + length])
        if found:
            parts[Part(text, phrase, found[1])] = None
        elif phrase[0] in known.stems:
            parts[Part(text, phrase)] = None
        else:
            unknown.append(text)
        at += length
    return list(parts), unknown
