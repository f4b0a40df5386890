"""All five services as processes, on a PostgreSQL, a Kafka and a span store whose files lie in a folder of the test's own."""

import base64
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import asyncpg

from deploy.local.readiness import http_ready, port_ready
from deploy.provision.databases import admin_connection, dsn_for, provision_database, runtime_dsn
from deploy.provision.inputs import ServiceRoles
from deploy.provision.kafka_topics import create, kafka_admin
from shared.messaging.topics import all_topics
from tests.support.databases import roles_in_tests
from tests.support.local_process import LocalProcess, free_ports, own_folder, run_apart
from tests.support.real_kafka import LocalKafka
from tests.support.real_postgres import LocalPostgres
from tests.support.sign_in import PUBLIC_KEYS

SERVICES = ("directory", "capacity", "referral", "outcomes", "notify")
ORIGIN = "http://localhost"
SECRET = "a secret of some length for tests"
# As in production, but within seconds.
COMPACTED_AT_ONCE = {
    "cleanup.policy": "compact",
    "segment.ms": "500",
    "min.cleanable.dirty.ratio": "0.001",
    "max.compaction.lag.ms": "500",
    "delete.retention.ms": "0",
    "file.delete.delay.ms": "0",
}


@dataclass
class WholeSystem:
    """`folder` holds every file that any part of it writes."""

    folder: Path
    kafka: str
    postgres: str
    smtp_port: int
    ports: dict[str, int] = field(default_factory=dict)

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def roles(self, service: str) -> ServiceRoles:
        return replace(roles_in_tests(service), database=f"kith_{service}")

    async def as_superuser(self, service: str) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(dsn_for(self.postgres, database=f"kith_{service}"))

    def environment(self, service: str) -> dict[str, str]:
        settings = {
            "POSTGRES_DSN": runtime_dsn(self.postgres, self.roles(service)),
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka,
            "HTTP_PORT": str(self.ports[service]),
            "PUBLIC_URL": ORIGIN,
            "LINK_SIGNING_KEY": SECRET,
            "INTERNAL_KEY": SECRET,
            "TOKEN_KEYS": json.dumps(PUBLIC_KEYS),
            "OTLP_ENDPOINT": self.url("spans"),
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.smtp_port),
            "KEY_ENCRYPTION_KEYS": json.dumps({"tests": base64.b64encode(bytes(32)).decode()}),
            "AUDIT_WRAPPING_KEYS": json.dumps({"tests": "11" * 32}),
            "AUDIT_SIGNING_KEYS": json.dumps({"tests": "22" * 32}),
            **{f"{name.upper()}_URL": self.url(name) for name in SERVICES},
        }
        return {**os.environ, **{f"{service.upper()}_{name}": value for name, value in settings.items()}}

    def processes(self) -> Iterator[LocalProcess]:
        spans = {
            **os.environ,
            "SPANS_PORT": str(self.ports["spans"]),
            "SPANS_DIR": str(self.folder / "spans"),
        }
        yield self._process("deploy.spans", spans, port_ready("127.0.0.1", self.ports["spans"]))
        for service in SERVICES:
            ready = http_ready(self.url(service) + "/health/ready")
            yield self._process(f"services.{service}", self.environment(service), ready)

    def _process(self, module: str, environment: dict[str, str], ready: object) -> LocalProcess:
        return LocalProcess(
            module,
            (sys.executable, "-m", module),
            ready=ready,  # type: ignore[arg-type]  # one of the two above
            log=self.folder / "logs" / f"{module}.log",
            environment=environment,
        )


@contextmanager
def whole_system(smtp_port: int) -> Iterator[WholeSystem]:
    """Started, provisioned, and ended again."""
    with ExitStack() as stack:
        # Without recycling an old part of the write-ahead log goes away; with it, it keeps its bytes for a while.
        postgres = stack.enter_context(LocalPostgres("canary/postgres", wal_recycle="off"))
        kafka = stack.enter_context(LocalKafka("canary/kafka"))
        ports = dict(zip((*SERVICES, "spans"), free_ports(len(SERVICES) + 1), strict=True))
        folder = own_folder("canary")
        system = WholeSystem(folder, kafka.bootstrap, postgres.admin_dsn, smtp_port, ports)
        run_apart(provision(system))
        for process in system.processes():
            stack.callback(process.kill)
            process.start()
        yield system


async def provision(system: WholeSystem) -> None:
    async with admin_connection(system.postgres) as admin:
        for service in SERVICES:
            await provision_database(admin, system.postgres, system.roles(service))
    people = replace(all_topics()["referral.people.v1"], partitions=1, config=COMPACTED_AT_ONCE)
    async with kafka_admin(system.kafka) as admin_of_kafka:
        topics = {**all_topics(), people.name: people}
        await create(admin_of_kafka, topics.values(), replication=1)
