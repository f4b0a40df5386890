"""What somebody looks for, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.directory.domain.catchment import HomeArea

Sort = Literal["best", "nearest", "name"]
When = Literal["now", "today", "evenings", "weekends"]
Sex = Literal["female", "male"]

MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """Filters add up. Within one of them any choice will do, except for access: who asks for two needs both.

    `also_from` are the neighbourhoods of a home that is larger than one: services for any of them are found as well.
    `as_written` corrects no spelling. `speaks` is the language of the page: it moves services up and hides none.
    """

    words: str = ""
    home: HomeArea | None = None
    also_from: tuple[HomeArea, ...] = ()
    km: int | None = None
    needs: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    age: int | None = None
    when: frozenset[When] = frozenset()
    delivery: frozenset[str] = frozenset()
    worker_sex: Sex | None = None
    has_space: bool = False
    sort: Sort = "best"
    page: int = 1
    per_page: int = 20
    as_written: bool = False
    speaks: str = "en"


@dataclass(frozen=True, slots=True)
class Why:
    """One part of a service's points. `part` names it for the page's words, `told` is what it was given for."""

    part: str
    points: int
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A service found. Its points are the sum of its whys; `km` is to its nearest known place."""

    id: UUID
    points: int
    why: tuple[Why, ...]
    km: float | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page of results, and what can be told of them all.

    `facets` counts, for each choice of a facet, the services that meet everything else that was asked.
    `corrected` pairs a word as given with the word that was looked for; nobody uses `unknown` words, so they
    were left out. `has_all_words` is false where none had all words, and these have some.
    """

    results: tuple[Result, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    corrected: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    has_all_words: bool = True
    outside_catchment: int = 0
