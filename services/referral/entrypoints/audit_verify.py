"""Compares the whole audit trail in the database with every head on the topic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import UnknownTopicOrPartitionError
from aiokafka.structs import TopicPartition

from services.referral.domain.audit_chain import as_milliseconds, moment_of
from services.referral.domain.audit_check import (
    MOST_FAULTS,
    NO_WITNESS,
    AreaCheck,
    Fault,
    FaultKind,
    Row,
    Witness,
)
from services.referral.domain.audit_heads import HeadReader
from services.referral.entrypoints.audit_witness import HeadBook
from services.referral.storage.audit_reading import (
    ChainReader,
    Loose,
    LostKey,
    list_areas,
    list_loose,
    list_lost_keys,
)
from shared.events.referral import AuditSealedV1
from shared.postgres.pool import Connection, Pool, transaction
from shared.postgres.reach import rounds_reach

ONE_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
OLDEST_UNSEALED_SECONDS = 5.0
OLDEST_UNWITNESSED_SECONDS = 30.0
LOOSE_AT_MOST = 10_000  # records in no chain that are looked at
PATIENCE_MS = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read and what is wrong with it."""

    faults: tuple[Fault, ...]
    uncounted: int
    records: int
    heads: int
    areas: int
    unsealed: int
    unsealed_seconds: float


async def verify(pool: Pool, bootstrap_servers: str, reader: HeadReader, area: str | None = None) -> Verdict:
    """Heads first, then the database in one snapshot: so the database knows at least what was witnessed."""
    with HeadBook(reader) as book:
        await _read_heads(bootstrap_servers, book)
        witnesses = book.close()
        async with transaction(pool, rounds_reach("referral")) as connection:
            await connection.execute(ONE_SNAPSHOT)
            areas = sorted({*witnesses, *await list_areas(connection)}) if area is None else [area]
            checked = [await _check(connection, each, witnesses.get(each, NO_WITNESS)) for each in areas]
        heads = [fault for fault in book.faults if area in {None, fault.area}]
        return Verdict(
            faults=(*heads, *(fault for each in checked for fault in each.faults)),
            uncounted=sum(each.uncounted for each in checked),
            records=sum(each.rows for each in checked),
            heads=book.heads,
            areas=len(areas),
            unsealed=sum(each.unsealed for each in checked),
            unsealed_seconds=max((each.unsealed_seconds for each in checked), default=0.0),
        )


@dataclass(frozen=True, slots=True)
class _Checked:
    faults: list[Fault]
    uncounted: int
    rows: int
    unsealed: int
    unsealed_seconds: float


async def _read_heads(bootstrap_servers: str, book: HeadBook) -> None:
    """Every partition from its first offset to where it ends now. Joins no group."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    await consumer.start()
    try:
        partitions = await _partitions(bootstrap_servers)
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        while [each for each in partitions if await consumer.position(each) < ends[each]]:
            for records in (await consumer.getmany(timeout_ms=PATIENCE_MS)).values():
                for record in records:
                    book.take((record.key or b"").decode(errors="replace"), record.value)
    finally:
        await consumer.stop()


async def _partitions(bootstrap_servers: str) -> list[TopicPartition]:
    """All that there are: a topic may have been given more since it was made."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        [described] = await admin.describe_topics([AuditSealedV1.topic])
    finally:
        await admin.close()
    found = [TopicPartition(AuditSealedV1.topic, each["partition"]) for each in described["partitions"]]
    if not found:
        raise UnknownTopicOrPartitionError(AuditSealedV1.topic)
    return found


async def _check(connection: Connection, area: str, witness: Witness) -> _Checked:
    chain = ChainReader(connection, area)
    found = AreaCheck(area, witness, chain.position_of)
    unwitnessed: Row | None = None
    async for page in chain.pages():
        await found.take(page)
        if unwitnessed is None and page.positions[-1] > len(witness):
            unwitnessed = next(row for row in page.rows() if row.position > len(witness))
    await found.end()
    loose = await list_loose(connection, area, LOOSE_AT_MOST)
    ages = [
        _age(moment_of(each.record_id)) for each in loose if each.is_there and each.waits and not each.refused
    ]
    lost = await list_lost_keys(connection, area, MOST_FAULTS)
    faults = [
        *found.faults,
        *_unwitnessed_faults(area, unwitnessed),
        *_loose_faults(area, loose),
        *(_lost_key_fault(area, each) for each in lost),
    ]
    return _Checked(faults, found.uncounted, found.rows, len(ages), max(ages, default=0.0))


def _unwitnessed_faults(area: str, row: Row | None) -> Iterator[Fault]:
    """Sealed and yet told by no head: a head was kept from the topic."""
    age = _age(as_milliseconds(row.entry.sealed_at)) if row else 0.0
    if row and age > OLDEST_UNWITNESSED_SECONDS:
        detail = f"sealed {age:.0f} s ago, and no head tells of it"
        yield Fault(FaultKind.HEADS_MISSING, area, row.position, UUID(bytes=row.entry.record_id), detail)


def _lost_key_fault(area: str, lost: LostKey) -> Fault:
    kind = FaultKind.KEY_GONE if lost.gone else FaultKind.KEY_CHANGED
    detail = "its key is gone without an erasure" if lost.gone else "its key is not the one that was made"
    return Fault(kind, area, lost.position, lost.record_id, f"{detail}: nothing under it can be read")


def _loose_faults(area: str, loose: Sequence[Loose]) -> Iterator[Fault]:
    """Records that stand in no chain."""
    late = []
    for each in loose:
        record_id = each.record_id
        if not each.is_there:
            detail = "it was taken away before it was sealed"
            yield Fault(FaultKind.DELETED, area, None, UUID(bytes=record_id), detail)
        elif each.refused:
            detail = "it was put among those that wait, and is not marked by our keys: the service did not write it"
            yield Fault(FaultKind.STRANGER, area, None, UUID(bytes=record_id), detail)
        elif not each.waits:
            detail = "it stands in no chain and does not wait for it: the service did not write it"
            yield Fault(FaultKind.INSERTED, area, None, UUID(bytes=record_id), detail)
        elif _age(moment_of(record_id)) > OLDEST_UNSEALED_SECONDS:
            late.append(record_id)
    if late:
        detail = f"{len(late)} wait to be sealed, the oldest for {_age(moment_of(late[0])):.0f} s"
        yield Fault(FaultKind.UNSEALED, area, None, UUID(bytes=late[0]), detail)


def _age(milliseconds: int) -> float:
    return datetime.now(UTC).timestamp() - milliseconds / 1000
