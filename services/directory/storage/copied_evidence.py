"""The directory's copy of what services did for people. What nobody may be shown is not read out of it."""

import json
from collections.abc import Iterable
from uuid import UUID

from services.directory.domain.evidence import Evidence
from shared.events.outcomes import ServiceEvidenceChangedV1
from shared.postgres.pool import Connection

# In the order of ids, so that two transactions take the rows in the same order.
KEEP = """
INSERT INTO copied_evidence (service_id, version, as_of, placed, helped, answered, instrument, mean_change, felt)
SELECT service_id, version, as_of, placed, helped, answered, instrument, mean_change, felt
FROM jsonb_populate_recordset(NULL::copied_evidence, $1::jsonb) ORDER BY service_id
ON CONFLICT ON CONSTRAINT copied_evidence_pk DO UPDATE SET
    version = excluded.version,
    as_of = excluded.as_of,
    placed = excluded.placed,
    helped = excluded.helped,
    answered = excluded.answered,
    instrument = excluded.instrument,
    mean_change = excluded.mean_change,
    felt = excluded.felt
WHERE copied_evidence.version < excluded.version
"""
# A service can have become sensitive since: the directory knows it before anybody else.
EVIDENCE_OF = """
SELECT e.service_id, e.as_of, e.placed, e.helped, e.answered, e.mean_change, e.felt
FROM copied_evidence e JOIN services ON services.id = e.service_id
WHERE e.service_id = ANY ($1)
  AND services.status IN ('active', 'temporarily closed') AND services.listed
  AND NOT coalesce((services.document ->> 'sensitive')::boolean, false)
"""


async def keep_evidence(connection: Connection, told: Iterable[ServiceEvidenceChangedV1]) -> None:
    """Keeps the newest of each service."""
    newest: dict[UUID, ServiceEvidenceChangedV1] = {}
    for each in told:
        known = newest.get(each.service_id)
        if known is None or known.version < each.version:
            newest[each.service_id] = each
    if newest:
        rows = [each.model_dump(mode="json") for each in newest.values()]
        await connection.execute(KEEP, json.dumps(rows))


async def evidence_of(connection: Connection, service_ids: Iterable[UUID]) -> dict[UUID, Evidence]:
    """What may be shown of these services; one of which nothing is told is left out."""
    rows = await connection.fetch(EVIDENCE_OF, list(service_ids))
    found = {
        row["service_id"]: Evidence(
            row["as_of"], row["placed"], row["helped"], row["answered"], row["mean_change"], row["felt"]
        )
        for row in rows
    }
    return {service_id: evidence for service_id, evidence in found.items() if evidence.is_told}
