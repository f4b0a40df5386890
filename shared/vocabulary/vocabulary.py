"""The words that services, feeds, forms and events share: codes with labels and hints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypedDict, TypeVar, cast

EVERYWHERE = "everywhere"
LONDON_AREA = "E12000007"

TextDirection = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Term:
    code: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    label: str
    own_name: str
    direction: TextDirection


@dataclass(frozen=True, slots=True)
class Borough:
    code: str
    name: str
    icb_code: str
    icb_name: str
    latitude: float
    longitude: float


class _TermRow(TypedDict):
    code: str
    label: str
    hint: str


class _LanguageRow(TypedDict):
    code: str
    label: str
    own_name: str
    direction: TextDirection


class _BoroughRow(TypedDict):
    code: str
    name: str
    icb_code: str
    icb_name: str
    latitude: float
    longitude: float


_Entry = TypeVar("_Entry", Term, Language, Borough)


@cache
def needs() -> Mapping[str, Term]:
    return _terms("needs.json")


@cache
def help_to_attend() -> Mapping[str, Term]:
    """What somebody needs so that they can go to what helps them: asked for once they have a place there."""
    return _terms("help_to_attend.json")


@cache
def all_needs() -> Mapping[str, Term]:
    """Whatever one leg of a referral can be about: what is asked for, and the help to go there."""
    return MappingProxyType({**needs(), **help_to_attend()})


@cache
def groups() -> Mapping[str, Term]:
    return _terms("groups.json")


@cache
def access_terms() -> Mapping[str, Term]:
    return _terms("access.json")


@cache
def delivery_modes() -> Mapping[str, Term]:
    return _terms("delivery.json")


@cache
def barriers() -> Mapping[str, Term]:
    """What can stand between somebody and a group, as routing counts it. One that stands by itself is an unmet need's cause."""
    return _terms("barriers.json")


@cache
def languages() -> Mapping[str, Language]:
    rows = cast("list[_LanguageRow]", _rows("languages.json"))
    return _by_code(Language(**row) for row in rows)


@cache
def boroughs() -> Mapping[str, Borough]:
    rows = cast("list[_BoroughRow]", _rows("london_boroughs.json"))
    return _by_code(Borough(**row) for row in rows)


def _terms(file_name: str) -> Mapping[str, Term]:
    rows = cast("list[_TermRow]", _rows(file_name))
    return _by_code(Term(**row) for row in rows)


def _rows(file_name: str) -> object:
    return json.loads((Path(__file__).parent / file_name).read_text(encoding="utf-8"))


def _by_code(entries: Iterable[_Entry]) -> Mapping[str, _Entry]:
    by_code: dict[str, _Entry] = {}
    for entry in entries:
        if entry.code in by_code:
            raise ValueError(f"vocabulary code {entry.code} is listed twice")
        by_code[entry.code] = entry
    return MappingProxyType(by_code)
