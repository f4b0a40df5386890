"""The settings that each process gets, as environment variables."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from deploy.local.layout import HOST, ROOT, SERVICE_OFFSETS, Layout
from deploy.local.secrets_file import DEMO_CLIENTS, Secrets
from deploy.provision.inputs import CHECKED, CHECKER, CHECKER_PASSWORD
from shared.security.access_tokens import as_setting, public_keys

EDGE_PREFIXES = {
    "/directory": "directory", "/referral": "referral", "/capacity": "capacity", "/outcomes": "outcomes",
    "/notify": "notify",
}  # fmt: skip


@dataclass(frozen=True)
class Servers:
    """Where Kafka and PostgreSQL are, and whether they are ours to start."""

    kafka: str
    postgres_admin_dsn: str
    own_kafka: bool
    own_postgres: bool


def servers_of(layout: Layout, secrets: Secrets, environment: Mapping[str, str]) -> Servers:
    kafka, postgres = environment.get("KITH_KAFKA", "").strip(), environment.get("KITH_POSTGRES", "").strip()
    own_dsn = (
        f"postgresql://postgres:{secrets.postgres_admin_password}@{HOST}:{layout.ports.postgres}/postgres"
    )
    return Servers(
        kafka=kafka or f"{HOST}:{layout.ports.kafka}",
        postgres_admin_dsn=postgres or own_dsn,
        own_kafka=not kafka,
        own_postgres=not postgres,
    )


def service_dsn(admin_dsn: str, *, role: str, password: str, database: str) -> str:
    """The admin's address with another role and database."""
    parts = urlsplit(admin_dsn)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(
        parts._replace(netloc=f"{role}:{quote(password, safe='')}@{place}", path=f"/{database}")
    )


@dataclass(frozen=True)
class Environments:
    layout: Layout
    secrets: Secrets
    servers: Servers
    outer: Mapping[str, str]

    @property
    def public_url(self) -> str:
        return (
            self.outer.get("KITH_PUBLIC_URL", "").rstrip("/") or f"http://localhost:{self.layout.ports.edge}"
        )

    @property
    def otlp(self) -> str:
        return self.outer.get("KITH_OTLP", "").rstrip("/") or f"http://{HOST}:{self.layout.ports.spans}"

    def internal_url(self, service: str) -> str:
        return f"http://{HOST}:{self.layout.ports.service(service)}"

    def shared(self) -> dict[str, str]:
        return {
            **without_settings(self.outer),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "KITH_PUBLIC_URL": self.public_url,
        }

    def settings_of(self, service: str) -> dict[str, str]:
        """A service's own settings; what the person's shell sets for it wins."""
        dsn = service_dsn(
            self.servers.postgres_admin_dsn,
            role=service,
            password=self.secrets.postgres_passwords[service],
            database=f"kith_{service}",
        )
        settings = {
            "POSTGRES_DSN": dsn,
            "KAFKA_BOOTSTRAP_SERVERS": self.servers.kafka,
            "HTTP_HOST": HOST,
            "HTTP_PORT": str(self.layout.ports.service(service)),
            "PUBLIC_URL": self.public_url,
            "DEMO_MODE": "true",
            "LINK_SIGNING_KEY": self.secrets.link_signing_key,
            "INTERNAL_KEY": self.secrets.internal_key,
            "TOKEN_KEYS": as_setting(public_keys(self.secrets.token_signing_keys)),
            "OTLP_ENDPOINT": self.otlp,
            "LOG_LEVEL": "INFO",
        }
        if service == "directory":
            settings |= {
                "TOKEN_SIGNING_KEYS": as_setting(self.secrets.token_signing_keys),
                "DEMO_SIGN_IN": "true",
                "DEMO_CLIENTS": demo_clients_setting(self.secrets),
                "KEY_ENCRYPTION_KEYS": json.dumps({"local": self.secrets.directory_key_encryption_key}),
            }
        if service == "notify":
            settings |= {
                "SMTP_HOST": HOST,
                "SMTP_PORT": str(self.layout.ports.mailbox_smtp),
                "REFERRAL_URL": self.internal_url("referral"),
                "DIRECTORY_URL": self.internal_url("directory"),
            }
        if service == "referral":
            keys = {"local": self.secrets.key_encryption_key}
            settings |= {
                "KEY_ENCRYPTION_KEYS": json.dumps(keys),
                "AUDIT_WRAPPING_KEYS": json.dumps({"local": self.secrets.audit_wrapping_key}),
                "AUDIT_SIGNING_KEYS": json.dumps({"local": self.secrets.audit_signing_key}),
                "CAPACITY_URL": self.internal_url("capacity"),
                "NOTIFY_URL": self.internal_url("notify"),
                "OUTCOMES_URL": self.internal_url("outcomes"),
            }
        prefix = f"{service.upper()}_"
        ours = {prefix + name: value for name, value in settings.items()}
        return ours | {name: value for name, value in self.outer.items() if name.startswith(prefix)}

    def service(self, name: str) -> dict[str, str]:
        return self.shared() | self.settings_of(name)

    def worker(self, name: str) -> dict[str, str]:
        return self.service(name) | {f"{name.upper()}_HTTP_PORT": str(self.layout.ports.worker(name))}

    def edge(self) -> dict[str, str]:
        ports = self.layout.ports
        upstreams = {prefix: self.internal_url(service) for prefix, service in EDGE_PREFIXES.items()}
        upstreams |= {
            "/mailbox": f"http://{HOST}:{ports.mailbox_http}",
            "/traces": f"http://{HOST}:{ports.spans}",
            "/": self.internal_url("directory"),
        }
        return self.shared() | {
            "EDGE_PORT": str(ports.edge),
            "EDGE_UPSTREAMS": json.dumps(upstreams),
            "EDGE_ASSETS_DIR": str(self.layout.assets),
            "EDGE_OTLP_ENDPOINT": self.otlp,
            "EDGE_PUBLIC_URL": self.public_url,
        }

    def mailbox(self) -> dict[str, str]:
        return self.shared() | {
            "MAILBOX_HTTP_PORT": str(self.layout.ports.mailbox_http),
            "MAILBOX_SMTP_PORT": str(self.layout.ports.mailbox_smtp),
            "MAILBOX_DIR": str(self.layout.data / "mailbox"),
        }

    def spans(self) -> dict[str, str]:
        return self.shared() | {
            "SPANS_PORT": str(self.layout.ports.spans),
            "SPANS_DIR": str(self.layout.data / "spans"),
        }

    def checker(self) -> dict[str, str]:
        return self.shared() | self.checker_settings()

    def checker_settings(self) -> dict[str, str]:
        looked_into = {
            f"CHECKER_{service.upper()}_DSN": service_dsn(
                self.servers.postgres_admin_dsn,
                role=CHECKER,
                password=self.secrets.checker_password,
                database=f"kith_{service}",
            )
            for service in sorted(CHECKED)
        }
        return looked_into | {"CHECKER_PORT": str(self.layout.ports.checker)}

    def provision(self) -> dict[str, str]:
        passwords = {
            f"{service.upper()}_{kind}_PASSWORD": password
            for kind, table in (
                ("POSTGRES", self.secrets.postgres_passwords),
                ("OWNER", self.secrets.owner_passwords),
            )
            for service, password in table.items()
        }
        passwords[CHECKER_PASSWORD] = self.secrets.checker_password
        return self.shared() | passwords | self.addresses()

    def addresses(self) -> dict[str, str]:
        return {"KITH_KAFKA": self.servers.kafka, "KITH_POSTGRES": self.servers.postgres_admin_dsn}

    def everything(self) -> dict[str, str]:
        """For the commands that look at the whole system from outside: every service's settings and the demo's clients."""
        settings = [self.settings_of(service) for service in SERVICE_OFFSETS]
        clients = {client_variable(name): each for name, each in self.secrets.client_credentials.items()}
        merged = self.provision() | clients | {"KITH_URL": f"http://{HOST}:{self.layout.ports.edge}"}
        merged |= {"SPANS_PORT": str(self.layout.ports.spans), "KITH_STATE": str(self.layout.state)}
        for one in settings:
            merged |= one
        return merged | self.checker_settings()


def client_variable(client: str) -> str:
    """Holds `id:secret` for whoever calls as this client of the demonstration."""
    return f"KITH_CLIENT_{client.upper().replace('-', '_')}"


def demo_clients_setting(secrets: Secrets) -> str:
    """What directory knows of them: no secret, only its hash."""
    found = {}
    for client, credentials in secrets.client_credentials.items():
        client_id, _, secret = credentials.partition(":")
        sha256 = hashlib.sha256(secret.encode()).hexdigest()
        found[client] = {"id": client_id, "sha256": sha256, "scopes": list(DEMO_CLIENTS[client])}
    return json.dumps(found)


def without_settings(outer: Mapping[str, str]) -> dict[str, str]:
    """The person's environment less what points Kith at servers: a service reads its own settings alone."""
    return {
        name: value
        for name, value in outer.items()
        if name not in {"KITH_POSTGRES", "KITH_KAFKA", "PYTHONPATH"}
    }


def current_environment() -> dict[str, str]:
    return dict(os.environ)
