"""Puts an area's new audit records into its chain, and signs where the chain now ends."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from services.referral.domain.audit_chain import digest
from services.referral.domain.audit_heads import Head, HeadSigner
from services.referral.domain.audit_marks import RecordMarks
from services.referral.storage.audit_chain import add_links, find_end, lead_area, refuse, take_unsealed
from shared.events.referral import AuditSealedV1
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection

AT_ONCE = 1_000  # records of one head, which lists them all: about 105 KB

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many records were put into the chain, and how many were not, because we did not write them."""

    sealed: int = 0
    refused: int = 0

    @property
    def may_be_more(self) -> bool:
        return self.sealed + self.refused == AT_ONCE


async def seal_area(
    connection: Connection, area: str, signer: HeadSigner, marks: RecordMarks, now: datetime
) -> Taken:
    """Seals what is there and ours.

    The lock of the area lasts to the end of the transaction, so that its chain has one writer.
    """
    if not await lead_area(connection, area):
        return Taken()
    end = await find_end(connection, area)
    waiting = await take_unsealed(connection, area, AT_ONCE)
    taken = [(record_id, record) for record_id, record in waiting if marks.is_ours(record)]
    strangers = {record_id for record_id, _ in waiting} - {record_id for record_id, _ in taken}
    if strangers:
        await refuse(connection, area, sorted(strangers), now)
        log.error("audit.strangers_refused", area=area, records=[str(each) for each in sorted(strangers)])
    if not taken:
        return Taken(refused=len(strangers))
    head = Head(
        area=area,
        first_position=end.position + 1,
        previous_hash=end.hash,
        record_ids=tuple(record_id.bytes for record_id, _ in taken),
        record_sha256s=tuple(digest(record) for _, record in taken),
        sealed_at=now,
    )
    hashes = head.hashes()
    await add_links(
        connection,
        area,
        first_position=head.first_position,
        record_ids=[record_id for record_id, _ in taken],
        record_sha256s=head.record_sha256s,
        previous_hash=head.previous_hash,
        hashes=hashes,
        sealed_at=now,
    )
    await append_event(connection, _signed(head, hashes[-1], signer), area=area)
    return Taken(len(taken), len(strangers))


def _signed(head: Head, last_hash: bytes, signer: HeadSigner) -> AuditSealedV1:
    return AuditSealedV1(
        area=head.area,
        first_position=head.first_position,
        last_position=head.last_position,
        previous_hash=head.previous_hash.hex(),
        hash=last_hash.hex(),
        record_ids=tuple(UUID(bytes=each) for each in head.record_ids),
        record_sha256s=tuple(each.hex() for each in head.record_sha256s),
        sealed_at=head.sealed_at,
        kid=signer.kid,
        signature=signer.sign(head.statement(last_hash)).hex(),
    )
