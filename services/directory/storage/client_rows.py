"""Every SQL statement about systems that call us."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.postgres.pool import Connection

ADD = "INSERT INTO clients (id, name, scopes, areas, organisation_id) VALUES ($1, $2, $3, $4, $5)"
FIND = "SELECT id, scopes, areas, organisation_id, version, active FROM clients WHERE id = $1"
NEXT_VERSION = """
UPDATE clients SET version = version + 1 WHERE id = $1
RETURNING id, scopes, areas, organisation_id, version, active
"""
SET_ACTIVE = "UPDATE clients SET active = $2 WHERE id = $1"
HASHES = "SELECT secret_sha256 FROM client_secrets WHERE client_id = $1"
# The older of the two gives way to the new one.
KEEP_NEW = """
INSERT INTO client_secrets (client_id, place, secret_sha256, made_at)
SELECT $1, places.place, $2, clock_timestamp()
FROM (VALUES (1::smallint), (2::smallint)) AS places (place)
LEFT JOIN client_secrets AS kept ON kept.client_id = $1 AND kept.place = places.place
ORDER BY kept.made_at NULLS FIRST, places.place LIMIT 1
ON CONFLICT (client_id, place) DO UPDATE
SET secret_sha256 = excluded.secret_sha256, made_at = excluded.made_at
"""
DROP_OLDER = """
DELETE FROM client_secrets WHERE client_id = $1 AND made_at < (
    SELECT max(made_at) FROM client_secrets WHERE client_id = $1)
"""


@dataclass(frozen=True, slots=True)
class Client:
    id: UUID
    scopes: frozenset[str]
    areas: frozenset[str]
    organisation_id: UUID | None
    version: int
    active: bool


async def add_client(connection: Connection, client: Client, name: str) -> None:
    await connection.execute(
        ADD, client.id, name, sorted(client.scopes), sorted(client.areas), client.organisation_id
    )


async def find_client(connection: Connection, client_id: UUID) -> Client | None:
    return _client(await connection.fetchrow(FIND, client_id))


async def next_client_version(connection: Connection, client_id: UUID) -> Client | None:
    return _client(await connection.fetchrow(NEXT_VERSION, client_id))


async def set_client_active(connection: Connection, client_id: UUID, *, active: bool) -> None:
    await connection.execute(SET_ACTIVE, client_id, active)


async def secret_hashes(connection: Connection, client_id: UUID) -> list[bytes]:
    return [row["secret_sha256"] for row in await connection.fetch(HASHES, client_id)]


async def keep_secret(connection: Connection, client_id: UUID, secret_sha256: bytes) -> None:
    await connection.execute(KEEP_NEW, client_id, secret_sha256)


async def drop_older_secret(connection: Connection, client_id: UUID) -> None:
    await connection.execute(DROP_OLDER, client_id)


def _client(row: Any) -> Client | None:
    if row is None:
        return None
    return Client(**{**row, "scopes": frozenset(row["scopes"]), "areas": frozenset(row["areas"])})
