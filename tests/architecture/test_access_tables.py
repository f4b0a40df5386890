"""Every service that is not directory keeps the tables of access, word for word."""

from pathlib import Path

import pytest

from shared.messaging.topics import all_topics
from tests.support.built_services import SERVICES, parts_of

ROOT = Path(__file__).parents[2]
TABLES = (ROOT / "shared/security/tables/access.sql").read_text()
HEARING = [service for service in SERVICES if service != "directory"]


@pytest.mark.parametrize("service", HEARING)
def test_the_tables_are_copied_word_for_word(service: str) -> None:
    migrations = (ROOT / f"services/{service}/storage/migrations").glob("*_access.sql")

    assert [file.read_text() for file in migrations] == [TABLES]


@pytest.mark.parametrize("service", HEARING)
async def test_every_other_service_hears_what_members_may_do(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = {each.group for each in parts_of(service, monkeypatch).subscriptions}

    assert f"{service}.members" in groups
    assert f"{service}.members" in all_topics()["directory.memberships.v1"].consumers
