"""Puts a pack together from the tables, and writes it whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.places.read_areas import read_areas
from deploy.places.read_populations import CODES, of_successors, read_populations
from deploy.places.read_postcodes import read_postcodes
from deploy.places.tables import NotUsable
from shared.places import pack
from shared.places.area_table import COLUMNS
from shared.places.postcodes import MOST_AREAS, write_index

NO_OUTLINES = '{"type":"FeatureCollection","features":[]}'
SOURCE = (
    "Source: Office for National Statistics and Ministry of Housing, Communities and Local Government,"
    " licensed under the Open Government Licence v3.0."
)
WIDER = ("borough", "ward", "icb")


@dataclass(frozen=True, slots=True)
class Sources:
    areas: tuple[Path, ...]
    postcodes: Path
    sex: Path
    ethnicity: Path
    outlines: Path | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    name: str
    edition: str
    only: str = ""
    """The beginning of the codes of the authorities that are taken; all when empty."""
    compressed: bool = False


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
    boroughs = sorted({row["borough"] for row in areas.values()})
    areas_text = as_csv(COLUMNS, ([row[each] for each in COLUMNS] for row in areas.values()))
    files = {
        pack.AREAS: areas_text,
        pack.NAMES: as_csv(pack.NAME_COLUMNS, named(areas)),
        pack.POPULATIONS: as_csv(
            pack.POPULATION_COLUMNS,
            (
                [code, each.residents, each.females, each.males, *(each.groups[group] for group in CODES)]
                for code in boroughs
                if (each := found.get(code)) is not None
            ),
        ),
        pack.OUTLINES: outlines(sources.outlines, boroughs),
        pack.POSTCODES: write_index(postcodes.entries, areas_mark=pack.areas_mark(areas_text)),
    }
    counts = {
        "areas": len(areas),
        "boroughs": len(boroughs),
        "populations": sum(code in found for code in boroughs),
        "postcodes": len(list(postcodes.entries)),
    }
    write(folder, files, manifest(wanted, counts, files), compressed=wanted.compressed)
    return Built(counts, {"areas": read.left_out, "postcodes": postcodes.left_out})


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


def as_csv(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def manifest(wanted: Wanted, counts: Mapping[str, int], files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "format": pack.FORMAT,
        "name": wanted.name,
        "edition": wanted.edition,
        "attribution": [
            SOURCE,
            f"Contains OS data © Crown copyright and database right {wanted.edition}.",
            f"Contains Royal Mail data © Royal Mail copyright and database right {wanted.edition}.",
            f"Contains National Statistics data © Crown copyright and database right {wanted.edition}.",
        ],
        "counts": counts,
        "sha256": {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
    }


def write(folder: Path, files: Mapping[str, bytes], facts: Mapping[str, Any], *, compressed: bool) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".places-") as work:
        new, old = Path(work) / "new", Path(work) / "old"
        new.mkdir(mode=0o755)
        for name, body in files.items():
            if compressed and name != pack.OUTLINES:
                (new / f"{name}.xz").write_bytes(lzma.compress(body, preset=9))
            else:
                (new / name).write_bytes(body)
        text = json.dumps(facts, indent=2, ensure_ascii=False)
        (new / pack.MANIFEST).write_text(f"{text}\n", encoding="utf-8")
        if folder.exists():
            for kept in ("README.md", "__init__.py"):
                if (folder / kept).exists():
                    shutil.copy2(folder / kept, new / kept)
            folder.rename(old)
        new.rename(folder)
