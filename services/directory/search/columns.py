"""Columns of numbers that grow, one cell a service: what the index filters and ranks by."""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

SMALLEST = 1024


class Column:
    """Whole numbers of one width; appending is cheap, and reading gives a view of those there are."""

    def __init__(self, kind: Literal["b", "h", "i"] = "i") -> None:
        self._cells: array[int] = array(kind)

    def append(self, value: int) -> None:
        self._cells.append(value)

    def extend(self, values: Iterable[int]) -> None:
        self._cells.extend(values)

    def __len__(self) -> int:
        return len(self._cells)

    def __setitem__(self, row: int, value: int) -> None:
        self._cells[row] = value

    def numbers(self) -> npt.NDArray[np.signedinteger[Any]]:
        """Holds the column still as long as it is kept: let go of it before the next append."""
        return np.frombuffer(self._cells, self._cells.typecode)

    def equal(self, value: int) -> Flags:
        flags: Flags = self.numbers() == value
        return flags


class RealColumn:
    """The same for numbers with a fraction."""

    def __init__(self) -> None:
        self._cells: array[float] = array("d")

    def append(self, value: float) -> None:
        self._cells.append(value)

    def __len__(self) -> int:
        return len(self._cells)

    def numbers(self) -> Reals:
        return np.frombuffer(self._cells, np.float64)


class CodeBits:
    """For each code of a facet one bit a service, so that all codes are counted at once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._bits = np.zeros((8, SMALLEST // 8), np.uint8)

    def add(self, row: int, codes: Iterable[str]) -> None:
        for code in codes:
            number = self._numbers.setdefault(code, len(self._numbers))
            self._make_room(number, row)
            self._bits[number, row >> 3] |= 1 << (row & 7)

    def any_of(self, codes: Iterable[str], size: int) -> Flags:
        """Which of the first `size` services have one of these."""
        numbers = [self._numbers[code] for code in codes if code in self._numbers]
        if not numbers:
            return np.zeros(size, np.bool_)
        return self._unpacked(np.bitwise_or.reduce(self._bits[numbers], axis=0), size)

    def number_of(self, codes: Iterable[str], size: int) -> Numbers:
        """How many of these each service has."""
        found = np.zeros(size, np.int64)
        for code in codes:
            found += self.any_of([code], size)
        return found

    def counts(self, among: Flags) -> dict[str, int]:
        """How many of those services have each code."""
        packed = np.zeros(self._bits.shape[1], np.uint8)
        bits = np.packbits(among, bitorder="little")
        used = min(len(bits), len(packed))
        packed[:used] = bits[:used]
        words = self._bits[: len(self._numbers)].view(np.uint64) & packed.view(np.uint64)
        found = np.bitwise_count(words).sum(axis=1)
        return {code: int(found[number]) for code, number in self._numbers.items() if found[number]}

    def _unpacked(self, bits: npt.NDArray[np.uint8], size: int) -> Flags:
        found = np.zeros(size, np.bool_)
        flags = np.unpackbits(bits, bitorder="little")[:size]
        found[: len(flags)] = flags
        return found

    def _make_room(self, number: int, row: int) -> None:
        rows, width = self._bits.shape
        if number >= rows:
            self._bits = np.vstack([self._bits, np.zeros_like(self._bits)])
        if row >> 3 >= width:
            self._bits = np.hstack([self._bits, np.zeros_like(self._bits)])


class Postings:
    """For each stem the services that have it, with the weight it has there."""

    def __init__(self) -> None:
        self._of_stem: dict[str, tuple[array[int], array[int]]] = {}

    def add(self, row: int, weights: Iterable[tuple[str, int]]) -> None:
        for stem, weight in weights:
            found = self._of_stem.get(stem)
            if found is None:
                found = self._of_stem[stem] = (array("i"), array("b"))
            found[0].append(row)
            found[1].append(weight)

    def weights_of(self, stem: str, size: int) -> Numbers:
        """The weight of the stem in each service; nought where it is not."""
        found = np.zeros(size, np.int64)
        if stem in self._of_stem:
            rows, weights = self._of_stem[stem]
            found[np.frombuffer(rows, "i")] = np.frombuffer(weights, "b")
        return found


def all_of(flags: Sequence[Flags], size: int) -> Flags:
    found = np.ones(size, np.bool_)
    for each in flags:
        found &= each
    return found


def any_of(flags: Sequence[Flags], size: int) -> Flags:
    found = np.zeros(size, np.bool_)
    for each in flags:
        found |= each
    return found
