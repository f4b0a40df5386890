"""Tables of the national offices as rows by our own field names, whatever the year in their headings."""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from shared.places.ethnic_groups import CENSUS_WORDS_OF_FIVE, ETHNIC_GROUPS

_YEAR = r"(?P<year>\d\d)"
_IN_YEAR = r"\(20(?P<year>\d\d)\)"
_AUTHORITY, _AUTHORITY_NAME = rf"(lad|ltla){_YEAR}(cd|_code)", rf"(lad|ltla){_YEAR}(nm|_name)"
_MEASURE = r"(; measures: value)?"
_OFFICIAL = {
    "lsoa": (rf"lsoa{_YEAR}(cd|_code)?", rf"lsoa code {_IN_YEAR}", "geography code"),
    "name": (rf"lsoa{_YEAR}(nm|_name)", rf"lsoa name {_IN_YEAR}"),
    "ward": (rf"(wd|ward){_YEAR}(cd|_code)",),
    "ward_name": (rf"(wd|ward){_YEAR}(nm|_name)",),
    "borough": (_AUTHORITY, rf"local authority district code {_IN_YEAR}"),
    "borough_name": (_AUTHORITY_NAME, rf"local authority district name {_IN_YEAR}"),
    "icb": (rf"icb{_YEAR}(cd|_code)",),
    "icb_name": (rf"icb{_YEAR}(nm|_name)",),
    "locality": (rf"place{_YEAR}nm", "name"),
    "kind_of_place": ("descnm",),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "long", "lon"),
    "imd_rank": (r"imd20(?P<year>\d\d)_rank", r"index of multiple deprivation \(imd\) rank.*"),
    "imd_decile": (r"imd20(?P<year>\d\d)_decile", r"index of multiple deprivation \(imd\) decile.*"),
    "residents": ("residents", f"ethnic group: total: all usual residents{_MEASURE}"),
    "disabled": ("disabled", f"disability: disabled under the equality act{_MEASURE}"),
    "postcode": ("pcds", "pcd8", "pcd7", "pcd2", "pcd", "postcode"),
    "ended_on": ("doterm",),
    "females": ("females", f"sex: female{_MEASURE}"),
    "males": ("males", f"sex: male{_MEASURE}"),
    "authority": (_AUTHORITY, "geography code"),
    "authority_name": (_AUTHORITY_NAME, "geography"),
    "all_persons": ("residents", f"sex: all persons{_MEASURE}"),
    "ethnic_group": ("ethnic_group",),
    "value": ("value",),
    **{code: (code, f"ethnic group: {re.escape(words.lower())}{_MEASURE}") for code, words in CENSUS_WORDS_OF_FIVE.items()},
    **{
        group.code: (group.code, f"ethnic group: {re.escape(group.census_words.lower())}{_MEASURE}")
        for group in ETHNIC_GROUPS
    },
}  # fmt: skip
PATTERNS = {field: tuple(re.compile(each) for each in patterns) for field, patterns in _OFFICIAL.items()}


class NotUsable(Exception):
    """A table cannot be taken; the text says which, where and why."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    values: Mapping[str, str]


def heading_of(field: str, headings: list[str]) -> str | None:
    """The heading that means the field: the first way of writing it, and of that the latest year."""
    for pattern in PATTERNS[field]:
        found = [
            (match, heading) for heading in headings if (match := pattern.fullmatch(heading.strip().lower()))
        ]
        if found:
            return max(found, key=lambda each: each[0].groupdict().get("year") or "")[1]
    return None


def read_table(path: Path, *, needed: tuple[str, ...], also: tuple[str, ...] = ()) -> Iterator[Row]:
    """Rows with the fields found, by line. Plain, .gz, .xz, or the one large .csv in a .zip."""
    with _text_of(path) as text:
        reader = csv.reader(text)
        headings = next(reader, [])
        columns = {field: heading_of(field, headings) for field in (*needed, *also)}
        missing = [field for field in needed if columns[field] is None]
        if missing:
            raise NotUsable(f"{path.name}: no column for {', '.join(missing)}")
        places = {field: headings.index(heading) for field, heading in columns.items() if heading is not None}
        for row in reader:
            if len(row) != len(headings):
                raise NotUsable(
                    f"{path.name}, line {reader.line_num}: {len(row)} cells, {len(headings)} headings"
                )
            yield Row(reader.line_num, {field: row[place].strip() for field, place in places.items()})


def is_number(text: str) -> bool:
    try:
        return -180 <= float(text) <= 180
    except ValueError:
        return False


@contextmanager
def _text_of(path: Path) -> Iterator[IO[str]]:
    try:
        with _bytes_of(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
            yield text
    except (OSError, EOFError, csv.Error, UnicodeDecodeError, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise NotUsable(f"{path.name}: cannot be read ({error})") from error


@contextmanager
def _bytes_of(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            tables = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")]
            if not tables:
                raise NotUsable(f"{path.name}: no .csv in it")
            with archive.open(max(tables, key=lambda each: each.file_size)) as member:
                yield member
        return
    if path.suffix == ".gz":
        with gzip.open(path, "rb") as unpacked:
            yield cast("IO[bytes]", unpacked)
    elif path.suffix == ".xz":
        with lzma.open(path, "rb") as unpacked:
            yield cast("IO[bytes]", unpacked)
    else:
        with path.open("rb") as file:
            yield file
