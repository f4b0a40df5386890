"""What a supervisor leaves for the other commands to read: its lock, its state, and the list of its processes."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from deploy.local.orphan_watch import signal_group

Phase = Literal["starting", "ready", "stopping", "failed"]


@dataclass
class ChildState:
    pid: int = 0
    created: float = 0.0
    state: str = "waiting"
    restarts: int = 0
    url: str = ""


@dataclass
class RunState:
    pid: int
    phase: Phase
    message: str = ""
    url: str = ""
    children: dict[str, ChildState] = field(default_factory=dict)


class RunFiles:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock_file = folder / "supervisor.lock"
        self.state_file = folder / "state.json"

    @contextmanager
    def held(self) -> Iterator[bool]:
        """True when this process now holds the lock: no other supervisor runs here. The kernel frees it on any end."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.lock_file.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def is_running(self) -> bool:
        if not self.lock_file.exists():
            return False
        with self.held() as mine:
            return not mine

    def read(self) -> RunState | None:
        try:
            found = json.loads(self.state_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        children = {name: ChildState(**child) for name, child in found.pop("children").items()}
        return RunState(**found, children=children)

    def write(self, state: RunState) -> None:
        unfinished = self.state_file.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(state), indent=1))
        unfinished.rename(self.state_file)

    def end_left_behind(self) -> list[str]:
        """Ends processes that an earlier supervisor could not: by pid, and only if it is the same process still."""
        state = self.read()
        left = {
            name: child for name, child in (state.children if state else {}).items() if is_same_process(child)
        }
        for child in left.values():
            signal_group(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + 5
        while any(is_same_process(child) for child in left.values()) and time.monotonic() < deadline:
            time.sleep(0.05)
        for child in left.values():
            if is_same_process(child):
                signal_group(child.pid, signal.SIGKILL)
        return sorted(left)


def is_same_process(child: ChildState) -> bool:
    if child.pid <= 0:
        return False
    return abs(created_at(child.pid) - child.created) < 1.0


def created_at(pid: int) -> float:
    import psutil  # 0.05 s that the plain commands need not pay

    try:
        process = psutil.Process(pid)
        return 0.0 if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.Error:
        return 0.0


def stop_supervisor(files: RunFiles, *, within_seconds: float) -> bool:
    """Asks a running supervisor to stop and waits until it holds its lock no more."""
    state = files.read()
    if state is None or not files.is_running():
        return True
    with contextlib.suppress(ProcessLookupError):
        os.kill(state.pid, signal.SIGTERM)
    deadline = time.monotonic() + within_seconds
    while files.is_running():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
