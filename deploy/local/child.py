"""One process that the supervisor keeps: what runs, as whom, and how to see that it is ready."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.layout import ROOT

Ready = Callable[[], Awaitable[str | None]]  # None when ready, else what is still missing


@dataclass(frozen=True)
class Account:
    """The user and group that a child runs as, when not as whoever started Kith."""

    user: int
    group: int


@dataclass(frozen=True)
class Child:
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    ports: tuple[int, ...]
    ready: Ready = field(repr=False)
    url: str = ""
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_seconds: float = 10.0
    ready_within_seconds: float = 60.0
    folder: Path = ROOT
