"""`python -m deploy.bill_of_materials`: every library that the locks name, as CycloneDX 1.6, on standard output."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PYTHON = HERE / "requirements"
PAGES = HERE / "assets" / "package-lock.json"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
# Which lock, and whether what only it names runs where people are helped.
LOCKS = (("runtime.txt", "required"), ("local.txt", "excluded"), ("dev.txt", "excluded"))

Component = dict[str, Any]


def bill() -> dict[str, Any]:
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "kith", "name": "kith"}},
        "components": sorted([*_of_python(), *_of_pages()], key=lambda each: each["bom-ref"]),
    }


def _of_python() -> Iterator[Component]:
    """What several locks name has the same version in each, and the scope of the first."""
    seen: set[str] = set()
    for lock, scope in LOCKS:
        for name, version in LOCKED.findall((PYTHON / lock).read_text()):
            if name not in seen:
                seen.add(name)
                yield _component(name, version, f"pkg:pypi/{name}@{version}", scope)


def _of_pages() -> Iterator[Component]:
    """What the pages' styles and scripts are made of."""
    for path, package in json.loads(PAGES.read_text())["packages"].items():
        if path:
            name = path.rpartition("node_modules/")[2]
            escaped = name.replace("@", "%40")
            scope = "excluded" if package.get("dev") else "required"
            yield _component(name, package["version"], f"pkg:npm/{escaped}@{package['version']}", scope)


def _component(name: str, version: str, purl: str, scope: str) -> Component:
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "scope": scope,
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=2)
    sys.stdout.write("\n")
