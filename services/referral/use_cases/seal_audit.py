"""Puts an area's new audit records into its chain, and signs where the chain now ends."""

from datetime import datetime
from uuid import UUID

from services.referral.domain.audit_chain import digest
from services.referral.domain.audit_heads import Head, HeadSigner
from services.referral.storage.audit_chain import add_links, find_end, lead_area, take_unsealed
from shared.events.referral import AuditSealedV1
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection

AT_ONCE = 1_000  # records of one head, which lists them all: about 105 KB


async def seal_area(connection: Connection, area: str, signer: HeadSigner, now: datetime) -> int:
    """Seals what is there and gives the number; as many as AT_ONCE says that there may be more.

    The lock of the area lasts to the end of the transaction, so that its chain has one writer.
    """
    if not await lead_area(connection, area):
        return 0
    end = await find_end(connection, area)
    taken = await take_unsealed(connection, area, AT_ONCE)
    if not taken:
        return 0
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
    return len(taken)


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
