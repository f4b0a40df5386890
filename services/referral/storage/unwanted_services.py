"""Rows of what people do not want: kept for each person and service, for as long as the person is known."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from shared.postgres.pool import Connection

# Only a service that there is, or was: whoever sends other ids keeps nothing here.
ADD = """
INSERT INTO unwanted_services (person_id, service_id, area, said_by, said_at)
SELECT p.person_id, s.service_id, p.area, $3, $4 FROM people p CROSS JOIN copied_services s
WHERE p.person_id = $1 AND s.service_id = $2
ON CONFLICT ON CONSTRAINT unwanted_services_pk DO NOTHING
"""
LIST = """
SELECT u.service_id, s.name FROM unwanted_services u JOIN copied_services s USING (service_id)
WHERE u.person_id = ANY ($1::uuid[]) AND s.name <> '' ORDER BY s.name, u.service_id
"""


async def add_unwanted(
    connection: Connection, person_id: UUID, service_id: UUID, *, said_by: str, now: datetime
) -> bool:
    """True when it is new."""
    done: str = await connection.execute(ADD, person_id, service_id, said_by, now)
    return done == "INSERT 0 1"


async def list_unwanted(connection: Connection, people: Collection[UUID]) -> Mapping[UUID, str]:
    """What the people do not want, by public name."""
    rows = await connection.fetch(LIST, list(people))
    return {row["service_id"]: row["name"] for row in rows}
