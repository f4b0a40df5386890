"""Hides small counts, so that nobody can be picked out of a table: counts from 1 to 4 are not shown.

A hidden count that the shown ones give away is no secret: where a sum has one hidden member, the smallest of
its other members is hidden too. Source: the same two steps as in ONS and NHS England's disclosure guidance
(primary and secondary suppression).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

SMALLEST_SHOWN = 5

Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum(Generic[Cell]):
    """A cell that readers know to be the sum of others."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def members(self) -> tuple[Cell, ...]:
        return (*self.parts, self.total)


def is_small(count: int) -> bool:
    """Whether a count is too small to show; nobody is picked out of a zero."""
    return 0 < count < SMALLEST_SHOWN


def hidden_cells(counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]]) -> frozenset[Cell]:
    """The cells to hide. In no sum is exactly one member hidden."""
    hidden = {cell for cell, count in counts.items() if is_small(count)}
    settled = False
    while not settled:
        settled = True
        for each in sums:
            members = [cell for cell in each.members if cell in counts]
            if len(members) > 1 and len(hidden.intersection(members)) == 1:
                hidden.add(_least_missed(members, counts, hidden))
                settled = False
    return frozenset(hidden)


def _least_missed(members: Sequence[Cell], counts: Mapping[Cell, int], hidden: set[Cell]) -> Cell:
    """The smallest member still shown; a zero only where nothing else is left, a part before the total."""
    shown = [cell for cell in members if cell not in hidden]
    return min(shown, key=lambda cell: (counts[cell] == 0, counts[cell], members.index(cell)))
