"""Where everything is on one machine: folders under `.kith` and ports from KITH_PORT and KITH_BASE_PORT."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StartFailed

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"

SERVICE_OFFSETS = {"directory": 101, "capacity": 102, "referral": 103, "outcomes": 104, "notify": 105}
WORKER_STEP = 30  # with --split, a worker's health port lies this far above its service's port
HIGHEST_OFFSET = 318


@dataclass(frozen=True)
class Ports:
    edge: int
    base: int

    @property
    def kafka(self) -> int:
        return self.base + 92

    @property
    def kafka_controller(self) -> int:
        return self.base + 93

    @property
    def postgres(self) -> int:
        return self.base + 54

    @property
    def mailbox_http(self) -> int:
        return self.base + 125

    @property
    def mailbox_smtp(self) -> int:
        return self.base + 25

    @property
    def checker(self) -> int:
        return self.base + 126

    @property
    def spans(self) -> int:
        return self.base + 318

    def service(self, name: str) -> int:
        return self.base + SERVICE_OFFSETS[name]

    def worker(self, name: str) -> int:
        return self.service(name) + WORKER_STEP


@dataclass(frozen=True)
class Layout:
    """`installed` is shared by the running system and by the tests' one; `state` is each one's own."""

    ports: Ports
    state: Path
    installed: Path = ROOT / ".kith"

    @property
    def jars(self) -> Path:
        return self.installed / "kafka"

    @property
    def assets(self) -> Path:
        return self.installed / "assets"

    @property
    def data(self) -> Path:
        return self.state / "data"

    @property
    def kafka_data(self) -> Path:
        return self.data / "kafka"

    @property
    def postgres_data(self) -> Path:
        return self.data / "postgres"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def run_files(self) -> Path:
        return self.state / "run"

    @property
    def secrets_file(self) -> Path:
        return self.state / "secrets.json"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def layout_of_up(environment: Mapping[str, str]) -> Layout:
    ports = Ports(
        edge=port_setting(environment, "KITH_PORT", 8080, highest=65535),
        base=port_setting(environment, "KITH_BASE_PORT", 18000, highest=65535 - HIGHEST_OFFSET),
    )
    return Layout(ports=ports, state=ROOT / ".kith")


def layout_of_tests(environment: Mapping[str, str]) -> Layout:
    """Ports of their own, so that tests run beside an `up`, and beside the tests of another checkout that was given others."""
    ports = Ports(
        edge=port_setting(environment, "KITH_TEST_PORT", 28080, highest=65535),
        base=port_setting(environment, "KITH_TEST_BASE_PORT", 28000, highest=65535 - HIGHEST_OFFSET),
    )
    return Layout(ports=ports, state=ROOT / ".kith" / "test" / "system")


def layout_of_benches(environment: Mapping[str, str]) -> Layout:
    """A system of the benches' own, beside an `up` and the tests."""
    ports = Ports(
        edge=port_setting(environment, "KITH_BENCH_PORT", 31080, highest=65535),
        base=port_setting(environment, "KITH_BENCH_BASE_PORT", 31000, highest=65535 - HIGHEST_OFFSET),
    )
    return Layout(ports=ports, state=ROOT / ".kith" / "bench")


def port_setting(environment: Mapping[str, str], name: str, default: int, *, highest: int) -> int:
    text = environment.get(name, "").strip() or str(default)
    if not text.isdecimal() or not 1024 <= int(text) <= highest:
        raise StartFailed(
            f"{name}={text!r} is not a usable port",
            what_to_do=f"Give a number from 1024 to {highest}, or unset it",
        )
    return int(text)
