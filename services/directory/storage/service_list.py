"""The list of services, filtered and cut into pages."""

from dataclasses import dataclass
from uuid import UUID

from services.directory.storage.service_rows import ListedService, listed_service
from shared.postgres.pool import Connection

# Filters are cumulative; one that is not given holds for all. No minimum age means from birth, no maximum
# age means that nobody is too old, so such a service is not "at or below" any age.
MATCHES = """
listed AND status IN ('active', 'temporarily closed')
AND ($1::text IS NULL OR search @@ websearch_to_tsquery('english', $1))
AND ($2::text IS NULL OR term_ids ? $2)
AND ($3::numeric IS NULL OR coalesce(minimum_age, 0) >= $3)
AND ($4::numeric IS NULL OR maximum_age <= $4)
"""
COUNT_SERVICES = f"SELECT count(*) FROM services WHERE {MATCHES}"
LIST_SERVICES = f"""
SELECT services.document AS service, organisations.document AS organisation,
       greatest(services.changed_at, organisations.changed_at) AS changed_at
FROM services JOIN organisations ON organisations.id = services.organisation_id
WHERE services.id IN (SELECT id FROM services WHERE {MATCHES} ORDER BY name, id LIMIT $5 OFFSET $6)
ORDER BY services.name, services.id
"""


@dataclass(frozen=True, slots=True)
class ServiceFilter:
    search: str | None = None
    taxonomy_term_id: UUID | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None


@dataclass(frozen=True, slots=True)
class ServicePage:
    services: tuple[ListedService, ...]
    total: int


async def list_services(
    connection: Connection, wanted: ServiceFilter, *, page: int, per_page: int
) -> ServicePage:
    term = str(wanted.taxonomy_term_id) if wanted.taxonomy_term_id else None
    conditions = (wanted.search, term, wanted.minimum_age, wanted.maximum_age)
    total = await connection.fetchval(COUNT_SERVICES, *conditions)
    rows = await connection.fetch(LIST_SERVICES, *conditions, per_page, (page - 1) * per_page)
    return ServicePage(tuple(listed_service(row) for row in rows), total)
