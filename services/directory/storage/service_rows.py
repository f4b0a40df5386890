"""Every SQL statement that writes services or reads one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from services.directory.domain.errors import ServiceNotFound
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.storage.stored_documents import (
    digest,
    public_organisation_from,
    service_document,
    service_from,
)
from shared.postgres.pool import Connection

# One statement decides, writes and counts up: no look before, so two imports at once cannot give a version twice.
SAVE_SERVICES = """
INSERT INTO services (id, organisation_id, version, name, status, area, minimum_age, maximum_age,
                      term_ids, keywords, document, digest)
SELECT id, organisation_id, 1, name, status, area, minimum_age, maximum_age, term_ids, keywords, document, digest
FROM jsonb_to_recordset($1::jsonb) AS given
    (id uuid, organisation_id uuid, name text, status text, area text, minimum_age integer, maximum_age integer,
     term_ids jsonb, keywords text, document jsonb, digest text)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    organisation_id = excluded.organisation_id,
    version = services.version + 1,
    name = excluded.name,
    status = excluded.status,
    area = excluded.area,
    minimum_age = excluded.minimum_age,
    maximum_age = excluded.maximum_age,
    term_ids = excluded.term_ids,
    keywords = excluded.keywords,
    document = excluded.document,
    digest = excluded.digest,
    changed_at = now()
WHERE services.digest <> excluded.digest
RETURNING new.id, new.version, old.status AS earlier_status
"""

FIND_SERVICE = """
SELECT services.document AS service, organisations.document AS organisation,
       greatest(services.changed_at, organisations.changed_at) AS changed_at
FROM services JOIN organisations ON organisations.id = services.organisation_id
WHERE services.id = $1
"""


@dataclass(frozen=True, slots=True)
class SavedService:
    """A service that was written: the version it now has and the status it had, None where it is new."""

    service: Service
    version: int
    earlier_status: str | None


@dataclass(frozen=True, slots=True)
class ListedService:
    """A service with its organisation, as the open feed may show them."""

    service: Service
    organisation: Organisation
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceToSave:
    """A service with the words and terms by which it is found."""

    service: Service
    term_ids: tuple[UUID, ...]
    keywords: str


async def save_services(connection: Connection, services: Sequence[ServiceToSave]) -> list[SavedService]:
    """Writes what differs and returns only that."""
    by_id = {each.service.id: each.service for each in services}
    rows = await connection.fetch(SAVE_SERVICES, json.dumps([_row(each) for each in services]))
    return [SavedService(by_id[row["id"]], row["version"], row["earlier_status"]) for row in rows]


async def find_service(connection: Connection, service_id: UUID) -> ListedService:
    """Raises ServiceNotFound."""
    row = await connection.fetchrow(FIND_SERVICE, service_id)
    if row is None:
        raise ServiceNotFound(service_id)
    return listed_service(row)


def listed_service(row: Record) -> ListedService:
    return ListedService(
        service_from(row["service"]), public_organisation_from(row["organisation"]), row["changed_at"]
    )


def _row(each: ServiceToSave) -> dict[str, object]:
    service, document = each.service, service_document(each.service)
    return {
        "id": str(service.id),
        "organisation_id": str(service.organisation_id),
        "name": service.name,
        "status": service.status,
        "area": service.area,
        "minimum_age": service.suitability.minimum_age,
        "maximum_age": service.suitability.maximum_age,
        "term_ids": [str(term_id) for term_id in each.term_ids],
        "keywords": each.keywords,
        "document": document,
        "digest": digest(document),
    }
