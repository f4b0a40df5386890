"""Writes a pack of places: whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from shared.places import pack

SOURCE = (
    "Source: Office for National Statistics and Ministry of Housing, Communities and Local Government,"
    " licensed under the Open Government Licence v3.0."
)


def as_csv(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def manifest(
    name: str, edition: str, thanks: Iterable[str], counts: Mapping[str, int], files: Mapping[str, bytes]
) -> dict[str, Any]:
    return {
        "format": pack.FORMAT,
        "name": name,
        "edition": edition,
        "attribution": [
            SOURCE,
            *thanks,
            f"Contains OS data © Crown copyright and database right {edition}.",
            f"Contains Royal Mail data © Royal Mail copyright and database right {edition}.",
            f"Contains National Statistics data © Crown copyright and database right {edition}.",
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
