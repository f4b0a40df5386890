"""Services by their ids, for pages that show several of them in an order of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.directory.storage.service_rows import ListedService, listed_service
from shared.postgres.pool import Connection

# Of one that was merged into another the one that is kept. Those that do not run any more are left out: nobody is sent
# there.
FIND_CHOSEN = """
WITH RECURSIVE led (position, id, steps) AS (
    SELECT position, id, 0 FROM unnest($1::uuid[]) WITH ORDINALITY AS chosen (id, position)
    UNION
    SELECT position, kept_id, steps + 1 FROM led JOIN service_merges ON merged_id = led.id AND undone_at IS NULL
    WHERE steps < 100
)
SELECT led.position, services.document AS service, organisations.document AS organisation,
       greatest(services.changed_at, organisations.changed_at) AS changed_at
FROM led
JOIN services ON services.id = led.id
JOIN organisations ON organisations.id = services.organisation_id
WHERE services.listed AND services.status IN ('active', 'temporarily closed')
ORDER BY led.position
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Those that run, each once, and how many of those asked for do not."""

    services: list[ListedService]
    gone: int


async def find_chosen(connection: Connection, service_ids: Sequence[UUID]) -> list[ListedService]:
    """Those that run, in the order given."""
    return (await look_up_chosen(connection, service_ids)).services


async def look_up_chosen(connection: Connection, service_ids: Sequence[UUID]) -> Chosen:
    rows = await connection.fetch(FIND_CHOSEN, list(service_ids))
    found = [listed_service(row) for row in rows]
    once = {
        each.service.id: each for each in reversed(found)
    }  # two that are one now: where the first of them stood
    gone = len(service_ids) - len({row["position"] for row in rows})
    return Chosen(list(reversed(once.values())), gone)
