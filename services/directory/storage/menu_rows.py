"""The menu as search reads it: all of it once, and then what changed."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from asyncpg import Record

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.storage.stored_documents import public_organisation_from, service_from
from shared.postgres.pool import Connection

# The moments grow in the order of the commits, so nothing that comes later can lie before them.
NEWEST = """
SELECT coalesce((SELECT max(changed_at) FROM services), '-infinity') AS services,
       coalesce((SELECT max(changed_at) FROM organisations), '-infinity') AS organisations
"""
SHOWN = "services.listed AND services.status IN ('active', 'temporarily closed')"
COLUMNS = f"""
SELECT services.id, services.document AS service, organisations.document AS organisation, services.confirmed_on,
       {SHOWN} AS shown
FROM services JOIN organisations ON organisations.id = services.organisation_id
"""
NEXT_OF_ALL = f"{COLUMNS} WHERE {SHOWN} AND services.id > $1 ORDER BY services.id LIMIT $2"
THESE = f"{COLUMNS} WHERE services.id = ANY ($1)"
CHANGED = """
SELECT id FROM services WHERE changed_at > $1
UNION
SELECT services.id FROM services JOIN organisations ON organisations.id = services.organisation_id
WHERE organisations.changed_at > $2
"""
BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Newest:
    """The latest changes that are known of."""

    services: datetime
    organisations: datetime


@dataclass(frozen=True, slots=True)
class MenuRow:
    """A service as it is stored; it is read only where it is shown."""

    id: UUID
    stored_service: str
    stored_organisation: str
    confirmed_on: date | None
    shown: bool

    def read(self) -> tuple[Service, Organisation]:
        return service_from(self.stored_service), public_organisation_from(self.stored_organisation)


async def newest(connection: Connection) -> Newest:
    row = await connection.fetchrow(NEWEST)
    if row is None:
        raise LookupError("a query without FROM gave no row")
    return Newest(row["services"], row["organisations"])


async def whole_menu(connection: Connection, at_a_time: int) -> AsyncIterator[list[MenuRow]]:
    """Every service that is shown, in parts."""
    after = BEFORE_ALL
    while rows := await connection.fetch(NEXT_OF_ALL, after, at_a_time):
        yield [_menu_row(row) for row in rows]
        after = rows[-1]["id"]


async def changed_since(connection: Connection, known: Newest) -> list[UUID]:
    rows = await connection.fetch(CHANGED, known.services, known.organisations)
    return [row["id"] for row in rows]


async def menu_rows(connection: Connection, service_ids: Iterable[UUID]) -> list[MenuRow]:
    return [_menu_row(row) for row in await connection.fetch(THESE, list(service_ids))]


def _menu_row(row: Record) -> MenuRow:
    return MenuRow(row["id"], row["service"], row["organisation"], row["confirmed_on"], row["shown"])
