"""A real server as a process of the test's own: started, killed, paused, started again."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import socket
import subprocess
import time
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from deploy.local.child import Account, Ready
from deploy.local.keeper import last_line
from deploy.local.layout import HOST, ROOT
from deploy.local.orphan_watch import OrphanWatch, signal_group

Result = TypeVar("Result")

TEST_STATE = ROOT / ".kith" / "test"
START_SECONDS = 60.0


@functools.cache
def orphan_watch() -> OrphanWatch:
    """One for the whole test run: if the run is killed, no server stays."""
    return OrphanWatch()


class LocalProcess:
    def __init__(
        self,
        name: str,
        command: tuple[str, ...],
        *,
        ready: Ready,
        log: Path,
        environment: Mapping[str, str],
        account: Account | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        folder: Path = ROOT,
    ) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._ready = ready
        self._environment = dict(environment)
        self._account = account
        self._stop_signal = stop_signal
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        account = self._account
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                cwd=self._folder,
                start_new_session=True,
                user=account.user if account else None,
                group=account.group if account else None,
                extra_groups=[] if account else None,
            )
        orphan_watch().watch(self._process.pid, self._stop_signal)
        run_apart(self._until_ready())

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            signal_group(self._process.pid, self._stop_signal)
        self._end(patience_seconds=20)

    def kill(self) -> None:
        """Ends it as kill -9 does, and what it had started itself."""
        self._end(patience_seconds=0)

    def restart(self) -> None:
        self.stop()
        self.start()

    def pause(self) -> None:
        signal_group(self._running().pid, signal.SIGSTOP)

    def resume(self) -> None:
        signal_group(self._running().pid, signal.SIGCONT)

    def _end(self, *, patience_seconds: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(patience_seconds or 0.001)
        except subprocess.TimeoutExpired:
            signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        signal_group(self._process.pid, signal.SIGKILL)
        orphan_watch().forget(self._process.pid)
        self._process = None

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        missing: str | None = "not asked yet"
        while missing is not None:
            if self._running().poll() is not None:
                raise RuntimeError(f"{self.name} stopped while starting: {last_line(self.log)} ({self.log})")
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"{self.name} was not ready in {START_SECONDS:g} s: {missing} ({self.log})"
                )
            missing = await self._ready()
            await asyncio.sleep(0.02)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._process


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """In a loop and thread of its own, so that plain fixtures may wait although the tests' loop exists."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()


def free_ports(count: int) -> list[int]:
    """Held open together, so that they differ."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def own_folder(name: str) -> Path:
    """Below `.kith/test`, another one for each test run."""
    folder = TEST_STATE / "servers" / str(os.getpid()) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
