"""Ends a supervisor's children when the supervisor is gone, however it went. Standard library only.

It reads `+PID SIGNAL` and `-PID` lines from a pipe whose other end the supervisor alone holds. The pipe's end is the
supervisor's end: then each process group still listed gets its signal, and after a few seconds SIGKILL.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

PATIENCE_SECONDS = 6.0


class OrphanWatch:
    """The supervisor's side. Works alike on Linux and macOS, and asks nothing of the children."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, start_new_session=True, text=True
        )

    def watch(self, pid: int, stop_signal: signal.Signals) -> None:
        self._tell(f"+{pid} {int(stop_signal)}")

    def forget(self, pid: int) -> None:
        self._tell(f"-{pid}")

    def close(self) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait(timeout=PATIENCE_SECONDS * 2)

    def _tell(self, line: str) -> None:
        if self._process.stdin and not self._process.stdin.closed and self._process.poll() is None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()


def signal_group(pid: int, number: int) -> bool:
    """False when nothing of the group is left. As root, a zombie leader still counts as there."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS answers so for a group of zombies
        return False
    return True


def wait_for_end_of_pipe() -> dict[int, int]:
    listed: dict[int, int] = {}
    for line in sys.stdin:
        if line.startswith("+"):
            pid, number = line[1:].split()
            listed[int(pid)] = int(number)
        elif line.startswith("-"):
            listed.pop(int(line[1:]), None)
    return listed


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    left = wait_for_end_of_pipe()
    for pid, number in left.items():
        signal_group(pid, number)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {pid: number for pid, number in left.items() if signal_group(pid, 0)}
    for pid in left:
        signal_group(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
