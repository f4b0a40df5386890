"""Whoever keeps a copy of the feed or of FHIR hears of a tap: what they asked for is another, and its mark too."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.directory.bootstrap import make_parts
from services.directory.entrypoints.feeds.load_command import load
from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool
from tests.component.directory.test_load import feed_file
from tests.component.directory.test_space import FHIR, SERVICE, hear, signal, told
from tests.component.referral.referral_world import StoppedClock
from tests.support.service_in_process import service_in_process
from tests.unit.directory.records import a_record


@pytest.fixture
async def client(settings: DirectorySettings, pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    async with service_in_process("directory", make_parts, settings, pool, StoppedClock()) as found:
        yield found


@pytest.mark.parametrize("path", [SERVICE, FHIR])
async def test_a_tap_changes_what_a_copy_is_checked_by(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path, path: str
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    await hear(pool, signal("open", 3))
    before = await client.get(path)
    unchanged = await client.get(path, headers={"if-none-match": before.headers["etag"]})

    await hear(pool, signal("full", version=2))
    after = await client.get(path, headers={"if-none-match": before.headers["etag"]})

    assert unchanged.status_code == 304
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]
    assert await told(client) == (0, "no-capacity")
