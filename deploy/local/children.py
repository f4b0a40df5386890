"""The table of processes that make the system on one machine: what runs, its settings, its port, when it is ready."""

from __future__ import annotations

import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.child import Child
from deploy.local.kafka_server import KafkaPlace, java_environment, kafka_command
from deploy.local.layout import HOST, SERVICE_OFFSETS, Layout
from deploy.local.postgres_server import PostgresPlace, postgres_process
from deploy.local.readiness import http_ready, port_ready, postgres_ready
from deploy.local.service_environment import Environments


@dataclass(frozen=True)
class Plan:
    """Servers and what needs none of them start at once; the services when databases and topics are there."""

    servers: tuple[Child, ...]
    support: tuple[Child, ...]
    services: tuple[Child, ...]


def whole_system(environments: Environments, *, split: bool) -> Plan:
    return Plan(
        servers=servers(environments),
        support=support(environments),
        services=(*services(environments, split=split), checker(environments)),
    )


def servers(environments: Environments) -> tuple[Child, ...]:
    layout, found = environments.layout, environments.servers
    postgres = [postgres_child(layout, found.postgres_admin_dsn)] if found.own_postgres else []
    kafka = [kafka_child(layout)] if found.own_kafka else []
    return (*kafka, *postgres)


def support(environments: Environments) -> tuple[Child, ...]:
    ports = environments.layout.ports
    return (
        web_child(
            "mailbox", ("deploy.mailbox",), environments.mailbox(), ports.mailbox_http, ports.mailbox_smtp
        ),
        web_child("spans", ("deploy.spans",), environments.spans(), ports.spans),
        web_child("edge", ("deploy.edge",), environments.edge(), ports.edge),
    )


def checker(environments: Environments) -> Child:
    """Looks at databases that others made: it starts with the services."""
    return web_child(
        "checker", ("deploy.checker",), environments.checker(), environments.layout.ports.checker
    )


def services(environments: Environments, *, split: bool) -> tuple[Child, ...]:
    ports = environments.layout.ports
    table = []
    for name in SERVICE_OFFSETS:
        module = f"services.{name}"
        if split:
            table.append(web_child(name, (module, "api"), environments.service(name), ports.service(name)))
            table.append(
                web_child(f"{name}-worker", (module, "worker"), environments.worker(name), ports.worker(name))
            )
        else:
            table.append(web_child(name, (module, "all"), environments.service(name), ports.service(name)))
    return tuple(table)


def web_child(
    name: str, module: tuple[str, ...], environment: dict[str, str], port: int, *more_ports: int
) -> Child:
    address = f"http://{HOST}:{port}"
    return Child(
        name=name,
        command=(sys.executable, "-P", "-m", *module),
        environment=environment,
        ports=(port, *more_ports),
        ready=http_ready(f"{address}/health/ready"),
        url=address,
    )


def kafka_child(layout: Layout) -> Child:
    return Child(
        name="kafka",
        command=kafka_command(kafka_place(layout)),
        environment=java_environment(),
        ports=(layout.ports.kafka, layout.ports.kafka_controller),
        ready=port_ready(HOST, layout.ports.kafka),
        url=f"{HOST}:{layout.ports.kafka}",
    )


def postgres_child(layout: Layout, admin_dsn: str) -> Child:
    process = postgres_process(postgres_place(layout))
    return Child(
        name="postgres",
        command=process.command,
        environment={"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"},
        ports=(layout.ports.postgres,),
        ready=postgres_ready(admin_dsn),
        url=f"{HOST}:{layout.ports.postgres}",
        account=process.account,
        stop_signal=signal.SIGINT,  # fast: open transactions are rolled back, clients are not waited for
        folder=Path("/"),
    )


def kafka_place(layout: Layout) -> KafkaPlace:
    return KafkaPlace(layout.jars, layout.kafka_data, layout.ports.kafka, layout.ports.kafka_controller)


def postgres_place(layout: Layout) -> PostgresPlace:
    return PostgresPlace(layout.postgres_data, layout.ports.postgres)
