"""Every SQL statement about the revisions of entries."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID, uuid4

from asyncpg import Record

from services.directory.domain.revision import ChangedBy, FieldChange, Revision
from shared.postgres.pool import Connection

ADD = """
INSERT INTO service_revisions (id, service_id, version, by_kind, by_id, changes, undoes)
SELECT id, service_id, version, $2, $3, changes, $4
FROM jsonb_to_recordset($1::jsonb) AS given (id uuid, service_id uuid, version bigint, changes jsonb)
"""
REVISIONS = """
SELECT id, service_id, version, at, by_kind, by_id, changes, undoes FROM service_revisions
WHERE service_id = $1 ORDER BY seq
"""


@dataclass(frozen=True, slots=True)
class NewRevision:
    service_id: UUID
    version: int
    changes: tuple[FieldChange, ...]


async def add_revisions(connection: Connection, revisions: Sequence[NewRevision], by: ChangedBy) -> None:
    if not revisions:
        return
    rows = [
        {
            "id": str(uuid4()),
            "service_id": str(each.service_id),
            "version": each.version,
            "changes": [asdict(change) for change in each.changes],
        }
        for each in revisions
    ]
    await connection.execute(ADD, json.dumps(rows), by.kind, by.id, by.undoes)


async def revisions_of(connection: Connection, service_id: UUID) -> list[Revision]:
    """The oldest first."""
    return [_revision(row) for row in await connection.fetch(REVISIONS, service_id)]


def _revision(row: Record) -> Revision:
    return Revision(
        id=row["id"],
        service_id=row["service_id"],
        version=row["version"],
        at=row["at"],
        by=ChangedBy(row["by_kind"], row["by_id"], row["undoes"]),
        changes=tuple(FieldChange(**change) for change in json.loads(row["changes"])),
    )
