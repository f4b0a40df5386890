"""Every SQL statement that writes services or reads one."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from asyncpg import Record

from services.directory.domain.errors import ServiceNotFound
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.storage.expanded_rows import ServiceTerm
from services.directory.storage.own_fields import OwnFields
from services.directory.storage.stored_documents import (
    digest,
    public_organisation_from,
    service_document,
    service_from,
)
from shared.postgres.pool import Connection

# One statement decides, writes and counts up. A version is a state that others are told of: what only the directory
# keeps (the source's own word, a confirmation) changes the row and no version.
SAVE_SERVICES = """
INSERT INTO services (id, organisation_id, version, name, status, area, minimum_age, maximum_age, term_ids, keywords,
                      document, digest, fed, own_fields, source_id, routable, listed, confirmed_on, changed_at)
SELECT id, organisation_id, 1, name, status, area, minimum_age, maximum_age, term_ids, keywords,
       document, digest, fed, own_fields, source_id, routable, listed, confirmed_on, clock_timestamp()
FROM jsonb_to_recordset($1::jsonb) AS given
    (id uuid, organisation_id uuid, name text, status text, area text, minimum_age integer, maximum_age integer,
     term_ids jsonb, keywords text, document jsonb, digest text, fed jsonb, own_fields jsonb, source_id uuid,
     routable boolean, listed boolean, confirmed_on date)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    organisation_id = excluded.organisation_id,
    version = services.version + (services.digest <> excluded.digest)::integer,
    name = excluded.name,
    status = excluded.status,
    area = excluded.area,
    minimum_age = excluded.minimum_age,
    maximum_age = excluded.maximum_age,
    term_ids = excluded.term_ids,
    keywords = excluded.keywords,
    document = excluded.document,
    digest = excluded.digest,
    fed = excluded.fed,
    own_fields = excluded.own_fields,
    source_id = excluded.source_id,
    routable = excluded.routable,
    listed = excluded.listed,
    confirmed_on = excluded.confirmed_on,
    changed_at = clock_timestamp()
WHERE services.digest <> excluded.digest
   OR (services.fed, services.own_fields, services.source_id, services.confirmed_on)
      IS DISTINCT FROM (excluded.fed, excluded.own_fields, excluded.source_id, excluded.confirmed_on)
RETURNING new.id, new.version, old.version AS earlier_version
"""

FIND_KEPT = """
SELECT id, version, status, document, fed, own_fields, source_id, routable, listed, confirmed_on
FROM services WHERE id = ANY ($1)
"""

FIND_SERVICE = """
SELECT services.listed, services.document AS service, organisations.document AS organisation,
       greatest(services.changed_at, organisations.changed_at) AS changed_at
FROM services JOIN organisations ON organisations.id = services.organisation_id
WHERE services.id = $1
"""


@dataclass(frozen=True, slots=True)
class KeptService:
    """A service as the directory has it, with all that it keeps of it for itself."""

    version: int
    status: str
    document: str
    fed: str
    own_fields: OwnFields
    source_id: UUID | None
    routable: bool
    listed: bool
    confirmed_on: date | None

    @property
    def service(self) -> Service:
        return service_from(self.document)

    @property
    def takes_people(self) -> bool:
        return self.listed and self.status == "active"


@dataclass(frozen=True, slots=True)
class ListedService:
    """A service with its organisation, as the open feed may show them."""

    service: Service
    organisation: Organisation
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceToSave:
    """A service as it shall be shown, with the terms and words by which it is found, and what is kept beside it.

    `fed` is the source's own word where an editor's lies over it.
    """

    service: Service
    terms: tuple[ServiceTerm, ...]
    keywords: str
    fed: dict[str, object] | None = None
    own_fields: OwnFields = field(default_factory=dict)
    source_id: UUID | None = None
    routable: bool = True
    listed: bool = True
    confirmed_on: date | None = None

    @property
    def takes_people(self) -> bool:
        return self.listed and self.service.takes_people


async def find_kept(connection: Connection, service_ids: Iterable[UUID]) -> dict[UUID, KeptService]:
    """Those of the services that are there. Whoever means to write them has taken their turn."""
    rows = await connection.fetch(FIND_KEPT, list(service_ids))
    return {row["id"]: _kept(row) for row in rows}


async def save_services(connection: Connection, services: Sequence[ServiceToSave]) -> dict[UUID, int]:
    """Writes what differs; the versions of those of which there is news, by id."""
    rows = await connection.fetch(SAVE_SERVICES, json.dumps([_row(each) for each in services]))
    return {row["id"]: row["version"] for row in rows if row["version"] != row["earlier_version"]}


async def find_service(connection: Connection, service_id: UUID) -> ListedService:
    """One that is merged into another has the status of one that does not run any more. Raises ServiceNotFound."""
    row = await connection.fetchrow(FIND_SERVICE, service_id)
    if row is None:
        raise ServiceNotFound(service_id)
    return listed_service(row)


def listed_service(row: Record) -> ListedService:
    service = service_from(row["service"])
    if not row.get("listed", True):
        service = replace(service, status="inactive")
    return ListedService(service, public_organisation_from(row["organisation"]), row["changed_at"])


def _kept(row: Record) -> KeptService:
    return KeptService(
        version=row["version"],
        status=row["status"],
        document=row["document"],
        fed=row["fed"] or row["document"],
        own_fields=json.loads(row["own_fields"]),
        source_id=row["source_id"],
        routable=row["routable"],
        listed=row["listed"],
        confirmed_on=row["confirmed_on"],
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
        "term_ids": [str(term.term_id) for term in each.terms],
        "keywords": each.keywords,
        "document": document,
        "digest": digest(document, each.routable, each.listed),
        "fed": each.fed,
        "own_fields": each.own_fields,
        "source_id": each.source_id and str(each.source_id),
        "routable": each.routable,
        "listed": each.listed,
        "confirmed_on": each.confirmed_on and each.confirmed_on.isoformat(),
    }
