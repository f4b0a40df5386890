"""Says what is being done, in lines that read the same on a terminal and in a log."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """`verbose` adds how long each step took; a step that `always` shows says so even when it is quick."""

    def __init__(self, *, verbose: bool = False) -> None:
        self.verbose = verbose
        self.started = time.monotonic()

    def say(self, line: str) -> None:
        print(f"  {line}", flush=True)

    def warn(self, line: str) -> None:
        print(f"  {line}", file=sys.stderr, flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        before = time.monotonic()
        yield
        if self.verbose:
            self.say(f"{time.monotonic() - before:6.1f} s  {name}")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


class DownloadLine:
    """One line at the start and one every few seconds, however many threads fetch."""

    def __init__(self, progress: Progress, what: str, *, files: int, every_seconds: float = 3.0) -> None:
        self._progress = progress
        self._what = what
        self._files = files
        self._every_seconds = every_seconds
        self._lock = threading.Lock()
        self._done = 0
        self._bytes = 0
        self._last = time.monotonic()

    def fetched(self, size: int) -> None:
        with self._lock:
            self._done += 1
            self._bytes += size
            now = time.monotonic()
            if self._done == self._files or now - self._last >= self._every_seconds:
                self._last = now
                self._progress.say(
                    f"{self._what}: {self._done} of {self._files} files, {self._bytes / 1e6:.0f} MB"
                )
