"""Makes the rows for filters of services whose rows are of an older form, or that have none yet."""

from services.directory.storage.expanded_rows import FORM, OF_AN_OLDER_FORM, write_expanded
from services.directory.storage.stored_documents import service_from
from services.directory.storage.writers_turn import take_turn
from services.directory.use_cases.search_terms import terms_of
from shared.postgres.pool import Connection

AT_ONCE = 500  # services


async def expand_some(connection: Connection) -> int:
    """The next few of them; how many there were."""
    if not await connection.fetch(OF_AN_OLDER_FORM, FORM, 1):
        return 0
    await take_turn(connection)
    rows = await connection.fetch(OF_AN_OLDER_FORM, FORM, AT_ONCE)
    services = [service_from(row["document"]) for row in rows]
    await write_expanded(connection, [(service, terms_of(service)) for service in services])
    return len(services)
