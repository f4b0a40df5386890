"""Where the tests' real Kafka and PostgreSQL come from. Never an imitation, and never a skip."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Mapping
from enum import StrEnum


class Source(StrEnum):
    ADDRESS = "address from the environment"
    CONTAINERS = "containers"
    LOCAL = "local binaries"


class NoServer(RuntimeError):
    pass


def choose_source(*, address: str, wish: str, local_is_there: bool, docker_answers: bool) -> Source:
    """An address wins; then the wish `containers`; then local binaries; then containers. Pure."""
    if address:
        return Source.ADDRESS
    if wish == "containers":
        if not docker_answers:
            raise NoServer("KITH_TEST_USE=containers, but no Docker engine answers")
        return Source.CONTAINERS
    if local_is_there:
        return Source.LOCAL
    if docker_answers:
        return Source.CONTAINERS
    raise NoServer("no address is given, no local binaries are installed, and no Docker engine answers")


def source_of(address_variable: str, package: str, environment: Mapping[str, str]) -> Source:
    wish = environment.get("KITH_TEST_USE", "")
    local_is_there = importlib.util.find_spec(package) is not None
    return choose_source(
        address=environment.get(address_variable, ""),
        wish=wish,
        local_is_there=local_is_there,
        docker_answers=(wish == "containers" or not local_is_there) and docker_answers(),
    )


def docker_answers() -> bool:
    try:
        done = subprocess.run(["docker", "version"], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
