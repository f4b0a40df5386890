"""Folders and files that nobody else on the machine is to read: logs, messages with links that work, traces."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal


def private_folder(folder: Path) -> None:
    """Makes the folder for its owner alone; one that was made more open is closed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(PermissionError):  # a volume that belongs to somebody else is theirs to close
        folder.chmod(0o700)


def open_private(file: Path, mode: Literal["ab", "wb"]) -> BinaryIO:
    """Opens a file in binary mode, for its owner alone from its first byte on."""
    opened = open(file, mode, opener=_for_the_owner)  # noqa: SIM115 - Path.open takes no opener
    with suppress(PermissionError):
        os.fchmod(opened.fileno(), 0o600)
    return opened


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
