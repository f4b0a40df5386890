"""What phrases of plain words mean in codes of the shared vocabulary: `synonyms.json`, and names of languages."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.directory.search.words import stem, telling_words_of
from shared.vocabulary import vocabulary

Meaning = tuple[str, str]
"""A facet and one of its codes."""
Phrase = tuple[str, ...]
"""Stems of the telling words."""

NOT_A_FACET = "machine_made"


@cache
def meanings() -> Mapping[Phrase, frozenset[Meaning]]:
    """Every phrase with all that it can mean."""
    found: dict[Phrase, set[Meaning]] = {}
    for text, meaning in (*_written(), *_languages()):
        phrase = tuple(map(stem, telling_words_of(text)))
        if not phrase:
            raise ValueError(f"the phrase {text!r} has no telling word")
        found.setdefault(phrase, set()).add(meaning)
    return MappingProxyType({phrase: frozenset(codes) for phrase, codes in found.items()})


@cache
def words_with_meaning() -> frozenset[str]:
    """The words of all phrases, as they are written: what spelling may be corrected to."""
    return frozenset(word for text, _ in (*_written(), *_languages()) for word in telling_words_of(text))


@cache
def longest_phrase() -> int:
    return max(map(len, meanings()))


def phrase_at(stems: Sequence[str], start: int) -> tuple[Phrase, frozenset[Meaning]] | None:
    """The longest phrase that begins there."""
    for length in range(min(longest_phrase(), len(stems) - start), 0, -1):
        phrase = tuple(stems[start : start + length])
        if phrase in meanings():
            return phrase, meanings()[phrase]
    return None


def _written() -> Iterator[tuple[str, Meaning]]:
    rows = json.loads((Path(__file__).parent / "synonyms.json").read_text(encoding="utf-8"))
    for facet, codes in rows.items():
        if facet == NOT_A_FACET:
            continue
        for code, by_language in codes.items():
            for phrases in by_language.values():
                yield from ((phrase, (facet, code)) for phrase in phrases)


def _languages() -> Iterator[tuple[str, Meaning]]:
    for language in vocabulary.languages().values():
        yield from ((text, ("languages", language.code)) for text in {language.label, language.own_name})
