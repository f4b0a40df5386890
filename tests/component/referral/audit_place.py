"""A place for one test of the audit trail: records written and sealed by us, changed by a superuser, checked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from services.referral.domain.audit_act import Act, Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.domain.audit_chain import link, root_of
from services.referral.domain.audit_check import Fault
from services.referral.domain.audit_heads import HeadReader, HeadSigner, public_halves
from services.referral.domain.audit_marks import RecordMarks
from services.referral.entrypoints.audit_verify import Verdict, verify
from services.referral.settings import ReferralSettings, key_bytes
from services.referral.use_cases.audit_trail import AuditTrail
from services.referral.use_cases.seal_audit import seal_area
from shared.access.vocabulary import Verb
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import areas_reach, rounds_reach
from tests.support.eventually import eventually
from tests.support.messaging_place import running


@dataclass
class AuditPlace:
    """`superuser` may do everything that the service may not."""

    settings: ReferralSettings
    pool: Pool
    trail: AuditTrail
    superuser: "asyncpg.Connection[asyncpg.Record]"
    kafka: str
    area: str
    person_id: UUID = field(default_factory=uuid4)

    def acts(self, count: int) -> list[Act]:
        staff = Actor(ActorKind.STAFF, str(uuid4()))
        return [
            Act(
                staff, AuditPurpose.AUDIT, Verb.READ, RecordKind.PERSON, self.person_id, self.area,
                self.person_id, uuid4(), person_is_new=False,
            )
            for _ in range(count)
        ]  # fmt: skip

    async def write(self, count: int) -> None:
        """That many records, each committed by itself."""
        for act in self.acts(count):
            async with transaction(self.pool, areas_reach([self.area])) as connection:
                await self.trail.record(connection, [act])

    async def trail_of_nobody(self) -> None:
        """A sealed record that is about no one person, and so under the key of the area."""
        [act] = self.acts(1)
        async with transaction(self.pool, areas_reach([self.area])) as connection:
            await self.trail.record(connection, [replace(act, person_id=None)])
        await self.seal()

    async def seal(self, *, silently: bool = False) -> int:
        """Seals, and waits until the head is on the topic; silently, the head is done away with."""
        signer = HeadSigner(key_bytes(self.settings.audit_signing_keys))
        async with transaction(self.pool, rounds_reach("referral")) as connection:
            marks = RecordMarks(key_bytes(self.settings.audit_wrapping_keys))
            taken = await seal_area(connection, self.area, signer, marks, datetime.now(UTC))
        if silently:
            await self.superuser.execute("DELETE FROM outbox_events")
        await self.publish()
        return taken.sealed

    async def publish(self) -> None:
        dsn = self.settings.postgres_dsn.get_secret_value()
        relay = OutboxRelay("referral", dsn, self.kafka, MessagingMetrics())
        async with running(relay.run):
            await eventually(self._is_published, because="the heads are published")
            await relay.stop()
            await eventually(self._has_left, because="the relay has left")

    async def check(self) -> Verdict:
        reader = HeadReader(public_halves(key_bytes(self.settings.audit_signing_keys)))
        return await verify(self.pool, self.kafka, reader, self.area)

    async def found(self) -> list[tuple[str, int | None, UUID | None]]:
        """What the check names."""
        return [_named(fault) for fault in (await self.check()).faults]

    async def id_at(self, position: int) -> UUID:
        found = await self.superuser.fetchval(
            "SELECT record_id FROM audit_chain WHERE area = $1 AND position = $2", self.area, position
        )
        return UUID(str(found))

    async def rechain(self) -> None:
        """Makes all positions and hashes anew, as somebody with all rights and without the key would."""
        rows = await self.superuser.fetch(
            "SELECT * FROM audit_chain WHERE area = $1 ORDER BY position", self.area
        )
        await self.superuser.execute("DELETE FROM audit_chain WHERE area = $1", self.area)
        previous = root_of(self.area)
        for position, row in enumerate(rows, 1):
            made = link(self.area, position, row["record_id"].bytes, row["record_sha256"], previous)
            await self.superuser.execute(
                "INSERT INTO audit_chain VALUES ($1, $2, $3, $4, $5, $6, $7)",
                self.area, position, row["record_id"], row["record_sha256"], previous, made, row["sealed_at"],
            )  # fmt: skip
            previous = made

    async def forge(self, like: UUID, record_id: UUID) -> None:
        """Another record like that one, made by hand."""
        await self.superuser.execute(
            "INSERT INTO audit_records SELECT $2, area, recorded_at, key_id, actor_tag, body"
            " FROM audit_records WHERE record_id = $1",
            like, record_id,
        )  # fmt: skip

    async def put_in_chain(self, position: int, record_id: UUID, sha256: bytes) -> None:
        """Puts a record at a position and moves the rest on; the hashes are made anew by `rechain`."""
        later: Sequence[asyncpg.Record] = await self.superuser.fetch(
            "SELECT position FROM audit_chain WHERE area = $1 AND position >= $2 ORDER BY position DESC",
            self.area, position,
        )  # fmt: skip
        for row in later:
            await self.superuser.execute(
                "UPDATE audit_chain SET position = position + 1 WHERE area = $1 AND position = $2",
                self.area, row["position"],
            )  # fmt: skip
        await self.superuser.execute(
            "INSERT INTO audit_chain VALUES ($1, $2, $3, $4, $4, $4, now())",
            self.area, position, record_id, sha256,
        )  # fmt: skip

    async def _is_published(self) -> bool:
        return not await self.pool.fetchval("SELECT EXISTS (SELECT FROM outbox_events)")

    async def _has_left(self) -> bool:
        return bool(await self.pool.fetchval("SELECT left_cleanly FROM outbox_leader"))


def _named(fault: Fault) -> tuple[str, int | None, UUID | None]:
    return str(fault.kind), fault.position, fault.record_id
