"""A file of JSON lines that is appended to, and that a crash in the middle of a line does not spoil."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import structlog

from deploy.private_files import open_private, private_folder

log = structlog.get_logger(__name__)


class JsonLines:
    """What is appended has left the process when `append` returns: a kill loses none of it."""

    def __init__(self, file: Path) -> None:
        private_folder(file.parent)
        self.file = file

    def read(self) -> Iterator[dict[str, Any]]:
        """The records in the order they came; a line cut off by a crash is left out."""
        if not self.file.exists():
            return
        with self.file.open("rb") as lines:
            for line in lines:
                try:
                    record = orjson.loads(line)
                except orjson.JSONDecodeError:
                    record = None
                if isinstance(record, dict):
                    yield record
                elif line.strip():
                    log.warning("json_lines.line_left_out", file=self.file.name)

    def append(self, records: Iterable[Mapping[str, Any]]) -> None:
        cut_off = self.size() and not self._ends_with_newline()
        with open_private(self.file, "ab") as file:
            file.write((b"\n" if cut_off else b"") + _lines(records))

    def replace(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Writes the file anew, whole or not at all."""
        fresh = self.file.with_suffix(".new")
        with open_private(fresh, "wb") as file:
            file.write(_lines(records))
        fresh.replace(self.file)

    def size(self) -> int:
        return self.file.stat().st_size if self.file.exists() else 0

    def _ends_with_newline(self) -> bool:
        with self.file.open("rb") as opened:
            opened.seek(-1, 2)
            return opened.read(1) == b"\n"


def _lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(record) + b"\n" for record in records)
