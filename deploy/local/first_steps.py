"""Gives a fresh machine the locked Python packages, then hands over to `deploy.local`. Standard library only."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from deploy.local import command_line  # noqa: E402  (the isolated interpreter does not look in our folder by itself)

STATE = ROOT / ".kith"
VENV = STATE / "venv"
OWN_UV = STATE / "uv"
UV_LOCK = ROOT / "deploy" / "local" / "uv.txt"
STAMP = VENV / "kith-lock.sha256"
LOCKS = ROOT / "deploy" / "requirements"

SUPPORTED_MACHINES = {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64")}
COMMANDS_FOR_DEVELOPERS = {"test", "bench"}
COMMANDS_WITHOUT_SET_UP = {"down", "status", "logs", "reset"}

FIRST_START_NOTE = """\
Kith: the first start fetches about 200 MB (Python packages, Java, Apache Kafka, PostgreSQL, web assets),
keeps about 600 MB under .kith/, and takes 1 to 4 minutes on a usual connection. Later starts take seconds.
Ctrl-C stops everything at any time; running it again carries on.
"""


class CannotSetUp(Exception):
    """Set-up cannot go on; the text says what is wrong and what to do."""


def main(arguments: list[str]) -> int:
    try:
        parsed = command_line.parse(arguments)
        command = parsed.command
        if command == "help":
            print(command_line.HELP, end="")
            return 0
        check_machine(platform.system(), platform.machine())
        if command not in COMMANDS_WITHOUT_SET_UP:
            for_developers = command in COMMANDS_FOR_DEVELOPERS or getattr(parsed, "dev", False)
            set_up_packages(for_developers=for_developers, command=command)
        elif not venv_python().exists():
            print("Kith is not set up here, so nothing is running. `./kith up` sets it up and starts it.")
            return 0 if command in {"down", "reset"} else 3
    except CannotSetUp as problem:
        print(f"kith: {problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"kith: {STATE} cannot be used: {problem}. Mend that and run this again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nkith: stopped. Run the same command again to carry on.", file=sys.stderr)
        return 130
    hand_over(arguments)
    raise AssertionError("unreachable")


def check_machine(system: str, machine: str) -> None:
    if (system, machine) not in SUPPORTED_MACHINES:
        raise CannotSetUp(
            f"{system} on {machine} is not supported directly (Linux x86-64 and arm64, macOS arm64 are). "
            "Use `docker compose up --build` here."
        )


def set_up_packages(*, for_developers: bool, command: str) -> None:
    if already_installed(for_developers=for_developers):
        return
    STATE.mkdir(exist_ok=True)
    with one_at_a_time(STATE / "set-up.lock"):
        if already_installed(for_developers=for_developers):
            return
        if command in {"up", "set-up"} and not VENV.exists():
            print(FIRST_START_NOTE, flush=True)
        lock = LOCKS / ("dev.txt" if for_developers else "local.txt")
        uv = find_uv() or fetch_uv()
        make_venv(uv)
        sync(uv, lock)
        half_written = STAMP.with_suffix(".new")
        half_written.write_text(f"{sha256_of(lock)} {lock.name}\n")
        half_written.replace(STAMP)


def already_installed(*, for_developers: bool) -> bool:
    """The developers' lock holds everything that the plain one does, in the same versions."""
    if not (STAMP.exists() and venv_python().exists()):
        return False
    good_enough = ["dev.txt"] if for_developers else ["local.txt", "dev.txt"]
    return STAMP.read_text().partition(" ")[0] in {sha256_of(LOCKS / name) for name in good_enough}


def find_uv() -> str | None:
    for candidate in (str(OWN_UV / "bin" / "uv"), shutil.which("uv")):
        if candidate and Path(candidate).exists() and runs(candidate, "--version"):
            return candidate
    return None


def fetch_uv() -> str:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise CannotSetUp(
            f"this Python ({sys.executable}, {platform.python_version()}) comes without venv. Install it "
            "(Debian or Ubuntu: apt install python3-venv), or install uv, and run this again."
        )
    say("Fetching uv, the package installer (25 MB)")
    shutil.rmtree(OWN_UV, ignore_errors=True)
    run_or_explain([sys.executable, "-m", "venv", str(OWN_UV)], "a virtual environment could not be made")
    pip = [str(OWN_UV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run_or_explain(
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(UV_LOCK)],
        "uv could not be fetched. Check the connection (and pip's index setting, if you have one)",
    )
    return str(OWN_UV / "bin" / "uv")


def make_venv(uv: str) -> None:
    if venv_python().exists() and runs(str(venv_python()), "-c", ""):
        return
    interpreter = getattr(sys, "_base_executable", None) or sys.executable
    shutil.rmtree(VENV, ignore_errors=True)
    run_or_explain(
        [uv, "venv", "--quiet", "--no-project", "--python", interpreter, str(VENV)],
        "a virtual environment could not be made",
    )


def sync(uv: str, lock: Path) -> None:
    say(
        "Fetching and installing the locked Python packages, with Java, PostgreSQL and Node among them (125 MB)"
    )
    started = time.monotonic()
    STAMP.unlink(missing_ok=True)
    options = ["--require-hashes", "--only-binary", ":all:", "--compile-bytecode"]
    command = [uv, "pip", "sync", "--python", str(venv_python()), *options, str(lock)]
    if run(command) != 0:
        say("Trying once more, with the certificates that this machine trusts")
        run_or_explain(
            command,
            "the Python packages could not be fetched. Check the connection and run this again; it carries on",
            UV_SYSTEM_CERTS="true",
        )
    say(f"Python packages are in place ({time.monotonic() - started:.0f} s)")


def hand_over(arguments: list[str]) -> None:
    python = str(venv_python())
    sys.stdout.flush()
    os.execve(python, [python, "-P", "-m", "deploy.local", *arguments], own_environment(os.environ))  # noqa: S606


def own_environment(outer: Mapping[str, str]) -> dict[str, str]:
    """With `-P`, the user's own folder stays the working folder and cannot shadow our modules.

    Compiled modules are kept beside the sources: else every start and every test run compiles them all again.
    """
    environment = {**outer, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def venv_python() -> Path:
    return VENV / "bin" / "python"


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def runs(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def run_or_explain(command: list[str], problem: str, **settings: str) -> None:
    if run(command, **settings) != 0:
        name = f"{Path(command[0]).name} {' '.join(command[1:3])}"
        raise CannotSetUp(f"{problem}. (The lines above are from: {name})")


def run(command: list[str], **settings: str) -> int:
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", **settings}
    environment.pop("VIRTUAL_ENV", None)
    code = subprocess.run(command, check=False, env=environment, stdin=subprocess.DEVNULL).returncode
    if code in {-signal.SIGINT, -signal.SIGTERM, 130}:
        raise KeyboardInterrupt
    return code


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another ./kith that is setting up here")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    print(f"  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
