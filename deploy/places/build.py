"""Puts a pack of places together from the tables of the national offices."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.places.read_areas import read_areas
from deploy.places.read_localities import Locality, read_localities
from deploy.places.read_populations import CODES, of_successors, read_populations
from deploy.places.read_postcodes import read_postcodes
from deploy.places.tables import NotUsable
from deploy.places.write_pack import as_csv, manifest, write
from shared.places import pack
from shared.places.area_table import COLUMNS
from shared.places.place import Population
from shared.places.postcodes import MOST_AREAS, write_index

NO_OUTLINES = '{"type":"FeatureCollection","features":[]}'
WIDER = ("borough", "ward", "icb")


@dataclass(frozen=True, slots=True)
class Sources:
    areas: tuple[Path, ...]
    postcodes: Path
    sex: Path
    ethnicity: Path
    outlines: Path | None = None
    localities: Path | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    name: str
    edition: str
    only: str = ""
    """The beginning of the codes of the authorities that are taken; all when empty."""
    compressed: bool = False
    thanks: tuple[str, ...] = ()
    """More lines of attribution: those that the source of the localities asks for."""


@dataclass(frozen=True, slots=True)
class Built:
    counts: Mapping[str, int]
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def build(sources: Sources, wanted: Wanted, folder: Path) -> Built:
    """Reads everything, then writes the folder; one that was there is replaced at the end."""
    read = read_areas(sources.areas)
    areas = {code: row for code, row in read.rows.items() if row["borough"].startswith(wanted.only)}
    if not areas or len(areas) >= MOST_AREAS:
        raise NotUsable(f"{len(areas)} areas: one to {MOST_AREAS - 1} make a pack")
    postcodes = read_postcodes(sources.postcodes, {code: number for number, code in enumerate(areas)})
    found, names = read_populations(sources.sex, sources.ethnicity)
    found |= of_successors(areas, found, names)
    localities = read_localities(sources.localities, areas)
    boroughs = sorted({row["borough"] for row in areas.values()})
    areas_text = as_csv(COLUMNS, ([row[each] for each in COLUMNS] for row in areas.values()))
    files = {
        pack.AREAS: areas_text,
        pack.NAMES: as_csv(pack.NAME_COLUMNS, [*named(areas), *named_localities(localities.found)]),
        pack.POPULATIONS: as_csv(pack.POPULATION_COLUMNS, people(boroughs, found)),
        pack.OUTLINES: outlines(sources.outlines, boroughs),
        pack.POSTCODES: write_index(postcodes.entries, areas_mark=pack.areas_mark(areas_text)),
    }
    counts = {
        "areas": len(areas),
        "boroughs": len(boroughs),
        "localities": len(list(localities.found)),
        "populations": sum(code in found for code in boroughs),
        "postcodes": len(list(postcodes.entries)),
    }
    facts = manifest(wanted.name, wanted.edition, wanted.thanks, counts, files)
    write(folder, files, facts, compressed=wanted.compressed)
    left_out = {"areas": read.left_out, "postcodes": postcodes.left_out, "localities": localities.left_out}
    return Built(counts, left_out)


def named(areas: Mapping[str, Mapping[str, str]]) -> Iterable[list[str]]:
    """Boroughs, wards and boards; the point of each is the middle of its residents."""
    for kind in WIDER:
        members: dict[str, list[Mapping[str, str]]] = {}
        for row in areas.values():
            members.setdefault(row[kind], []).append(row)
        for code, rows in sorted(members.items()):
            weight = sum(int(row["residents"]) for row in rows)
            middle = [
                f"{sum(float(row[each]) * int(row['residents']) for row in rows) / weight:.5f}"
                for each in ("latitude", "longitude")
            ]
            within = rows[0]["borough"] if kind == "ward" else ""
            yield [code, kind, rows[0][f"{kind}_name"], within, *middle]


def people(boroughs: Iterable[str], found: Mapping[str, Population]) -> Iterable[list[Any]]:
    for code in boroughs:
        if (each := found.get(code)) is not None:
            yield [code, each.residents, each.females, each.males, *(each.groups[group] for group in CODES)]


def named_localities(localities: Iterable[Locality]) -> Iterable[list[str]]:
    for each in sorted(localities, key=lambda one: (one.name, one.lsoa)):
        yield [each.lsoa, "locality", each.name, each.borough, *(f"{degrees:.5f}" for degrees in each.point)]


def outlines(path: Path | None, boroughs: list[str]) -> bytes:
    if path is None:
        return NO_OUTLINES.encode()
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
        features = [each for each in collection["features"] if each["properties"]["code"] in boroughs]
        kept = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
        pack.outlines(kept)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotUsable(f"{path.name}: not outlines in GeoJSON with code and name ({error!r})") from error
    return kept.encode()
