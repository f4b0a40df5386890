"""Which services meet what was asked, filter by filter, so that each can also be left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.directory.domain.occurrences import LONDON
from services.directory.search.columns import Flags, Reals, all_of, any_of
from services.directory.search.entry import HAS_SPACE, minutes
from services.directory.search.query import Query
from services.directory.search.reading import Part, Reading
from services.directory.search.rows import Rows

CATCHMENT = "catchment"
BY_THE_CLOCK = ("now", "today")


@dataclass(frozen=True, slots=True)
class Filters:
    """What each filter lets through. `parts` are those of the words, `whens` the times of the clock."""

    size: int
    parts: tuple[Flags, ...]
    by_name: Mapping[str, Flags]
    whens: Mapping[str, Flags]
    has_all_words: bool = True

    def met(self, *, but: str = "") -> Flags:
        """Those that meet every filter, or every one but this."""
        return all_of([flags for name, flags in self.by_name.items() if name != but], self.size)


def filters_of(rows: Rows, query: Query, reading: Reading, kilometres: Reals, now: datetime) -> Filters:
    size = rows.size
    whens = rows.kept("whens", minutes(now), lambda: _whens(rows, now))
    by_name = {"alive": rows.alive()} | _asked_facets(rows, query, whens)
    if query.age is not None:
        by_name["age"] = rows.suits_age(query.age)
    if query.km is not None and query.home is not None and query.home.point is not None:
        by_name["km"] = (kilometres <= query.km) | ~(kilometres < float("inf")) | rows.remote()
    if query.home is not None:
        by_name[CATCHMENT] = rows.areas.take((query.home, *query.also_from))
    parts = tuple(_meets(rows, part, whens) for part in reading.parts)
    every = Filters(size, parts, by_name | {"words": all_of(parts, size)}, whens)
    if reading.unknown and not parts:
        return Filters(size, parts, by_name | {"words": any_of((), size)}, whens)
    if len(parts) > 1 and not every.met().any():
        return Filters(size, parts, by_name | {"words": any_of(parts, size)}, whens, has_all_words=False)
    return every


def _asked_facets(rows: Rows, query: Query, whens: Mapping[str, Flags]) -> dict[str, Flags]:
    size, facets = rows.size, rows.facets
    found: dict[str, Flags] = {}
    for facet, codes in (
        ("needs", query.needs),
        ("languages", query.languages),
        ("delivery", query.delivery),
    ):
        if codes:
            found[facet] = facets[facet].any_of(codes, size)
    if query.groups:
        found["groups"] = facets["groups"].any_of(query.groups, size) & ~rows.does_not_suit.any_of(
            query.groups, size
        )
    if query.access:
        found["access"] = all_of([facets["access"].any_of([code], size) for code in query.access], size)
    if query.worker_sex:
        found["worker_sex"] = facets["worker_sex"].any_of([query.worker_sex], size)
    if query.when:
        found["when"] = any_of([has_code(rows, "when", each, whens) for each in query.when], size)
    if query.has_space:
        found["space"] = facets["space"].any_of([HAS_SPACE], size)
    return found


def has_code(rows: Rows, facet: str, code: str, whens: Mapping[str, Flags]) -> Flags:
    """Which services have a code; the clock says it of some."""
    if facet == "when" and code in whens:
        return whens[code]
    return rows.facets[facet].any_of([code], rows.size)


def _meets(rows: Rows, part: Part, whens: Mapping[str, Flags]) -> Flags:
    found = all_of([rows.postings.weights_of(stem, rows.size) > 0 for stem in part.stems], rows.size)
    for facet, code in part.codes:
        found |= has_code(rows, facet, code, whens)
    return found


def _whens(rows: Rows, now: datetime) -> dict[str, Flags]:
    """Open now, and open at some time from now until midnight by London's clocks."""
    tomorrow = datetime.combine(now.astimezone(LONDON).date() + timedelta(days=1), time(), LONDON)
    begin = minutes(now)
    return {
        "now": rows.open_within(begin, begin + 1) & ~rows.closed(),
        "today": rows.open_within(begin, minutes(tomorrow)) & ~rows.closed(),
    }
