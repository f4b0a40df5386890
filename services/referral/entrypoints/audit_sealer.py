"""The side task that seals: each second, area by area, whatever has been recorded since."""

from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.referral.domain.audit_chain import moment_of
from services.referral.domain.audit_heads import HeadSigner
from services.referral.domain.audit_marks import RecordMarks
from services.referral.storage.audit_chain import areas_to_seal, find_oldest_unsealed
from services.referral.use_cases.seal_audit import seal_area
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import rounds_reach
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask

ROUNDS = rounds_reach("referral")


class AuditSealer:
    """May run in any number of processes: the database lets one at a time seal an area."""

    def __init__(
        self, pool: Pool, signer: HeadSigner, marks: RecordMarks, registry: CollectorRegistry
    ) -> None:
        self._pool = pool
        self._signer = signer
        self._marks = marks
        self._sealed = Counter("kith_audit_sealed", "Audit records put into a chain", registry=registry)
        self._refused = Counter(
            "kith_audit_refused",
            "Audit records put into no chain, because the service did not write them",
            registry=registry,
        )
        self._age = Gauge(
            "kith_audit_unsealed_seconds", "Age of the oldest audit record in no chain", registry=registry
        )

    def side_task(self, seconds: float) -> SideTask:
        return repeating("audit-sealer", seconds, self.seal_all)

    async def seal_all(self) -> None:
        """Seals what there is. The figure is taken first: it is the greatest age that there was."""
        async with transaction(self._pool, ROUNDS) as connection:
            oldest = await find_oldest_unsealed(connection)
            self._age.set(_age(oldest.bytes) if oldest else 0.0)
            areas = await areas_to_seal(connection) if oldest else []
        for area in areas:
            while await self._seal(area):
                pass

    async def _seal(self, area: str) -> bool:
        """Whether there may be more."""
        async with transaction(self._pool, ROUNDS) as connection:
            # Not the service's clock, which a test may stop: records carry the moment at which they were made.
            taken = await seal_area(connection, area, self._signer, self._marks, datetime.now(UTC))
        self._sealed.inc(taken.sealed)
        self._refused.inc(taken.refused)
        return taken.may_be_more


def _age(record_id: bytes) -> float:
    return max(0.0, datetime.now(UTC).timestamp() - moment_of(record_id) / 1000)
