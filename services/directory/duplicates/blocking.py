"""Which services are compared at all: those that share a place, a contact, an organisation or a rare word of the name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import floor
from uuid import UUID

from services.directory.duplicates.names import words
from services.directory.duplicates.traits import Traits

CELL_METRES = 500
METRES_NORTH, METRES_EAST = 111_320, 69_300  # of a degree, in London
MOST_IN_BLOCK = 60  # services; a larger block is cut by the words of the names
Key = tuple[object, ...]


class Blocks:
    """All services by what they share, kept as they come and go."""

    def __init__(self) -> None:
        self._traits: dict[UUID, Traits] = {}
        self._blocks: dict[Key, set[UUID]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._traits)

    def __contains__(self, service_id: UUID) -> bool:
        return service_id in self._traits

    def __getitem__(self, service_id: UUID) -> Traits:
        return self._traits[service_id]

    def put(self, traits: Traits) -> None:
        self.drop(traits.id)
        self._traits[traits.id] = traits
        for key in _keys(traits):
            self._blocks[key].add(traits.id)

    def drop(self, service_id: UUID) -> None:
        traits = self._traits.pop(service_id, None)
        if traits is None:
            return
        for key in _keys(traits):
            self._blocks[key].discard(service_id)
            if not self._blocks[key]:
                del self._blocks[key]

    def beside(self, service_id: UUID) -> set[UUID]:
        """Those that are worth comparing with this one."""
        traits = self._traits[service_id]
        found: set[UUID] = set()
        for key in _keys(traits):
            found |= self._together(key, traits)
        found.discard(service_id)
        return found

    def telling(self, service_id: UUID) -> Traits:
        """Without the contacts that many have: a council's own number says nothing."""
        traits = self._traits[service_id]
        return replace(
            traits,
            emails=frozenset(each for each in traits.emails if self._few("email", each)),
            phones=frozenset(each for each in traits.phones if self._few("phone", each)),
            page=traits.page if self._few("page", traits.page) else None,
            host=traits.host if self._few("host", traits.host) else None,
        )

    def _few(self, kind: str, value: str | None) -> bool:
        return value is not None and len(self._blocks[kind, value]) <= MOST_IN_BLOCK

    def _together(self, key: Key, traits: Traits) -> set[UUID]:
        block = self._blocks[key]
        if len(block) <= MOST_IN_BLOCK:
            return block
        found: set[UUID] = set()
        for word in traits.name:
            named = block & self._blocks.get(("word", word), set())
            if len(named) <= MOST_IN_BLOCK:
                found |= named
        return found


def _keys(traits: Traits) -> Iterator[Key]:
    yield "organisation", traits.organisation_id
    yield from (("identifier", each) for each in traits.identifiers)
    yield from (("email", each) for each in traits.emails)
    yield from (("phone", each) for each in traits.phones)
    yield from (("page", each) for each in [traits.page] if each)
    yield from (("host", each) for each in [traits.host] if each)
    yield from (("postcode", each) for each in traits.postcodes)
    yield from (("cell", *cell) for cell in set(_cells(traits.points)))
    yield from (("word", word) for word in traits.name if word not in words().general)
    if traits.name:
        yield ("name", *traits.name)
        yield from (("name", *traits.name, area) for area in traits.areas)


def _cells(points: Iterable[tuple[float, float]]) -> Iterator[tuple[int, int]]:
    """The square that holds a point and the three nearest to it: two points within 250 m share one."""
    for latitude, longitude in points:
        down = latitude * METRES_NORTH / CELL_METRES
        along = longitude * METRES_EAST / CELL_METRES
        row, column = floor(down), floor(along)
        next_row = row + (1 if down - row >= 0.5 else -1)
        next_column = column + (1 if along - column >= 0.5 else -1)
        yield from ((r, c) for r in (row, next_row) for c in (column, next_column))
