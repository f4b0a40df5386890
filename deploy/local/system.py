"""What a system on this machine needs before and while it runs, put together for `up` and for the tests alike."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import children
from deploy.local.assets import ensure_assets
from deploy.local.kafka_jars import ensure_kafka_jars
from deploy.local.kafka_server import prepare_kafka
from deploy.local.layout import ROOT, Layout
from deploy.local.postgres_server import prepare_postgres
from deploy.local.progress import Progress
from deploy.local.run_state import RunFiles
from deploy.local.secrets_file import load_or_create_secrets
from deploy.local.service_environment import Environments, servers_of
from deploy.local.supervisor import Errand, Stage, Supervisor
from deploy.private_files import private_folder

PACKS = ROOT / "deploy" / "london"


@dataclass(frozen=True)
class System:
    layout: Layout
    environments: Environments

    @property
    def files(self) -> RunFiles:
        return RunFiles(self.layout.run_files)

    def prepare(self, progress: Progress) -> None:
        """Fetches and makes what is missing. Quick when nothing is."""
        layout, servers = self.layout, self.environments.servers
        private_folder(layout.logs)
        log = layout.log("set-up")
        if servers.own_kafka:
            with progress.step("Kafka's jars"):
                ensure_kafka_jars(layout.jars, progress, log=log)
            with progress.step("Kafka's storage"):
                prepare_kafka(children.kafka_place(layout), log=log)
        with progress.step("styles and scripts"):
            ensure_assets(layout.assets, progress, log=log)
        if servers.own_postgres:
            with progress.step("PostgreSQL's cluster"):
                password = self.environments.secrets.postgres_admin_password
                prepare_postgres(children.postgres_place(layout), password, log=log)

    def supervisor(self, progress: Progress, *, split: bool) -> Supervisor:
        plan = children.whole_system(self.environments, split=split)
        stages = (
            Stage(
                "servers and provisioning", (*plan.servers, *plan.support), (provisioning(self.environments),)
            ),
            # Loading writes through the directory's own database, so it need not wait for the services.
            Stage(
                "services and London sample",
                plan.services,
                tuple(loading(self.environments, pack) for pack in packs()),
            ),
        )
        return Supervisor(
            stages,
            logs=self.layout.logs,
            files=self.files,
            progress=progress,
            url=self.environments.public_url,
        )


def system_at(layout: Layout, outer: Mapping[str, str] | None = None) -> System:
    found = dict(os.environ) if outer is None else dict(outer)
    secrets = load_or_create_secrets(layout.secrets_file)
    return System(layout, Environments(layout, secrets, servers_of(layout, secrets, found), found))


def provisioning(environments: Environments) -> Errand:
    return Errand(
        name="provision",
        command=(sys.executable, "-P", "-m", "deploy.provision"),
        environment=environments.provision(),
        doing="Making databases and topics",
        what_to_do="Mend what it names; `./kith reset` starts from nothing",
    )


def loading(environments: Environments, pack: Path) -> Errand:
    return Errand(
        name="load" if pack.stem == "pack" else f"load-{pack.stem}",
        command=(sys.executable, "-P", "-m", "services.directory.load", str(pack)),
        environment=environments.service("directory"),
        doing=f"Loading {pack.relative_to(ROOT)}",
        what_to_do="See the log",
    )


def packs() -> list[Path]:
    return sorted(PACKS.glob("*.json"))
