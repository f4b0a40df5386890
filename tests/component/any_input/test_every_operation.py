"""Every documented operation of every service, asked with all that the document allows and much that it does not."""

import asyncio
from pathlib import Path

import pytest

from tests.component.any_input.worlds import SOMEBODY_ELSE, WORLDS
from tests.conftest import CreateDatabase
from tests.support.any_input import LONGEST, try_everything
from tests.support.http_servers import serving


@pytest.mark.timeout(LONGEST)
@pytest.mark.parametrize("name", sorted(WORLDS))
@pytest.mark.asvs("V1.4.2", "V2.1.1", "V4.1.1", "V15.3.5")
async def test_every_operation_answers_as_its_document_says(
    name: str, database: CreateDatabase, tmp_path: Path
) -> None:
    """Never a 5xx, never a status, a content type or a body that is not documented; and each does its work as well."""
    made = await database(name)
    async with WORLDS[name](made.dsn, tmp_path) as world, serving(world.service.app) as address:
        document = world.service.app.openapi()
        met = await asyncio.to_thread(try_everything, document, address, world.good, SOMEBODY_ELSE)

    print(met)
    documented = sum(len(methods) for methods in document["paths"].values())
    assert len(met.statuses) == documented > 0
    assert met.refused_only() == []
