"""Services by their ids, for pages that show several of them in an order of their own."""

from collections.abc import Sequence
from uuid import UUID

from services.directory.storage.service_rows import ListedService, listed_service
from shared.postgres.pool import Connection

# Merged ones and those that do not run any more are left out: nobody is sent there.
FIND_CHOSEN = """
SELECT services.document AS service, organisations.document AS organisation,
       greatest(services.changed_at, organisations.changed_at) AS changed_at
FROM unnest($1::uuid[]) WITH ORDINALITY AS chosen (id, position)
JOIN services ON services.id = chosen.id
JOIN organisations ON organisations.id = services.organisation_id
WHERE services.listed AND services.status IN ('active', 'temporarily closed')
ORDER BY chosen.position
"""


async def find_chosen(connection: Connection, service_ids: Sequence[UUID]) -> list[ListedService]:
    """Those that run, in the order given."""
    return [listed_service(row) for row in await connection.fetch(FIND_CHOSEN, list(service_ids))]
