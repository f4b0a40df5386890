"""The secrets of one machine."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from deploy.local.secrets_file import load_or_create_secrets


@pytest.mark.asvs("V13.2.3")
def test_secrets_are_made_once_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "state" / "secrets.json"

    first = load_or_create_secrets(file)
    second = load_or_create_secrets(file)

    assert first == second
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.asvs("V13.2.3")
def test_no_two_secrets_are_the_same(tmp_path: Path) -> None:
    made = load_or_create_secrets(tmp_path / "secrets.json")

    words = [
        made.postgres_admin_password, made.link_signing_key, made.internal_key,
        made.audit_wrapping_key, made.audit_signing_key,
        *made.postgres_passwords.values(), *made.owner_passwords.values(), *made.client_credentials.values(),
    ]  # fmt: skip
    assert len(words) == len(set(words))
    assert not [word for word in words if word in repr(made)]


def test_a_file_from_before_a_kind_of_secret_keeps_what_it_has_and_gains_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = load_or_create_secrets(file)
    older = json.loads(file.read_text())
    del older["token_signing_keys"]
    older["api_keys"] = {"demo-gp": "a kind that is no more"}
    file.write_text(json.dumps(older))

    now = load_or_create_secrets(file)

    assert now.link_signing_key == first.link_signing_key
    assert now.token_signing_keys["keys"][0]["d"]
    assert "api_keys" not in json.loads(file.read_text())
    assert load_or_create_secrets(file) == now
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
