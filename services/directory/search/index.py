"""The menu in memory: search over every service at once, with facets and reasons."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import numpy as np

from services.directory.domain.catchment import HomeArea
from services.directory.domain.cover import Cover
from services.directory.domain.occurrences import LONDON
from services.directory.search.columns import Flags, Numbers, Reals
from services.directory.search.cover import covers_of
from services.directory.search.drawings import Neighbourhoods
from services.directory.search.entry import FACETS, SearchEntry
from services.directory.search.filters import BY_THE_CLOCK, CATCHMENT, Filters, filters_of
from services.directory.search.query import MOST_PAGES, Found, Query, Result
from services.directory.search.ranking import RankPart, rank_parts, total, whys
from services.directory.search.reading import read_words
from services.directory.search.rows import Rows

# Points, distance and name's place share one number, so that one comparison orders by all three.
NAMES = 1 << 24
CLOSED = 1 << 32  # more than points or metres ever make
NO_NEIGHBOURHOODS = Neighbourhoods()


class MenuIndex:
    """Not to be changed while somebody searches: both belong to the same thread.

    Homes at the middle of one of the neighbourhoods are found by what was worked out when a service came in.
    """

    def __init__(
        self, entries: Iterable[SearchEntry] = (), neighbourhoods: Neighbourhoods = NO_NEIGHBOURHOODS
    ) -> None:
        self._rows = Rows(neighbourhoods)
        self._rows.put(entries)

    def __len__(self) -> int:
        return len(self._rows.of_id)

    @property
    def dead_share(self) -> float:
        """How much of it is rows that were changed since; a new index has none."""
        return self._rows.dead_share

    @property
    def dead_rows(self) -> int:
        return self._rows.size - len(self)

    def put(self, entries: Iterable[SearchEntry]) -> None:
        """New services, and changed ones in place of what they were."""
        self._rows.put(entries)

    def remove(self, ids: Iterable[UUID]) -> None:
        self._rows.remove(ids)

    def search(self, query: Query, now: datetime) -> Found:
        """`now` says what is open and how long ago things were confirmed."""
        rows = self._rows
        reading = read_words(query.words, rows.known_words(), as_written=query.as_written)
        kilometres = rows.places.kilometres_from(query.home.point if query.home else None)
        filters = filters_of(rows, query, reading, kilometres, now)
        met = filters.met()
        parts = rank_parts(rows, query, reading, filters, kilometres, now.astimezone(LONDON).date())
        return Found(
            self._page(query, met, parts, kilometres),
            int(met.sum()),
            self._facets(filters, met),
            reading.corrected,
            reading.unknown,
            filters.has_all_words,
            int(filters.met(but=CATCHMENT).sum() - met.sum()),
        )

    def covers(self, homes: Sequence[Sequence[HomeArea]], group: str | None) -> list[dict[str, Cover]]:
        """For each of these neighbourhoods, by need, the services that take people from there now.

        Of whom one takes people nobody knows, it covers nowhere. A need that no service there meets is left out.
        """
        return covers_of(self._rows, homes, group)

    def drawn_around(self, home: HomeArea) -> tuple[UUID, ...]:
        """The services whose circle or outline holds the home."""
        if home.point is None:
            return ()
        flags = self._rows.areas.drawn_around(home.point) & self._rows.alive()
        return tuple(self._rows.ids[row] for row in np.nonzero(flags)[0])

    def _page(
        self, query: Query, met: Flags, parts: tuple[RankPart, ...], kilometres: Reals
    ) -> tuple[Result, ...]:
        rows = self._rows
        points = total(parts, rows.size)
        closed = rows.closed()
        keys = self._order(query, points, closed, kilometres)
        first = (min(max(1, query.page), MOST_PAGES) - 1) * query.per_page
        return tuple(
            Result(
                rows.ids[row],
                int(points[row]),
                whys(parts, row),
                round(float(kilometres[row]), 1) if kilometres[row] < np.inf else None,
                bool(closed[row]),
            )
            for row in _smallest(keys, np.nonzero(met)[0], first, query.per_page)
        )

    def _order(self, query: Query, points: Numbers, closed: Flags, kilometres: Reals) -> Numbers:
        """The smallest comes first."""
        first: Numbers = np.zeros(self._rows.size, np.int64)
        if query.sort == "best":
            first = -points
        elif query.sort == "nearest":
            first = np.rint(np.minimum(kilometres, 1e5) * 1000).astype(np.int64)
        return (first + CLOSED * closed) * NAMES + self._rows.order_of_names()

    def _facets(self, filters: Filters, met: Flags) -> Mapping[str, Mapping[str, int]]:
        """A facet's own choice is left out of its numbers, except for access, where choices add up."""
        found: dict[str, Mapping[str, int]] = {}
        for facet in FACETS:
            among = met if facet == "access" or facet not in filters.by_name else filters.met(but=facet)
            found[facet] = self._rows.facets[facet].counts(among)
            if facet == "when":
                clock = {when: int((filters.whens[when] & among).sum()) for when in BY_THE_CLOCK}
                found[facet] = {**found[facet], **{when: number for when, number in clock.items() if number}}
        return found


def _smallest(keys: Numbers, rows: Numbers, first: int, number: int) -> list[int]:
    """The rows from the first-th on in the order of their keys; only as much is sorted as is shown."""
    last = first + number
    if last < len(rows):
        rows = rows[np.argpartition(keys[rows], last - 1)[:last]]
    ordered = rows[np.argsort(keys[rows])]
    return [int(row) for row in ordered[first:last]]
