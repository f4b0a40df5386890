"""Two files that spans are appended to, so that they survive a restart; the older one is dropped when full."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import structlog

from deploy.json_lines import JsonLines
from deploy.spans.span import Span, span_from_json

log = structlog.get_logger(__name__)


class SpanLog:
    """`spans.jsonl` is written, `spans.older.jsonl` is the full one before it. Half the bytes each."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._current = JsonLines(folder / "spans.jsonl")
        self._older = JsonLines(folder / "spans.older.jsonl")
        self._most_bytes = most_bytes // 2

    def read(self) -> Iterator[Span]:
        """What is kept, in the order it came."""
        for lines in (self._older, self._current):
            for record in lines.read():
                try:
                    yield span_from_json(record)
                except (TypeError, KeyError):
                    log.warning("span_log.span_left_out")

    def append(self, spans: Sequence[Span]) -> None:
        if self._current.size() > self._most_bytes:
            self._current.file.replace(self._older.file)
        self._current.append(span.as_json() for span in spans)
