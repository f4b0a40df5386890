"""Finds the browser of the browser tests, or installs it where that is ours to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from deploy.local.errors import StartFailed
from deploy.local.progress import Progress
from deploy.private_files import open_private

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def ensure_chromium(progress: Progress, *, log: Path) -> str:
    found = find_chromium()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        progress.say("Installing Chromium from Debian for the browser tests (about 90 MB)")
        found = install_from_debian(log)
    if found is None:
        raise StartFailed(
            "the browser tests need Chromium, and none is on PATH",
            what_to_do="Install it (Debian: apt install chromium; macOS: brew install --cask chromium)",
            log=log if log.exists() else None,
        )
    return found


def install_from_debian(log: Path) -> str | None:
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with open_private(log, "ab") as output:
        for command in (
            ("apt-get", "update"),
            ("apt-get", "install", "-y", "--no-install-recommends", "chromium"),
        ):
            subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
            )
    return find_chromium()
