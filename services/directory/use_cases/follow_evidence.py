"""What outcomes tells of services, copied as it comes."""

from collections.abc import Sequence

from services.directory.storage.copied_evidence import keep_evidence
from shared.events.envelope import Event
from shared.events.outcomes import ServiceEvidenceChangedV1
from shared.postgres.pool import Connection


async def follow_evidence(connection: Connection, events: Sequence[Event[ServiceEvidenceChangedV1]]) -> None:
    await keep_evidence(connection, [event.data for event in events])
