"""`./kith up`, `down`, `status`, `logs`, `reset`."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from functools import partial
from pathlib import Path

from deploy.local.errors import StartFailed
from deploy.local.layout import Layout, layout_of_up
from deploy.local.progress import Progress
from deploy.local.readiness import http_ready
from deploy.local.run_state import RunFiles, RunState, stop_supervisor
from deploy.local.secrets_file import Secrets
from deploy.local.system import System, system_at
from deploy.private_files import open_private, private_folder

STOP_SECONDS = 40.0
NOT_RUNNING = 3  # as `systemctl status` has it


def up(arguments: Namespace) -> int:
    layout = layout_of_up(os.environ)
    files = RunFiles(layout.run_files)
    if arguments.detach and "KITH_DETACHED" not in os.environ:
        return up_detached(arguments, layout, files)
    with files.held() as alone:
        if not alone:
            state = files.read()
            print(f"Kith is running already: {state.url if state else ''}  (`./kith down` stops it)")
            return 0
        return up_here(arguments, layout, files)


def up_here(arguments: Namespace, layout: Layout, files: RunFiles) -> int:
    progress = Progress(verbose=arguments.verbose)
    print("Starting Kith. Ctrl-C stops everything.", flush=True)
    left = files.end_left_behind()
    if left:
        progress.say(f"Ended what an earlier run had left: {', '.join(left)}")
    files.write(RunState(pid=os.getpid(), phase="starting"))
    try:
        system = system_at(layout)
        system.prepare(progress)
        supervisor = system.supervisor(progress, split=arguments.split)
        asyncio.run(supervisor.run(partial(announce, system, progress)))
    except StartFailed as failed:
        files.write(RunState(pid=os.getpid(), phase="failed", message=failed.one_line()))
        print(failed.one_line(), file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        files.write(RunState(pid=os.getpid(), phase="failed", message="kith: stopped"))
        print("\nkith: stopped. `./kith up` carries on.", file=sys.stderr)
        return 130
    print("Kith has stopped.", flush=True)
    return 0


async def announce(system: System, progress: Progress) -> None:
    print(welcome(system, progress.seconds), flush=True)
    await asyncio.Event().wait()


def welcome(system: System, seconds: float) -> str:
    url, secrets, state = system.environments.public_url, system.environments.secrets, system.layout.state
    return f"""
Kith is ready after {seconds:.0f} s: {url}

  Find help, refer someone, run a group   {url}/
  Refer yourself                          {url}/referral/self
  The parts that pages are made of        {url}/directory/gallery
  What a commissioner sees                {url}/outcomes/summary
  Sign in as one of the staff             {url}/directory/sign-in
  Messages that were sent                 {url}/mailbox/
  Journeys as pictures                    {url}/traces/

  Ids and secrets of the demonstration's clients are in {system.layout.secrets_file}: {", ".join(demo_clients(secrets))}.
  `./kith demo` drives a whole day of it. Logs: {state / "logs"}. Ctrl-C (or `./kith down`) stops everything.
"""


def demo_clients(secrets: Secrets) -> list[str]:
    return sorted(secrets.client_credentials)


def up_detached(arguments: Namespace, layout: Layout, files: RunFiles) -> int:
    if files.is_running():
        state = files.read()
        print(f"Kith is running already: {state.url if state else ''}  (`./kith down` stops it)")
        return 0
    log = layout.log("supervisor")
    private_folder(log.parent)
    options = [name for name in ("split", "verbose") if getattr(arguments, name)]
    command = [sys.executable, "-P", "-m", "deploy.local", "up", *(f"--{name}" for name in options)]
    with open_private(log, "wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            env={**os.environ, "KITH_DETACHED": "1"},
        )  # fmt: skip
    return follow_until_ready(process, log, files)


def follow_until_ready(process: subprocess.Popen[bytes], log: Path, files: RunFiles) -> int:
    """Shows the start as it goes; Ctrl-C here stops it, as it does in the foreground."""
    try:
        with log.open() as lines:
            while True:
                sys.stdout.write(lines.read())
                sys.stdout.flush()
                state = files.read()
                if state and state.pid == process.pid and state.phase == "ready":
                    time.sleep(0.2)
                    sys.stdout.write(lines.read())
                    return 0
                if process.poll() is not None:
                    sys.stdout.write(lines.read())
                    return process.returncode or 1
                time.sleep(0.1)
    except KeyboardInterrupt:
        process.terminate()
        process.wait(timeout=STOP_SECONDS)
        return 130


def set_up(_arguments: Namespace) -> int:
    progress = Progress(verbose=True)
    system_at(layout_of_up(os.environ)).prepare(progress)
    print("All that Kith needs is here. `./kith up` starts it.")
    return 0


def down(_arguments: Namespace) -> int:
    layout = layout_of_up(os.environ)
    files = RunFiles(layout.run_files)
    was_running = files.is_running()
    if not stop_supervisor(files, within_seconds=STOP_SECONDS):
        print("kith: it did not stop in time; ending its processes", file=sys.stderr)
    left = files.end_left_behind()
    if left:
        print(f"Ended what was left: {', '.join(left)}")
    print("Kith has stopped." if was_running else "Kith was not running.")
    return 0


def status(arguments: Namespace) -> int:
    layout = layout_of_up(os.environ)
    files = RunFiles(layout.run_files)
    state = files.read()
    if state is None or not files.is_running():
        print("Kith is not running. `./kith up` starts it.")
        return NOT_RUNNING
    answers = asyncio.run(ask_all(state))
    if arguments.json:
        print(json.dumps({"phase": state.phase, "url": state.url, "processes": answers}, indent=2))
    else:
        print(f"Kith is {state.phase}: {state.url}")
        for name, answer in answers.items():
            print(f"  {name:<18} {answer['state']:<34} {answer['url']:<26} restarts {answer['restarts']}")
    return 0 if state.phase == "ready" and all(one["state"] == "ready" for one in answers.values()) else 1


async def ask_all(state: RunState) -> dict[str, dict[str, str | int]]:
    async def ask(name: str) -> tuple[str, dict[str, str | int]]:
        child = state.children[name]
        missing = await http_ready(f"{child.url}/health/ready")() if child.url.startswith("http") else None
        found = missing if missing and child.state == "ready" else child.state
        return name, {"state": found, "url": child.url, "pid": child.pid, "restarts": child.restarts}

    return dict(await asyncio.gather(*map(ask, state.children)))


def logs(arguments: Namespace) -> int:
    log = layout_of_up(os.environ).log(arguments.service)
    if not log.exists():
        print(f"kith: there is no log of {arguments.service} yet ({log})", file=sys.stderr)
        return 1
    follow = ["-F"] if arguments.follow else []
    return subprocess.call(["tail", "-n", str(arguments.lines), *follow, str(log)])


def reset(arguments: Namespace) -> int:
    layout = layout_of_up(os.environ)
    if not arguments.yes:
        if not sys.stdin.isatty():
            print("kith: this throws away all data; say `./kith reset --yes`", file=sys.stderr)
            return 2
        if input("This stops Kith and throws away all its data. Type yes to go on: ").strip() != "yes":
            print("Nothing was changed.")
            return 1
    down(arguments)
    for place in (layout.data, layout.logs, layout.run_files):
        shutil.rmtree(place, ignore_errors=True)
    layout.secrets_file.unlink(missing_ok=True)
    print("All data is gone. `./kith up` starts from nothing; what was fetched is kept.")
    return 0
