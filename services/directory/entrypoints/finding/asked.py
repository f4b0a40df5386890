"""What a search page is asked, read from its address or form and written into an address.

What is asked that does not exist is left out: an old or mistyped link still finds something. A postcode is never part of
it, only the code of an area.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, cast, get_args
from urllib.parse import urlencode

from starlette.datastructures import ImmutableMultiDict

from services.directory.search.query import MOST_PAGES, Query, Sex, Sort, When
from services.directory.search.reading import LONGEST_QUERY
from shared.vocabulary import vocabulary

SEARCH_PAGE = "/services"
CHOICES: Final[Mapping[str, Container[str]]] = {
    "need": vocabulary.needs(),
    "group": vocabulary.groups(),
    "language": vocabulary.languages(),
    "access": vocabulary.access_terms(),
    "delivery": vocabulary.delivery_modes(),
    "when": get_args(When),
}
DISTANCES: Final[Mapping[int, int]] = {2: 1, 5: 3, 8: 5, 16: 10}
"""Kilometres, which are searched, and the miles that people read."""
AREA_CODE = re.compile(r"[A-Z][0-9]{8}|[A-Z]{1,2}[0-9][0-9A-Z]?")  # no whole postcode
OLDEST = 130
YES = "yes"
Params = ImmutableMultiDict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One field for each parameter of the address, except that `search` is `words` here."""

    words: str = ""
    near: str = ""
    km: int | None = None
    need: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    delivery: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    age: int | None = None
    worker: str = ""
    space: bool = False
    exactly: bool = False
    sort: Sort = "best"
    page: int = 1

    @classmethod
    def of(cls, params: Params) -> "Asked":
        many = {name: _many(params, name, known) for name, known in CHOICES.items()}
        near, sort, worker = (line_of(params, name) for name in ("near", "sort", "worker"))
        return cls(
            words=line_of(params, "search"),
            near=near if AREA_CODE.fullmatch(near) else "",
            km=next((km for km in DISTANCES if str(km) == params.get("km")), None),
            age=_number(params, "age", OLDEST),
            worker=worker if worker in get_args(Sex) else "",
            space=params.get("space") == YES,
            exactly=params.get("exactly") == YES,
            sort=cast("Sort", sort) if sort in get_args(Sort) else "best",
            page=max(1, _number(params, "page", MOST_PAGES) or 1),
            **many,
        )

    def but(self, **changes: Any) -> "Asked":
        """The first page of the same, with some of it changed."""
        return replace(self, **{"page": 1, **changes})

    def without(self, facet: str, code: str) -> "Asked":
        return self.but(**{facet: tuple(each for each in getattr(self, facet) if each != code)})

    def to(self, path: str = SEARCH_PAGE) -> str:
        """The address that asks this."""
        given = [(name, value) for name, value in self._parameters() if value]
        return f"{path}?{urlencode(given)}" if given else path

    @property
    def is_a_search(self) -> bool:
        """Whether somebody has asked for anything yet."""
        return self.is_narrow or bool(self.words or self.near)

    @property
    def is_narrow(self) -> bool:
        """Whether anything beside the words makes the results fewer."""
        return self != Asked(
            words=self.words, near=self.near, exactly=self.exactly, sort=self.sort, page=self.page
        )

    def query(self, *, speaks: str) -> Query:
        """All that does not depend on what is known of places."""
        return Query(
            words=self.words,
            km=self.km,
            needs=frozenset(self.need),
            groups=frozenset(self.group),
            languages=frozenset(self.language),
            access=frozenset(self.access),
            delivery=frozenset(self.delivery),
            when=cast("frozenset[When]", frozenset(self.when)),
            age=self.age,
            worker_sex=cast("Sex | None", self.worker or None),
            has_space=self.space,
            sort=self.sort,
            page=self.page,
            as_written=self.exactly,
            speaks=speaks,
        )

    def _parameters(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            name = "search" if field.name == "words" else field.name
            values = value if isinstance(value, tuple) else (YES if value is True else value,)
            found += [(name, str(each)) for each in values]
        return found


def line_of(params: Params, name: str) -> str:
    """What was typed, in one line and without what cannot be read."""
    given = params.get(name)
    if not isinstance(given, str):
        return ""
    return " ".join("".join(each if each.isprintable() else " " for each in given).split())[:LONGEST_QUERY]


def _many(params: Params, name: str, known: Container[str]) -> tuple[str, ...]:
    asked = [each for each in params.getlist(name) if isinstance(each, str) and each in known]
    return tuple(dict.fromkeys(asked))


def _number(params: Params, name: str, most: int) -> int | None:
    given = line_of(params, name)
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(most))):
        return None
    return min(int(given), most)
