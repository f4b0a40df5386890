"""Every SQL statement about lists of services that were given to somebody."""

from datetime import datetime
from uuid import UUID

from services.directory.domain.prescription import Prescription
from shared.postgres.pool import Connection

ADD = """
INSERT INTO prescriptions (id, area, service_ids, given_by, role, how, given_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO NOTHING
RETURNING true
"""
FIND = """
SELECT id, area, service_ids, given_by, role, how, given_at FROM prescriptions WHERE id = $1
"""
FORGET = "DELETE FROM prescriptions WHERE expires_at < $1"


async def add_prescription(connection: Connection, given: Prescription) -> bool:
    """False where it was given before: the same form, sent twice."""
    return bool(
        await connection.fetchval(
            ADD,
            given.id,
            given.area,
            list(given.service_ids),
            given.given_by,
            given.role,
            given.how,
            given.given_at,
            given.expires_at,
        )
    )


async def find_prescription(connection: Connection, prescription_id: UUID) -> Prescription | None:
    row = await connection.fetchrow(FIND, prescription_id)
    if row is None:
        return None
    return Prescription(
        id=row["id"],
        area=row["area"],
        service_ids=tuple(row["service_ids"]),
        given_by=row["given_by"],
        role=row["role"],
        how=row["how"],
        given_at=row["given_at"],
    )


async def forget_prescriptions_before(connection: Connection, moment: datetime) -> None:
    """Their links are no good any more; what is counted of them went out as an event."""
    await connection.execute(FORGET, moment)
