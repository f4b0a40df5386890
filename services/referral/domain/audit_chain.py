"""The chain of an area's audit records: each link covers the record and all that came before it.

Records are taken as they are stored, encrypted: a chain still proves itself when keys are gone.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

TWO_THOUSAND = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL counts microseconds from here
MILLISECONDS_TO_2000 = 946_684_800_000
MICROSECOND = timedelta(microseconds=1)


def as_microseconds(moment: datetime) -> bytes:
    """A moment as `timestamptz_send` gives it."""
    return ((moment - TWO_THOUSAND) // MICROSECOND).to_bytes(8, "big", signed=True)


def record_bytes(
    record_id: UUID, recorded_at: datetime, key_id: UUID, actor_tag: bytes, area: str, body: bytes
) -> bytes:
    """Everything of a record, in one order. All parts but the last have one length, so no two records are alike."""
    return record_id.bytes + as_microseconds(recorded_at) + key_id.bytes + actor_tag + area.encode() + body


def digest(record: bytes) -> bytes:
    return hashlib.sha256(record).digest()


def root_of(area: str) -> bytes:
    """What the first record of an area is linked to."""
    return hashlib.sha256(b"kith audit root|" + area.encode()).digest()


def link(area: str, position: int, record_id: bytes, record_sha256: bytes, previous: bytes) -> bytes:
    """The hash of one position of the chain."""
    return links(area, position, [record_id], [record_sha256], previous)[0]


def links(
    area: str,
    first_position: int,
    record_ids: Sequence[bytes],
    record_sha256s: Sequence[bytes],
    previous: bytes,
) -> list[bytes]:
    """The hashes of a run of positions."""
    place, made = b"kith audit link|" + area.encode(), []
    pairs = zip(record_ids, record_sha256s, strict=True)
    for position, (record_id, sha256) in enumerate(pairs, first_position):
        covered = place + position.to_bytes(8, "big") + record_id + sha256 + previous
        previous = hashlib.sha256(covered).digest()
        made.append(previous)
    return made


def head_statement(
    *, area: str, first_position: int, last_position: int, previous_hash: str, hash_: str, sealed_at: datetime
) -> bytes:
    """What is signed: from where to where, and the hash at the end, which covers all before."""
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = ("kith audit head", area, str(first_position), str(last_position), previous_hash, hash_, moment)
    return "|".join(parts).encode()


def moment_of(record_id: bytes) -> int:
    """Milliseconds since 1970, as a UUIDv7 carries them."""
    return int.from_bytes(record_id[:6], "big")


def recorded_at_of(record_id: UUID) -> datetime:
    """The moment of a record is that of its id, so neither can be changed alone."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=moment_of(record_id.bytes))


def as_milliseconds(sent: bytes) -> int:
    """Milliseconds since 1970 of what `timestamptz_send` gives."""
    return int.from_bytes(sent, "big", signed=True) // 1000 + MILLISECONDS_TO_2000


def recorded_moment(record: bytes) -> int:
    """Milliseconds since 1970 of the moment that stands in a record."""
    return as_milliseconds(record[16:24])
