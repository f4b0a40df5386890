"""The names of services, as the directory last published them."""

import json
from pathlib import Path
from uuid import UUID, uuid4

from services.outcomes.use_cases.copy_service import copy_service, mark_service_withdrawn
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.postgres.pool import Pool, transaction
from tests.support.reaching import EVERYWHERE

EXAMPLE = Path(__file__).parents[3] / "shared/events/examples/directory.service-published.v1/full.json"


def published(service_id: UUID, version: int) -> ServicePublishedV1:
    known = {"service_id": service_id, "version": version, "sensitive": False}
    return ServicePublishedV1.model_validate(json.loads(EXAMPLE.read_text()) | known)


async def test_a_withdrawal_that_overtakes_the_service_stands_until_a_newer_version(pool: Pool) -> None:
    service_id = uuid4()
    async with transaction(pool, EVERYWHERE) as connection:
        await mark_service_withdrawn(connection, ServiceWithdrawnV1(service_id=service_id, version=2))

        await copy_service(connection, published(service_id, version=1))

        kept = "SELECT withdrawn, sensitive, version FROM copied_services WHERE service_id = $1"
        assert tuple(await connection.fetchrow(kept, service_id) or ()) == (True, True, 2)
        await copy_service(connection, published(service_id, version=3))
        assert tuple(await connection.fetchrow(kept, service_id) or ()) == (False, False, 3)
