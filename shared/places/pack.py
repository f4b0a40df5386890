"""A pack of places in a folder: what the files are called, and how they are opened."""

from __future__ import annotations

import csv
import hashlib
import json
import lzma
import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.places.ethnic_groups import ETHNIC_GROUPS
from shared.places.place import NamedArea, Outline, Population
from shared.places.postcodes import PackDamaged

FORMAT = 1
MANIFEST, AREAS, NAMES, POPULATIONS, OUTLINES, POSTCODES = (
    "pack.json", "areas.csv", "names.csv", "populations.csv", "outlines.geojson", "postcodes.bin",
)  # fmt: skip
FILES = (AREAS, NAMES, POPULATIONS, OUTLINES, POSTCODES)
NAME_COLUMNS = ("code", "kind", "name", "within", "latitude", "longitude")
POPULATION_COLUMNS = ("borough", "residents", "females", "males", *(group.code for group in ETHNIC_GROUPS))


@dataclass(frozen=True, slots=True)
class Manifest:
    name: str
    edition: str
    attribution: tuple[str, ...]
    """The lines that the Open Government Licence asks for, wherever the data is shown."""
    counts: Mapping[str, int]
    sha256: Mapping[str, str]
    """Of each file as it is when it is not compressed."""


def read_manifest(folder: Path) -> Manifest:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PackDamaged(f"{folder} holds no pack of places") from error
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise PackDamaged(f"{folder} holds a pack of places of another format")
    try:
        return Manifest(**found | {"attribution": tuple(found["attribution"])})
    except (KeyError, TypeError) as error:
        raise PackDamaged(f"{folder} holds a pack of places that does not say what it is") from error


def read_file(folder: Path, name: str) -> bytes:
    """A file of the pack, or the compressed one in its place."""
    try:
        if (folder / name).exists():
            return (folder / name).read_bytes()
        return lzma.decompress((folder / f"{name}.xz").read_bytes())
    except (OSError, lzma.LZMAError) as error:
        raise PackDamaged(f"{folder} has no {name} that can be read") from error


def open_file(folder: Path, name: str) -> bytes | mmap.mmap:
    """As `read_file`, but mapped where it can be: all processes then share one copy in memory."""
    if not (folder / name).exists():
        return read_file(folder, name)
    with (folder / name).open("rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise PackDamaged(f"{folder} has an empty {name}") from error


def areas_mark(text: bytes) -> bytes:
    """Eight bytes that name a list of areas: postcodes mean areas by their line in it."""
    return hashlib.sha256(text).digest()[:8]


def named_areas(text: str) -> list[NamedArea]:
    return [
        NamedArea(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            within=row["within"] or None,
            point=(float(row["latitude"]), float(row["longitude"])),
        )
        for row in _rows(text, NAME_COLUMNS)
    ]


def populations(text: str) -> dict[str, Population]:
    return {
        row["borough"]: Population(
            borough=row["borough"],
            residents=int(row["residents"]),
            females=int(row["females"]),
            males=int(row["males"]),
            groups={group.code: int(row[group.code]) for group in ETHNIC_GROUPS},
        )
        for row in _rows(text, POPULATION_COLUMNS)
    }


def outlines(text: str) -> dict[str, Outline]:
    """Of a GeoJSON feature collection, polygons and collections of polygons."""
    found = {}
    for feature in json.loads(text)["features"]:
        shape, code = feature["geometry"], feature["properties"]["code"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        rings = tuple(tuple((x, y) for x, y, *_ in ring) for polygon in polygons for ring in polygon)
        found[code] = Outline(code, feature["properties"]["name"], rings)
    return found


def _rows(text: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != columns:
        raise PackDamaged("a file of the pack has other columns")
    return list(reader)
