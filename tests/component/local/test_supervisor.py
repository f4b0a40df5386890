"""The supervisor over real processes: nothing is left behind, whatever ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from deploy.local.errors import StartFailed
from deploy.local.layout import ROOT
from deploy.local.run_state import ChildState, RunFiles, RunState
from deploy.local.supervisor import Supervisor
from tests.component.local.stand_in import DEAF, FAILING, WITH_GRANDCHILD, stand_in, supervise
from tests.support.eventually import eventually
from tests.support.local_process import free_ports


def pid_of(supervisor: Supervisor, name: str) -> int:
    return supervisor.state.children[name].pid


async def ended(pid: int) -> None:
    await eventually(lambda: not psutil.pid_exists(pid), because=f"process {pid} is gone")


async def test_children_are_ready_in_order_and_end_with_the_supervisor(tmp_path: Path) -> None:
    first, second = free_ports(2)
    supervisor = supervise(tmp_path, stand_in("first", first), stand_in("second", second))

    async def look() -> None:
        assert [child.state for child in supervisor.state.children.values()] == ["ready", "ready"]
        assert list(supervisor.state.children) == ["first", "second"]
        assert supervisor.state.phase == "ready"

    await supervisor.run(look)

    for name in ("first", "second"):
        await ended(pid_of(supervisor, name))


async def test_logs_are_for_the_owner_alone(tmp_path: Path) -> None:
    [port] = free_ports(1)
    supervisor = supervise(tmp_path, stand_in("service", port))
    supervisor.logs.mkdir(mode=0o755)
    before = supervisor.logs / "service.log"
    before.touch(mode=0o644)

    async def look() -> None:
        assert supervisor.logs.stat().st_mode & 0o777 == 0o700
        assert (supervisor.logs / "service.log").stat().st_mode & 0o777 == 0o600

    await supervisor.run(look)


async def test_a_crashed_child_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [port] = free_ports(1)
    supervisor = supervise(tmp_path, stand_in("service", port))

    async def crash() -> None:
        before = pid_of(supervisor, "service")
        os.kill(before, signal.SIGKILL)
        state = supervisor.state.children["service"]
        await eventually(lambda: state.restarts == 1 and state.state == "ready" and state.pid != before)

    await supervisor.run(crash)

    said = capsys.readouterr().err
    assert "service was ended by SIGKILL; starting it again in 0.5 s" in said
    assert "service is back" in said


async def test_a_child_that_cannot_stay_up_ends_everything(tmp_path: Path) -> None:
    first, second = free_ports(2)
    supervisor = supervise(tmp_path, stand_in("steady", first), stand_in("weak", second))

    async def crash_thrice() -> None:
        state = supervisor.state.children["weak"]
        while True:
            await eventually(lambda: state.state == "ready")
            os.kill(state.pid, signal.SIGKILL)
            await eventually(lambda: state.state != "ready")

    with pytest.raises(StartFailed, match="weak cannot stay up"):
        await supervisor.run(crash_thrice)

    assert supervisor.state.phase == "failed"
    await ended(pid_of(supervisor, "steady"))


async def test_a_child_that_fails_at_the_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    first, second = free_ports(2)
    supervisor = supervise(tmp_path, stand_in("steady", first), stand_in("broken", second, FAILING))

    with pytest.raises(StartFailed) as told:
        await supervisor.run(asyncio.Event().wait)  # type: ignore[arg-type]

    line = told.value.one_line()
    assert "broken stopped while starting (stopped with exit code 3): settings are wrong" in line
    assert str(tmp_path / "logs" / "broken.log") in line
    assert "\n" not in line
    await ended(pid_of(supervisor, "steady"))


async def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    first, second = free_ports(2)
    with socket.create_server(("127.0.0.1", second)):
        supervisor = supervise(tmp_path, stand_in("steady", first), stand_in("blocked", second))

        with pytest.raises(StartFailed, match=f"port {second}, which blocked needs, is taken"):
            await supervisor.run(asyncio.Event().wait)  # type: ignore[arg-type]

    assert not supervisor.state.children


async def test_a_child_that_ignores_the_signal_is_ended(tmp_path: Path) -> None:
    [port] = free_ports(1)
    supervisor = supervise(tmp_path, stand_in("deaf", port, DEAF, stop_within_seconds=0.5))

    await supervisor.run(lambda: asyncio.sleep(0))

    await ended(pid_of(supervisor, "deaf"))


async def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    [port] = free_ports(1)
    supervisor = supervise(tmp_path, stand_in("parent", port, WITH_GRANDCHILD))
    grandchildren: list[int] = []

    async def look() -> None:
        grandchildren.extend(one.pid for one in psutil.Process(pid_of(supervisor, "parent")).children())

    await supervisor.run(look)

    assert len(grandchildren) == 1
    await eventually(lambda: not psutil.pid_exists(grandchildren[0]) or is_zombie(grandchildren[0]))


def is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


SUPERVISOR_APART = """
import asyncio, sys
from pathlib import Path
from tests.component.local.stand_in import stand_in, supervise
supervisor = supervise(Path(sys.argv[1]), stand_in("service", int(sys.argv[2])))
asyncio.run(supervisor.run(asyncio.Event().wait))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_children_end_however_the_supervisor_ends(number: signal.Signals, tmp_path: Path) -> None:
    [port] = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SUPERVISOR_APART, str(tmp_path), str(port), cwd=ROOT, stdout=subprocess.DEVNULL
    )
    files = RunFiles(tmp_path / "run")

    def is_ready() -> bool:
        state = files.read()
        return state is not None and state.phase == "ready"

    await eventually(is_ready, within=20)
    state = files.read()
    assert state is not None
    process.send_signal(number)
    await asyncio.wait_for(process.wait(), 20)

    await ended(state.children["service"].pid)


def test_what_a_lost_supervisor_left_is_ended_by_the_next_and_nothing_else(tmp_path: Path) -> None:
    """As when the watch was killed too. A pid that another process has by now is let alone."""
    files = RunFiles(tmp_path)
    left, other = (subprocess.Popen(["sleep", "300"], start_new_session=True) for _ in range(2))
    children = {
        "left": ChildState(pid=left.pid, created=psutil.Process(left.pid).create_time()),
        "reused": ChildState(pid=other.pid, created=1.0),
    }
    try:
        files.write(RunState(pid=1, phase="ready", children=children))

        assert files.end_left_behind() == ["left"]
        assert left.wait(5) == -signal.SIGTERM
        assert other.poll() is None
    finally:
        for process in (left, other):
            process.kill()
            process.wait()
