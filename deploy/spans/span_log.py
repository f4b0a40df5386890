"""Two files that spans are appended to, so that they survive a restart; the older one is dropped when full."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import structlog

from deploy.spans.span import Span, span_from_json

log = structlog.get_logger(__name__)


class SpanLog:
    """`spans.jsonl` is written, `spans.older.jsonl` is the full one before it. Half the bytes each."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._current = folder / "spans.jsonl"
        self._older = folder / "spans.older.jsonl"
        self._most_bytes = most_bytes // 2

    def read(self) -> Iterator[Span]:
        """What is kept, in the order it came; a line cut off by a crash is left out."""
        for file in (self._older, self._current):
            if file.exists():
                with file.open("rb") as lines:
                    for line in lines:
                        try:
                            yield span_from_json(orjson.loads(line))
                        except (orjson.JSONDecodeError, TypeError, KeyError):
                            log.warning("span_log.line_left_out", file=file.name)

    def append(self, spans: Sequence[Span]) -> None:
        if self._current.exists() and self._current.stat().st_size > self._most_bytes:
            self._current.replace(self._older)
        lines = b"".join(orjson.dumps(span.as_json()) + b"\n" for span in spans)
        with self._current.open("ab") as file:
            if file.tell() and not _ends_with_newline(self._current):
                file.write(b"\n")
            file.write(lines)


def _ends_with_newline(file: Path) -> bool:
    with file.open("rb") as opened:
        opened.seek(-1, 2)
        return opened.read(1) == b"\n"
