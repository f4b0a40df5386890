"""Every SQL statement that reads entries for those who look after them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.directory.domain.errors import ServiceNotFound
from services.directory.domain.service import Service
from services.directory.storage.own_fields import OwnFields
from services.directory.storage.service_rows import KeptService, find_kept
from services.directory.storage.stored_documents import service_document, service_from_document
from shared.postgres.pool import Connection

LIST_ENTRIES = """
SELECT services.id, services.name, organisations.name AS organisation, services.status, services.confirmed_on
FROM services JOIN organisations ON organisations.id = services.organisation_id
WHERE services.listed AND services.status <> 'defunct'
  AND ($6 = '' OR position(lower($6) IN lower(services.name || ' ' || organisations.name)) > 0)
  AND ($1 OR coalesce(services.area, $4) = ANY ($2) OR services.organisation_id = ANY ($3))
ORDER BY services.status = 'inactive', services.confirmed_on NULLS FIRST, services.name, services.id
LIMIT $5
"""
BELOW = """
SELECT services.id, services.name, organisations.name AS organisation, services.organisation_id, services.status,
       services.area, services.confirmed_on
FROM services JOIN organisations ON organisations.id = services.organisation_id
WHERE services.organisation_id = ANY ($1) AND services.listed AND services.status <> 'defunct'
  AND ($2 OR coalesce(services.area, $5) = ANY ($3) OR services.organisation_id = ANY ($4))
ORDER BY services.confirmed_on NULLS FIRST, services.name, services.id
LIMIT $6
"""
ORGANISATION_NAME = "SELECT name FROM organisations WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Within:
    """Whose entries somebody may change."""

    all_of_them: bool = False
    areas: Sequence[str] = ()
    organisations: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class ListedEntry:
    id: UUID
    name: str
    organisation: str
    status: str
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class EntryBelow(ListedEntry):
    """With the organisation that runs it, and the area that it belongs to."""

    organisation_id: UUID
    area: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A service with all that is known of its entry. `fed` is what its source says."""

    service: Service
    organisation: str
    kept: KeptService

    @property
    def id(self) -> UUID:
        return self.service.id

    @property
    def version(self) -> int:
        return self.kept.version

    @property
    def own_fields(self) -> OwnFields:
        return self.kept.own_fields

    @property
    def document(self) -> Mapping[str, object]:
        return service_document(self.service)

    @property
    def fed(self) -> Mapping[str, object]:
        return service_document(service_from_document(json.loads(self.kept.fed)))


async def list_entries(
    connection: Connection, within: Within, *, area_of_all: str, most: int, words: str = ""
) -> list[ListedEntry]:
    """Those that most need a look first: never said to be right, then longest ago; last those that have ended."""
    rows = await connection.fetch(
        LIST_ENTRIES,
        within.all_of_them,
        list(within.areas),
        list(within.organisations),
        area_of_all,
        most,
        words,
    )
    return [ListedEntry(**dict(row)) for row in rows]


async def entries_below(
    connection: Connection, organisations: Sequence[UUID], within: Within, *, area_of_all: str, most: int
) -> list[EntryBelow]:
    """Of these organisations, as far as they are within reach; in the same order."""
    rows = await connection.fetch(
        BELOW,
        list(organisations),
        within.all_of_them,
        list(within.areas),
        list(within.organisations),
        area_of_all,
        most,
    )
    return [EntryBelow(**dict(row)) for row in rows]


async def find_entry(connection: Connection, service_id: UUID) -> Entry:
    """Raises ServiceNotFound, also for one that is shown no more."""
    kept = (await find_kept(connection, [service_id])).get(service_id)
    if kept is None or not kept.listed:
        raise ServiceNotFound(service_id)
    service = kept.service
    name: str = await connection.fetchval(ORGANISATION_NAME, service.organisation_id)
    return Entry(service, name, kept)
