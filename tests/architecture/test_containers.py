"""docker-compose.yml says the same as `./kith up`, and lets no container do more than it needs."""

import hashlib
import json
import re
import stat
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from deploy.local.layout import ROOT, SERVICE_OFFSETS, layout_of_tests
from deploy.local.secrets_file import DEMO_CLIENTS, new_secrets
from deploy.local.service_environment import Environments, client_variable, servers_of
from shared.access.roles import Role
from shared.security.access_tokens import TokenReader, TokenSigner
from tests.support.real_kafka import IMAGE as KAFKA_IMAGE
from tests.support.real_kafka import container_settings
from tests.support.real_postgres import IMAGE as POSTGRES_IMAGE
from tests.support.sign_in import staff_caller

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
OUR_CONTAINERS = {name: each for name, each in CONTAINERS.items() if each["image"] == "kith"}
MAKE_ENV = ROOT / "deploy" / "docker" / "make-env"
# A container listens on all of its own interfaces; on one machine everything listens on the
# loopback, and no proxy stands before it.
ONLY_IN_CONTAINERS = {"EDGE_HOST", "EDGE_TRUSTED_PROXIES", "MAILBOX_HOST", "SPANS_HOST", "CHECKER_HOST"}
KAFKA_OF_THE_PLACE = {"KAFKA_LISTENERS", "KAFKA_ADVERTISED_LISTENERS", "KAFKA_LOG_DIRS", "KAFKA_HEAP_OPTS"}


@pytest.fixture(scope="module")
def one_machine() -> Environments:
    layout, secrets = layout_of_tests({}), new_secrets()
    return Environments(layout, secrets, servers_of(layout, secrets, {}), {})


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("env") / ".env"
    subprocess.run([MAKE_ENV, file], check=True, capture_output=True, env={"PATH": "/usr/bin:/bin"})
    return file


def variables_of(env_file: Path) -> dict[str, str]:
    lines = [line for line in env_file.read_text().splitlines() if not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize("service", SERVICE_OFFSETS)
def test_each_service_is_given_the_same_settings_as_on_one_machine(
    service: str, one_machine: Environments
) -> None:
    assert set(CONTAINERS[service]["environment"]) == set(one_machine.settings_of(service))


def test_the_database_logs_no_rows_here_either() -> None:
    assert "log_error_verbosity=terse" in CONTAINERS["postgres"]["command"]


@pytest.mark.parametrize("part", ["edge", "mailbox", "spans", "checker", "provision"])
def test_each_other_part_is_given_the_same_settings_as_on_one_machine(
    part: str, one_machine: Environments
) -> None:
    expected = getattr(one_machine, part)().keys() - one_machine.shared().keys()

    assert set(CONTAINERS[part]["environment"]) - ONLY_IN_CONTAINERS - {"KITH_PUBLIC_URL"} == expected


def test_the_edge_knows_the_same_prefixes_as_on_one_machine(one_machine: Environments) -> None:
    in_containers = json.loads(CONTAINERS["edge"]["environment"]["EDGE_UPSTREAMS"])

    assert set(in_containers) == set(json.loads(one_machine.edge()["EDGE_UPSTREAMS"]))
    assert all(
        address.removeprefix("http://").split(":")[0] in CONTAINERS for address in in_containers.values()
    )


def test_kafka_has_the_same_settings_as_on_one_machine() -> None:
    here = {name: str(value) for name, value in CONTAINERS["kafka"]["environment"].items()}
    expected = container_settings("localhost", 9092)

    assert {name: value for name, value in here.items() if name not in KAFKA_OF_THE_PLACE} == {
        name: value for name, value in expected.items() if name not in KAFKA_OF_THE_PLACE
    }


def test_tests_and_compose_use_the_same_images() -> None:
    assert CONTAINERS["kafka"]["image"] == KAFKA_IMAGE
    assert CONTAINERS["postgres"]["image"] == POSTGRES_IMAGE


@pytest.mark.asvs("V13.3.2")
def test_no_service_is_given_the_password_of_another_or_of_an_owner() -> None:
    for name in SERVICE_OFFSETS:
        asked = set(re.findall(r"\$\{(\w+_PASSWORD)", json.dumps(CONTAINERS[name])))
        assert asked == {f"{name.upper()}_POSTGRES_PASSWORD"}


@pytest.mark.parametrize("name", CONTAINERS)
def test_no_container_can_become_root_or_be_reached_from_another_machine(name: str) -> None:
    container = CONTAINERS[name]

    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in container.get("ports", []))


@pytest.mark.parametrize("name", OUR_CONTAINERS)
def test_our_containers_cannot_change_their_own_files(name: str) -> None:
    assert OUR_CONTAINERS[name]["read_only"] is True


def test_our_image_does_not_run_as_root() -> None:
    dockerfile = (ROOT / "deploy" / "docker" / "Dockerfile").read_text()

    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["kith"]


def test_make_env_writes_all_that_compose_asks_for(env_file: Path) -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))

    assert asked <= set(variables_of(env_file))
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600


def test_make_env_gives_the_demonstration_the_same_clients_as_on_one_machine(env_file: Path) -> None:
    variables = variables_of(env_file)
    clients = json.loads(variables["KITH_DEMO_CLIENTS"].strip("'"))

    assert {name: tuple(each["scopes"]) for name, each in clients.items()} == DEMO_CLIENTS
    for name, each in clients.items():
        client_id, _, secret = variables[client_variable(name)].partition(":")
        assert UUID(each["id"]) == UUID(client_id)
        assert each["sha256"] == hashlib.sha256(secret.encode()).hexdigest()


def test_make_env_makes_token_keys_that_fit_each_other(env_file: Path) -> None:
    variables = variables_of(env_file)
    signing, public = (
        json.loads(variables[name].strip("'")) for name in ("KITH_TOKEN_SIGNING_KEYS", "KITH_TOKEN_KEYS")
    )
    now = datetime.now(UTC)
    caller = staff_caller(Role.OPERATOR, now)

    assert TokenReader(public).read(TokenSigner(signing).sign(caller, now), now) == replace(
        caller, authenticated_at=now.replace(microsecond=0)
    )


def test_make_env_leaves_a_file_that_is_there_as_it_is(env_file: Path) -> None:
    before = env_file.read_bytes()

    subprocess.run([MAKE_ENV, env_file], check=True, capture_output=True)

    assert env_file.read_bytes() == before
