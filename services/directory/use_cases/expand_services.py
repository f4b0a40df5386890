"""Makes the rows for filters of services whose rows are of an older form, or that have none yet."""

from uuid import UUID

import structlog

from services.directory.domain.service import Service
from services.directory.metrics import count_not_read
from services.directory.storage.expanded_rows import (
    FORM,
    OF_AN_OLDER_FORM,
    pass_over,
    write_expanded,
)
from services.directory.storage.stored_documents import service_from
from services.directory.storage.writers_turn import take_turn
from services.directory.use_cases.search_terms import terms_of
from shared.postgres.pool import Connection

log = structlog.get_logger(__name__)

AT_ONCE = 500  # services


async def expand_some(connection: Connection) -> int:
    """The next few of them; how many there were. One that cannot be read keeps the rows that it has."""
    if not await connection.fetch(OF_AN_OLDER_FORM, FORM, 1):
        return 0
    await take_turn(connection)
    rows = await connection.fetch(OF_AN_OLDER_FORM, FORM, AT_ONCE)
    read = {row["id"]: _read(row["id"], row["document"]) for row in rows}
    services = [service for service in read.values() if service is not None]
    await write_expanded(connection, [(service, terms_of(service)) for service in services])
    await pass_over(connection, [service_id for service_id, service in read.items() if service is None])
    return len(rows)


def _read(service_id: UUID, document: str) -> Service | None:
    try:
        return service_from(document)
    # A process edge: those behind it have their turn, and the row is tried again when the form of rows changes.
    except Exception as error:
        count_not_read("rows-for-filters")
        log.exception("rows_for_filters.not_read", service_id=str(service_id), error=type(error).__name__)
        return None
