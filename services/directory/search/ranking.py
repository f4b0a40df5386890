"""The points of every service for one search, part by part, so that each part can be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from services.directory.search.columns import Numbers, Reals
from services.directory.search.entry import HAS_SPACE
from services.directory.search.filters import Filters, has_code
from services.directory.search.query import Query, Why
from services.directory.search.ranking_policy import POLICY
from services.directory.search.reading import Reading
from services.directory.search.rows import Rows


@dataclass(frozen=True, slots=True)
class RankPart:
    """Points of one kind, one number a service, and what they were given for."""

    name: str
    points: Numbers
    told: tuple[str, ...] = ()

    def why(self, row: int) -> Why:
        return Why(self.name, int(self.points[row]), self.told)


def rank_parts(
    rows: Rows, query: Query, reading: Reading, filters: Filters, kilometres: Reals, today: date
) -> tuple[RankPart, ...]:
    return (
        *_words(rows, reading),
        *_meanings(rows, query, reading, filters),
        *_fits(rows, query, filters),
        *_distance(rows, query, kilometres),
        RankPart("space", POLICY.for_space_now * rows.facets["space"].any_of([HAS_SPACE], rows.size)),
        RankPart("full", POLICY.for_being_full * rows.has_band("full")),
        *rows.kept("freshness", today.toordinal(), lambda: _freshness(rows, today)),
    )


def total(parts: Sequence[RankPart], size: int) -> Numbers:
    points = np.zeros(size, np.int64)
    for part in parts:
        points += part.points
    return points


def whys(parts: Sequence[RankPart], row: int) -> tuple[Why, ...]:
    return tuple(part.why(row) for part in parts if part.points[row])


def _words(rows: Rows, reading: Reading) -> list[RankPart]:
    """A word counts once, however often it is asked for; what stands in the heaviest field counts."""
    texts: dict[str, str] = {}
    for part in reading.parts:
        for each in part.stems:
            texts.setdefault(each, part.text if len(part.stems) == 1 else each)
    return [
        RankPart("words", rows.postings.weights_of(each, rows.size), (text,)) for each, text in texts.items()
    ]


def _meanings(rows: Rows, query: Query, reading: Reading, filters: Filters) -> list[RankPart]:
    """Each thing meant once: by a phrase, or asked for as a need."""
    meant = {meaning: part.text for part in reading.parts for meaning in sorted(part.codes)}
    meant |= {("needs", code): code for code in query.needs if ("needs", code) not in meant}
    return [
        RankPart(
            "meant",
            POLICY.for_each_thing_meant * has_code(rows, facet, code, filters.whens),
            (text, facet, code),
        )
        for (facet, code), text in sorted(meant.items())
    ]


def _fits(rows: Rows, query: Query, filters: Filters) -> list[RankPart]:
    size, facets = rows.size, rows.facets
    found = [
        RankPart("group", POLICY.for_each_group_that_fits * facets["groups"].any_of([code], size), (code,))
        for code in sorted(query.groups)
    ]
    own = query.speaks.partition("-")[0]
    if own != "en":
        found.append(
            RankPart("language", POLICY.for_own_language * facets["languages"].any_of([own], size), (own,))
        )
    for when in sorted(query.when):
        flags = has_code(rows, "when", when, filters.whens)
        found.append(RankPart("open", POLICY.for_being_open_when_asked * flags, (when,)))
    return found


def _distance(rows: Rows, query: Query, kilometres: Reals) -> list[RankPart]:
    """Nobody goes anywhere where the help comes to them. Where no place is known, as if it were some way off."""
    if query.home is None or query.home.point is None:
        return []
    counted = np.rint(np.minimum(kilometres, POLICY.farthest_counted_kilometres)).astype(np.int64)
    counted[kilometres == np.inf] = POLICY.kilometres_where_no_place_is_known
    counted[rows.remote()] = 0
    return [RankPart("distance", POLICY.for_each_kilometre * counted)]


def _freshness(rows: Rows, today: date) -> list[RankPart]:
    days = today.toordinal() - rows.confirmed_on()
    never = rows.confirmed_on() == 0
    old = (days >= POLICY.days_until_old) & ~never
    stale = ((days >= POLICY.days_until_stale) & ~old) | never
    return [
        RankPart("confirmed-lately", POLICY.for_being_confirmed_lately * (days <= POLICY.days_lately)),
        RankPart("stale", POLICY.for_being_stale * stale),
        RankPart("old", POLICY.for_being_old * old),
    ]
