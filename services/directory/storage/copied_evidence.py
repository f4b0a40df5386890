"""The directory's copy of what services did for people. What nobody may be shown is not read out of it."""

import json
from collections.abc import Iterable
from uuid import UUID

from services.directory.domain.evidence import Evidence, together
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
# A service can have become sensitive since: the directory knows it before anybody else. What an entry did that is shown
# by another one now counts there, for as long as the merge stands.
EVIDENCE_OF = """
WITH RECURSIVE shown AS (
    SELECT id AS service_id, id AS of_id FROM services
    WHERE id = ANY ($1) AND status IN ('active', 'temporarily closed') AND listed
    UNION
    SELECT shown.service_id, m.merged_id
    FROM shown JOIN service_merges m ON m.kept_id = shown.of_id AND m.undone_at IS NULL
)
SELECT shown.service_id, e.as_of, e.placed, e.helped, e.answered, e.mean_change, e.felt
FROM shown
JOIN copied_evidence e ON e.service_id = shown.of_id
JOIN services kept ON kept.id = shown.service_id
JOIN services of_it ON of_it.id = shown.of_id
WHERE NOT coalesce((kept.document ->> 'sensitive')::boolean, false)
  AND NOT coalesce((of_it.document ->> 'sensitive')::boolean, false)
ORDER BY shown.service_id, shown.of_id
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
    told: dict[UUID, list[Evidence]] = {}
    for row in rows:
        figures = (row["placed"], row["helped"], row["answered"], row["mean_change"], row["felt"])
        told.setdefault(row["service_id"], []).append(Evidence(row["as_of"], *figures))
    found = {service_id: together(several) for service_id, several in told.items()}
    return {service_id: evidence for service_id, evidence in found.items() if evidence.is_told}
