"""What provisioning is told: where the servers are and the passwords of the roles. By environment only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CHECKER_PASSWORD = "CHECKER_POSTGRES_PASSWORD"  # noqa: S105 - the name of a variable
ROOT = Path(__file__).resolve().parent.parent.parent
SERVICES = ("directory", "capacity", "referral", "outcomes", "notify")
CHECKER = "kith_checker"
CHECKED = frozenset({"referral", "capacity"})
"""The databases that the checker looks into."""


class CannotProvision(Exception):
    """One line: what is wrong and what to do."""


@dataclass(frozen=True)
class ServiceRoles:
    """A service's database, the role that owns and migrates it, the one that the service runs as, and its rounds'."""

    service: str
    database: str
    owner_password: str = field(repr=False)
    runtime_password: str = field(repr=False)

    @property
    def owner(self) -> str:
        return f"{self.service}_owner"

    @property
    def runtime(self) -> str:
        return self.service

    @property
    def rounds(self) -> str:
        """What the service becomes, inside a transaction, for work over all areas."""
        return f"{self.service}_rounds"

    @property
    def migrations(self) -> Path:
        return ROOT / "services" / self.service / "storage" / "migrations"


@dataclass(frozen=True)
class Inputs:
    postgres_admin_dsn: str = field(repr=False)
    kafka: str
    replication: int
    services: tuple[ServiceRoles, ...]
    checker_password: str = field(repr=False)


def read_inputs(environment: Mapping[str, str]) -> Inputs:
    missing = [name for name in required_names() if not environment.get(name)]
    if missing:
        raise CannotProvision(f"these environment variables are not set: {', '.join(missing)}")
    return Inputs(
        postgres_admin_dsn=environment["KITH_POSTGRES"],
        kafka=environment["KITH_KAFKA"],
        replication=int(environment.get("KITH_TOPIC_REPLICATION", "1")),
        services=tuple(
            ServiceRoles(
                service=service,
                database=f"kith_{service}",
                owner_password=environment[f"{service.upper()}_OWNER_PASSWORD"],
                runtime_password=environment[f"{service.upper()}_POSTGRES_PASSWORD"],
            )
            for service in SERVICES
        ),
        checker_password=environment[CHECKER_PASSWORD],
    )


def required_names() -> list[str]:
    passwords = [
        f"{service.upper()}_{kind}_PASSWORD" for service in SERVICES for kind in ("OWNER", "POSTGRES")
    ]
    return ["KITH_POSTGRES", "KITH_KAFKA", CHECKER_PASSWORD, *passwords]
