"""Our needs and groups in the terms of others, as far as a published source says what a term means.

A scheme's list is data: a term is added with the page that it was read on, and never from memory.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Kind = Literal["need", "group"]


@dataclass(frozen=True, slots=True)
class MappedTerm:
    """One term of another scheme and the code of ours that it comes closest to."""

    kind: Kind
    code: str
    scheme: str
    id: str
    name: str
    uri: str
    match: Literal["exact", "close"]
    source: str


@cache
def mapped_terms() -> tuple[MappedTerm, ...]:
    rows = json.loads((Path(__file__).parent / "other_terms.json").read_text(encoding="utf-8"))
    return tuple(MappedTerm(**row) for row in rows)


@cache
def by_code() -> Mapping[tuple[Kind, str], tuple[MappedTerm, ...]]:
    """The terms of others for each of our codes."""
    found: dict[tuple[Kind, str], tuple[MappedTerm, ...]] = {}
    for term in mapped_terms():
        found[term.kind, term.code] = (*found.get((term.kind, term.code), ()), term)
    return MappingProxyType(found)
