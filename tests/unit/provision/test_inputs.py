"""What provisioning reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.provision.databases import dsn_for, extensions_in
from deploy.provision.inputs import CannotProvision, read_inputs, required_names


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(CannotProvision) as told:
        read_inputs({"KITH_KAFKA": "k:1"})

    assert "KITH_KAFKA" not in str(told.value)
    assert "KITH_POSTGRES" in str(told.value)
    assert "NOTIFY_OWNER_PASSWORD" in str(told.value)


def test_passwords_are_in_no_repr() -> None:
    inputs = read_inputs({name: f"secret-{name}" for name in required_names()})

    assert "secret" not in repr(inputs).replace(repr(inputs.kafka), "")


def test_extensions_are_read_from_migrations(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text("CREATE EXTENSION IF NOT EXISTS pg_trgm;\ncreate extension btree_gist;")
    (tmp_path / "2.sql").write_text('Create  Extension if not exists "unaccent";')

    assert extensions_in(tmp_path) == ["btree_gist", "pg_trgm", "unaccent"]


def test_an_address_without_sign_in_keeps_its_place() -> None:
    assert (
        dsn_for("postgresql://db:5432/postgres", database="kith_referral")
        == "postgresql://db:5432/kith_referral"
    )
