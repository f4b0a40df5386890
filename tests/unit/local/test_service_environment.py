"""The settings that each process gets."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlsplit

import pytest

from deploy.local.layout import SERVICE_OFFSETS, layout_of_up
from deploy.local.secrets_file import Secrets, new_secrets
from deploy.local.service_environment import Environments, servers_of, service_dsn


def environments(outer: dict[str, str] | None = None, secrets: Secrets | None = None) -> Environments:
    layout, secrets, outer = layout_of_up({}), secrets or new_secrets(), outer or {}
    return Environments(layout, secrets, servers_of(layout, secrets, outer), outer)


@pytest.mark.parametrize("service", SERVICE_OFFSETS)
def test_a_service_gets_its_own_role_and_database(service: str) -> None:
    dsn = urlsplit(environments().service(service)[f"{service.upper()}_POSTGRES_DSN"])

    assert (dsn.username, dsn.path) == (service, f"/kith_{service}")


@pytest.mark.asvs("V13.3.2")
def test_a_service_gets_no_password_of_another_nor_of_the_administrator() -> None:
    secrets = new_secrets()
    given = json.dumps(environments(secrets=secrets).service("capacity"))

    assert secrets.postgres_passwords["capacity"] in given
    others = [word for name, word in secrets.postgres_passwords.items() if name != "capacity"]
    unknown = [*others, *secrets.owner_passwords.values(), secrets.postgres_admin_password]
    assert not [word for word in unknown if word in given]


def test_directory_alone_knows_the_demonstrations_clients_and_by_hash_only() -> None:
    secrets = new_secrets()
    client_id, _, secret = secrets.client_credentials["demo-gp"].partition(":")
    known = {service: environments(secrets=secrets).settings_of(service) for service in SERVICE_OFFSETS}

    assert json.loads(known["directory"]["DIRECTORY_DEMO_CLIENTS"])["demo-gp"] == {
        "id": client_id,
        "sha256": hashlib.sha256(secret.encode()).hexdigest(),
        "scopes": ["referrals:write", "referrals:read"],
    }
    assert [service for service, settings in known.items() if client_id in str(settings)] == ["directory"]
    assert secret not in str(known)


@pytest.mark.parametrize("service", SERVICE_OFFSETS)
@pytest.mark.asvs("V13.3.2")
def test_only_directory_can_sign_tokens_and_every_service_can_read_them(service: str) -> None:
    secrets = new_secrets()
    settings = environments(secrets=secrets).settings_of(service)

    [public] = json.loads(settings[f"{service.upper()}_TOKEN_KEYS"])["keys"]
    [private] = secrets.token_signing_keys["keys"]
    assert public["kid"] == private["kid"]
    assert (private["d"] in json.dumps(settings)) is (service == "directory")


def test_existing_servers_are_used_and_not_started() -> None:
    outer = {
        "KITH_KAFKA": "kafka:9092",
        "KITH_POSTGRES": "postgresql://root:pw@db:5433/postgres?sslmode=require",
    }
    made = environments(outer)

    assert not made.servers.own_kafka
    assert not made.servers.own_postgres
    settings = made.service("notify")
    assert settings["NOTIFY_KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"
    assert settings["NOTIFY_POSTGRES_DSN"].endswith("@db:5433/kith_notify?sslmode=require")
    assert "KITH_POSTGRES" not in settings


def test_what_the_shell_sets_for_a_service_wins() -> None:
    made = environments({"REFERRAL_LOG_LEVEL": "DEBUG", "CAPACITY_LOG_LEVEL": "ERROR"})

    assert made.service("referral")["REFERRAL_LOG_LEVEL"] == "DEBUG"


def test_a_worker_of_its_own_has_its_own_port() -> None:
    made = environments()

    assert made.worker("referral")["REFERRAL_HTTP_PORT"] != made.service("referral")["REFERRAL_HTTP_PORT"]


def test_notify_is_told_where_recipients_are_resolved() -> None:
    settings = environments().service("notify")

    assert settings["NOTIFY_REFERRAL_URL"] == "http://127.0.0.1:18103"
    assert settings["NOTIFY_DIRECTORY_URL"] == "http://127.0.0.1:18101"


def test_the_edge_knows_every_service() -> None:
    upstreams = json.loads(environments().edge()["EDGE_UPSTREAMS"])

    assert {f"/{service}" for service in SERVICE_OFFSETS} | {"/", "/mailbox", "/traces"} == set(upstreams)


def test_provisioning_gets_the_administrator_and_every_role() -> None:
    given = environments().provision()

    assert given["KITH_POSTGRES"].startswith("postgresql://postgres:")
    assert all(given[f"{service.upper()}_OWNER_PASSWORD"] for service in SERVICE_OFFSETS)


def test_a_password_with_special_characters_stays_whole() -> None:
    dsn = service_dsn("postgresql://a:b@h:1/postgres", role="referral", password="p@ss/w:rd", database="d")

    assert dsn == "postgresql://referral:p%40ss%2Fw%3Ard@h:1/d"
