"""A service that creates things over HTTP has the table for it, word for word."""

from pathlib import Path

import pytest

from tests.support.built_services import SERVICES

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "shared/service_defaults/tables/idempotency.sql").read_text()
IMPORT = "shared.service_defaults.idempotency"


def uses_it(service: str) -> bool:
    return any(IMPORT in file.read_text() for file in (ROOT / "services" / service).rglob("*.py"))


def test_some_service_uses_it() -> None:
    assert any(uses_it(service) for service in SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_copy_the_shared_table_verbatim(service: str) -> None:
    migrations = (ROOT / "services" / service / "storage/migrations").glob("*.sql")
    mentioning = [
        file.read_text() for file in migrations if "CREATE TABLE idempotency_keys" in file.read_text()
    ]

    assert bool(mentioning) >= uses_it(service)
    assert all(TABLE.strip() in text for text in mentioning)
