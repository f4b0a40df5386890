"""Postcodes as sorted numbers in one block of bytes: found by halving, without a copy and without reading a file."""

from __future__ import annotations

import re
import struct
import sys
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from mmap import mmap

from shared.places.place import Point

LONGEST_TEXT = 40
POINTS_IN_A_DEGREE = 100_000  # about a metre
MOST_AREAS = 1 << 16

_MARK = b"KITHPC1\n"
_HEADER = struct.Struct("<8s8sQ")  # mark, which areas the numbers mean, how many
_BYTES_EACH = 8 + 4 + 4 + 2 + 1
_UNIT = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})", re.ASCII)
_DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?", re.ASCII)
_SIGNS = re.compile(r"[\W_]+")
_VALUES = {sign: value for value, sign in enumerate(" 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


class PackDamaged(ValueError):
    """A file of places is not what it says it is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One postcode's row. `area` is the number of its area in the pack."""

    key: int = field(repr=False)
    area: int
    point: Point = field(repr=False)
    ended: bool


def plain(text: str) -> str | None:
    """Capitals and digits alone, however it was written; None when it is too long to be a postcode."""
    if len(text) > LONGEST_TEXT:
        return None
    if text.isascii():
        return _SIGNS.sub("", text).upper()
    letters = _SIGNS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return "".join(str(unicodedata.decimal(each, each)) for each in letters)


def postcode_key(text: str) -> int | None:
    """The number that a postcode is kept under, or None for what is not written like one."""
    found = _UNIT.fullmatch(plain(text) or "")
    return None if found is None else _key(found[1], found[2])


def district_keys(text: str) -> tuple[int, int] | None:
    """First and last key of a postcode district such as E17."""
    outward = plain(text) or ""
    return None if _DISTRICT.fullmatch(outward) is None else (_key(outward, "   "), _key(outward, "ZZZ"))


def parted_district_keys(text: str) -> tuple[int, int] | None:
    """Of a district whose parts have a letter more: of EC1 those from EC1A to EC1Y."""
    outward = plain(text) or ""
    if _DISTRICT.fullmatch(outward) is None or not outward[-1].isdecimal() or len(outward) > 3:
        return None
    return _key(f"{outward}A", "   "), _key(f"{outward}Z", "ZZZ")


def _key(outward: str, inward: str) -> int:
    key = 0
    for sign in f"{outward:<4}{inward}":
        key = key * len(_VALUES) + _VALUES[sign]
    return key


def write_index(entries: Iterable[Entry], *, areas_mark: bytes) -> bytes:
    """The block of bytes that `PostcodeIndex` reads. `areas_mark`: eight bytes that name the list of areas."""
    rows = sorted(entries, key=lambda entry: entry.key)
    for one, next_one in pairwise(rows):
        if one.key == next_one.key:
            raise PackDamaged("a postcode is said twice")
    columns = (
        array("Q", (each.key for each in rows)),
        array("i", (round(each.point[0] * POINTS_IN_A_DEGREE) for each in rows)),
        array("i", (round(each.point[1] * POINTS_IN_A_DEGREE) for each in rows)),
        array("H", (each.area for each in rows)),
        array("B", (each.ended for each in rows)),
    )
    if sys.byteorder != "little":
        for column in columns:
            column.byteswap()
    return _HEADER.pack(_MARK, areas_mark, len(rows)) + b"".join(column.tobytes() for column in columns)


class PostcodeIndex:
    def __init__(self, image: bytes | mmap, *, areas_mark: bytes) -> None:
        if sys.byteorder != "little":
            raise PackDamaged("postcodes are kept for processors that put the low byte first")
        if len(image) < _HEADER.size:
            raise PackDamaged("the file of postcodes is cut short")
        mark, mark_of_areas, count = _HEADER.unpack_from(image)
        if mark != _MARK:
            raise PackDamaged("the file of postcodes is of another kind")
        if mark_of_areas != areas_mark:
            raise PackDamaged("the postcodes were built with another list of areas")
        if len(image) != _HEADER.size + count * _BYTES_EACH:
            raise PackDamaged("the file of postcodes is cut short")
        block = memoryview(image)[_HEADER.size :]
        self._keys = block[: 8 * count].cast("Q")
        self._latitudes = block[8 * count : 12 * count].cast("i")
        self._longitudes = block[12 * count : 16 * count].cast("i")
        self._areas = block[16 * count : 18 * count].cast("H")
        self._ended = block[18 * count :]

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, key: int) -> Entry | None:
        at = bisect_left(self._keys, key)
        return self.entry(at) if at < len(self._keys) and self._keys[at] == key else None

    def entry(self, at: int) -> Entry:
        point = (self._latitudes[at] / POINTS_IN_A_DEGREE, self._longitudes[at] / POINTS_IN_A_DEGREE)
        return Entry(self._keys[at], self._areas[at], point, bool(self._ended[at]))

    def between(self, first: int, last: int) -> range:
        """Where the rows of these keys are, both ends with them."""
        return range(bisect_left(self._keys, first), bisect_right(self._keys, last))

    def areas(self, rows: range) -> frozenset[int]:
        return frozenset(self._areas[rows.start : rows.stop])

    def middle(self, rows: range) -> Point:
        """The mean of their points; there must be some."""
        size = len(rows) * POINTS_IN_A_DEGREE
        return (
            sum(self._latitudes[rows.start : rows.stop]) / size,
            sum(self._longitudes[rows.start : rows.stop]) / size,
        )
