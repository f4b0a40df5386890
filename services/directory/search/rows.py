"""The rows of the index: every service search knows, column by column. A changed service is a new row, its old one is dead."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar, cast
from uuid import UUID

import numpy as np

from services.directory.search.columns import CodeBits, Column, Flags, Numbers, Postings
from services.directory.search.drawings import Neighbourhoods
from services.directory.search.entry import FACETS, SearchEntry
from services.directory.search.places import AreaColumns, PlaceColumns
from services.directory.search.reading import KnownWords
from services.directory.search.words import stem

BANDS = ("not-known", "space", "a-few", "full", "closed-until")

Kept = TypeVar("Kept")


class Rows:
    def __init__(self, neighbourhoods: Neighbourhoods) -> None:
        self.of_id: dict[UUID, int] = {}
        self.ids: list[UUID] = []
        self.facets = {facet: CodeBits() for facet in FACETS}
        self.does_not_suit = CodeBits()
        self.postings = Postings()
        self.places = PlaceColumns()
        self.areas = AreaColumns(neighbourhoods)
        self._alive, self._closed, self._remote = Column("b"), Column("b"), Column("b")
        self._youngest, self._oldest = Column("h"), Column("h")
        self._confirmed, self._band = Column("i"), Column("b")
        self._hour_rows, self._opens, self._closes = Column("i"), Column("i"), Column("i")
        self._names: list[tuple[str, str, int]] = []
        self._words: list[tuple[str, ...]] = []
        self._word_counts: Counter[str] = Counter()
        self._stem_counts: Counter[str] = Counter()
        self._by_first_letter: dict[str, dict[str, None]] = {}
        self._ranks: Numbers | None = None
        self._kept: dict[str, tuple[int, object]] = {}

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def dead_share(self) -> float:
        return 1 - len(self.of_id) / self.size if self.size else 0.0

    def put(self, entries: Iterable[SearchEntry]) -> None:
        for entry in entries:
            self._kill(entry.id)
            self._append(entry)
        self._forget()

    def remove(self, ids: Iterable[UUID]) -> None:
        for service_id in ids:
            self._kill(service_id)
        self._forget()

    def kept(self, name: str, moment: int, make: Callable[[], Kept]) -> Kept:
        """What only the minute or the day and the rows decide is made once for all who search in it."""
        found = self._kept.get(name)
        if found is None or found[0] != moment:
            found = self._kept[name] = (moment, make())
        return cast("Kept", found[1])

    def known_words(self) -> KnownWords:
        return KnownWords(self._word_counts, self._by_first_letter, self._stem_counts)

    def alive(self) -> Flags:
        return self._alive.equal(1)

    def closed(self) -> Flags:
        return self._closed.equal(1)

    def remote(self) -> Flags:
        return self._remote.equal(1)

    def suits_age(self, age: int) -> Flags:
        return (self._youngest.numbers() <= age) & (self._oldest.numbers() >= age)

    def confirmed_on(self) -> Numbers:
        """Days since the year 1; nought where nobody ever said."""
        return self._confirmed.numbers().astype(np.int64)

    def has_band(self, band: str) -> Flags:
        return self._band.equal(BANDS.index(band))

    def open_within(self, begin: int, end: int) -> Flags:
        """Which are open at some minute from `begin` up to `end`."""
        found = np.zeros(self.size, np.bool_)
        hits = (self._opens.numbers() < end) & (self._closes.numbers() > begin)
        found[self._hour_rows.numbers()[hits]] = True
        return found

    def order_of_names(self) -> Numbers:
        """The place of each row among all names; equal names stand by id."""
        if self._ranks is None:
            self._names = [each for each in self._names if self.ids[each[2]] in self.of_id]
            self._names.sort()
            ranks = np.zeros(self.size, np.int64)
            ranks[[row for _, _, row in self._names]] = np.arange(len(self._names))
            self._ranks = ranks
        return self._ranks

    def _forget(self) -> None:
        self._ranks = None
        self._kept.clear()

    def _append(self, entry: SearchEntry) -> None:
        row = self.size
        self.of_id[entry.id] = row
        self.ids.append(entry.id)
        for facet, bits in self.facets.items():
            bits.add(row, entry.codes[facet])
        self.does_not_suit.add(row, entry.does_not_suit)
        self.places.append(row, entry.points)
        self.areas.append(row, entry.catchment)
        self._append_numbers(row, entry)
        self._names.append((entry.name.casefold(), str(entry.id), row))
        self._count_words(row, entry)

    def _append_numbers(self, row: int, entry: SearchEntry) -> None:
        self._alive.append(1)
        self._closed.append(entry.is_closed)
        self._remote.append(entry.comes_to_you)
        self._youngest.append(entry.ages[0])
        self._oldest.append(entry.ages[1])
        self._confirmed.append(entry.confirmed_on.toordinal() if entry.confirmed_on else 0)
        self._band.append(BANDS.index(entry.band))
        self._hour_rows.extend([row] * len(entry.hours))
        self._opens.extend(opens for opens, _ in entry.hours)
        self._closes.extend(closes for _, closes in entry.hours)

    def _count_words(self, row: int, entry: SearchEntry) -> None:
        weights: dict[str, int] = {}
        stems = [stem(word) for word in entry.words]
        for each, weight in zip(stems, entry.words.values(), strict=True):
            if weight > weights.get(each, 0):
                weights[each] = weight
        for word in entry.words:
            if word not in self._word_counts:
                self._by_first_letter.setdefault(word[0], {})[word] = None
        self._word_counts.update(tuple(entry.words))  # all at once: a loop would take three times as long
        self._stem_counts.update(stems)
        self.postings.add(row, weights.items())
        self._words.append(tuple(entry.words))

    def _kill(self, service_id: UUID) -> None:
        row = self.of_id.pop(service_id, None)
        if row is None:
            return
        self._alive[row] = 0
        for word in self._words[row]:
            for counts, key in ((self._word_counts, word), (self._stem_counts, stem(word))):
                counts[key] -= 1
                if not counts[key]:
                    del counts[key]
            if word not in self._word_counts:
                self._by_first_letter[word[0]].pop(word, None)
        self._words[row] = ()
