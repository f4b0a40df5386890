"""The image is built of named files: each stage that runs our code has all of ours that this code imports."""

import ast
import re
from pathlib import Path

import pytest

from deploy.local.layout import ROOT

# `--break` starts a system of its own on one machine; it is imported only when asked for, and not in a container.
ONE_MACHINE_ALONE = {Path("deploy/demo/broken.py"), Path("deploy/demo/aside.py")}
OURS = ("deploy", "services", "shared")
STAGES = re.split(r"^FROM ", (ROOT / "deploy" / "docker" / "Dockerfile").read_text(), flags=re.MULTILINE)[1:]


def copied(stage: str) -> set[Path]:
    """The Python files that the stage's COPY lines name."""
    found: set[Path] = set()
    for line in re.findall(r"^COPY (?!--)(.+)$", stage.replace("\\\n", " "), re.MULTILINE):
        *sources, _target = line.split()
        for place in (each for source in sources for each in ROOT.glob(source)):
            found |= set(place.rglob("*.py")) if place.is_dir() else {place}
    return {path.relative_to(ROOT) for path in found if path.suffix == ".py"}


def imported(file: Path) -> set[str]:
    """Modules, and names in them that may be modules."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.split(".")[0] in OURS}


def file_of(module: str) -> Path | None:
    place = Path(*module.split("."))
    files = (place.with_suffix(".py"), place / "__init__.py")
    return next((file for file in files if (ROOT / file).is_file()), None)


@pytest.mark.parametrize("stage", STAGES, ids=range(len(STAGES)))
def test_all_that_the_code_in_a_stage_imports_is_there(stage: str) -> None:
    there = copied(stage)

    needed = {(file, file_of(module)) for file in there - ONE_MACHINE_ALONE for module in imported(file)}
    assert sorted({(str(by), str(what)) for by, what in needed if what and what not in there}) == []


def test_two_stages_run_our_code() -> None:
    assert sum(bool(copied(stage)) for stage in STAGES) == 2
