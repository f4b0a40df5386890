"""SQL about the services that the directory publishes: their names, for pages."""

from uuid import UUID

from shared.postgres.pool import Connection

KEEP = """
INSERT INTO copied_services (service_id, version, name, area, sensitive) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT copied_services_pk DO UPDATE SET
    version = excluded.version, name = excluded.name, area = excluded.area, sensitive = excluded.sensitive,
    withdrawn = false
WHERE copied_services.version < excluded.version
"""
# Also of a service that was never heard of: the row keeps an older statement, which comes late, from counting.
# Its name is not known, so none is shown: it counts as sensitive until a newer statement names it.
WITHDRAW = """
INSERT INTO copied_services (service_id, version, name, area, sensitive, withdrawn)
VALUES ($1, $2, '', NULL, true, true)
ON CONFLICT ON CONSTRAINT copied_services_pk DO UPDATE SET version = excluded.version, withdrawn = true
WHERE copied_services.version < excluded.version
"""


async def keep_service(
    connection: Connection, service_id: UUID, version: int, name: str, area: str | None, *, sensitive: bool
) -> None:
    """Keeps the greater version."""
    await connection.execute(KEEP, service_id, version, name, area, sensitive)


async def withdraw_service(connection: Connection, service_id: UUID, version: int) -> None:
    await connection.execute(WITHDRAW, service_id, version)
