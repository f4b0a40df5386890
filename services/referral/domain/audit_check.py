"""Whether a chain is as it was when it was witnessed; every fault names its position and its record.

The witness is what the signed heads list, kept outside the database. The rows of one area are taken in order of
position, a page at once; where a page fits, that costs one hash a row and a few comparisons of whole columns.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

from services.referral.domain.audit_chain import digest, link, moment_of, recorded_moment, root_of

ENTRY = 16 + 32 + 32 + 8  # record id, its hash, the hash of the position, the moment of sealing
LATEST_COMMIT_MILLISECONDS = 300_000  # no transaction of ours lives so long
MOST_FAULTS = 100  # of one area; the rest is counted


class FaultKind(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    FORKED = "forked"
    BACK_DATED = "back-dated"
    ROOT_REPLACED = "root-replaced"
    HEAD_NOT_OURS = "head-not-ours"
    HEADS_MISSING = "heads-missing"
    UNSEALED = "unsealed"
    STRANGER = "stranger"
    KEY_GONE = "key-gone"
    KEY_CHANGED = "key-changed"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and with which record. The position is None for what stands in no chain."""

    kind: FaultKind
    area: str
    position: int | None
    record_id: UUID | None
    detail: str


class Entry(bytes):
    """What stands at one position, as `ENTRY` says."""

    __slots__ = ()

    @property
    def record_id(self) -> bytes:
        return self[:16]

    @property
    def record_sha256(self) -> bytes:
        return self[16:48]

    @property
    def hash(self) -> bytes:
        return self[48:80]

    @property
    def sealed_at(self) -> bytes:
        return self[80:]


class Row(NamedTuple):
    """One position as the database has it: `said` as in an Entry. `record` is None where the record is gone."""

    position: int
    said: bytes
    previous_hash: bytes
    record: bytes | None

    @property
    def entry(self) -> Entry:
        return Entry(self.said)


class Page(NamedTuple):
    """Rows in order of position, as columns."""

    positions: tuple[int, ...]
    said: tuple[bytes, ...]
    previous_hashes: tuple[bytes, ...]
    records: tuple[bytes | None, ...]

    def rows(self) -> Iterator[Row]:
        return map(Row, *self)


class Witness(Protocol):
    """All that heads said of one area; a run of positions as far as it goes."""

    def __len__(self) -> int: ...
    def run(self, first_position: int, count: int) -> bytes: ...
    def at(self, position: int) -> bytes | None: ...
    def position_of(self, record_id: bytes) -> int | None: ...


class _NoWitness:
    def __len__(self) -> int:
        return 0

    def run(self, first_position: int, count: int) -> bytes:  # noqa: ARG002  (no position was ever told of)
        return b""

    def at(self, position: int) -> None:  # noqa: ARG002
        return None

    def position_of(self, record_id: bytes) -> None:  # noqa: ARG002
        return None


NO_WITNESS = _NoWitness()

FindInChain = Callable[[bytes], Awaitable[int | None]]


@dataclass(slots=True)
class AreaCheck:
    """Takes the rows of one area's chain; keeps what it found."""

    area: str
    witness: Witness
    find_in_chain: FindInChain
    faults: list[Fault] = field(default_factory=list)
    uncounted: int = 0
    rows: int = 0
    _shift: int = 0
    _position: int = 0
    _hash: bytes | None = None
    _newest: int = 0
    _forked: bool = False

    def __post_init__(self) -> None:
        self._hash = root_of(self.area)

    async def take(self, page: Page) -> None:
        """The next rows, in order of position."""
        self.rows += len(page.positions)
        if self._fits_whole(page):
            self._newest = max(self._newest, moment_of(max(page.said)))
            self._position, self._hash = page.positions[-1], page.said[-1][48:80]
            return
        for row in page.rows():
            if not self._fits(row):
                await self._look_closer(row)
            moment = moment_of(row.said)
            if moment > self._newest:
                self._newest = moment
            elif moment < self._newest - LATEST_COMMIT_MILLISECONDS:
                detail = "it was sealed long after records of a later moment"
                self._add(FaultKind.BACK_DATED, row.position, row.entry.record_id, detail)
            self._position, self._hash = row.position, row.said[48:80]

    async def end(self) -> None:
        """After the last row: what the witness knows of and the chain no longer has."""
        missing = len(self.witness) - self._position - self._shift
        if missing > 0 and not self._forked:
            said = self._said(self._position + 1)
            self._add(
                FaultKind.TRUNCATED, self._position + 1, _id_of(said),
                f"the chain ends here; {missing} sealed records from here on are gone",
            )  # fmt: skip

    def _fits_whole(self, page: Page) -> bool:
        """Whether every row fits. An entry begins with its record's moment, so the least has the earliest."""
        first, count = self._position + 1, len(page.said)
        newest = max(self._newest, moment_of(max(page.said)))
        return (
            page.positions == tuple(range(first, first + count))
            and set(map(len, page.said)) == {ENTRY}
            and b"".join(page.said) == self.witness.run(first + self._shift, count)
            and page.previous_hashes == (self._hash, *(said[48:80] for said in page.said[:-1]))
            and all(map(_is_record_of, page.said, page.records))
            and moment_of(min(page.said)) >= newest - LATEST_COMMIT_MILLISECONDS
        )

    def _fits(self, row: Row) -> bool:
        position, said, previous, record = row
        told = self.witness.at(position + self._shift)
        return (
            position == self._position + 1
            and previous == self._hash
            and _is_record_of(said, record)
            and (said == told if told is not None else said[48:80] == self._made_anew(row))
        )

    def _said(self, position: int) -> Entry | None:
        """What the witness knows of a position of the database, as far as the two have moved apart."""
        found = self.witness.at(position + self._shift)
        return None if found is None else Entry(found)

    async def _look_closer(self, row: Row) -> None:
        before = len(self.faults) + self.uncounted
        self._see_hole(row)
        await self._see_other_record(row)
        said = self._said(row.position)
        known = said if said is not None and said.record_id == row.entry.record_id else None
        self._see_content(row, known)
        if row.position == 1 and row.previous_hash != root_of(self.area):
            self._add(FaultKind.ROOT_REPLACED, 1, row.entry.record_id, "the chain begins at another root")
        if len(self.faults) + self.uncounted == before:
            self._see_link(row, known)

    def _see_hole(self, row: Row) -> None:
        for position in range(self._position + 1, row.position):
            said = self._said(position)
            self._add(FaultKind.DELETED, position, _id_of(said), "the position is gone")
        if row.position != self._position + 1:
            self._hash = row.previous_hash

    async def _see_other_record(self, row: Row) -> None:
        """Another record stands where the witness saw one."""
        said = self._said(row.position)
        if said is None or said.record_id == row.entry.record_id:
            return
        elsewhere = await self.find_in_chain(said.record_id)
        seen_at = self.witness.position_of(row.entry.record_id)
        if elsewhere is not None and seen_at is not None:
            detail = f"was sealed at position {seen_at - self._shift}"
            self._add(FaultKind.REORDERED, row.position, row.entry.record_id, detail)
        elif elsewhere is not None:
            self._add(FaultKind.INSERTED, row.position, row.entry.record_id, "was never sealed here")
            self._shift -= 1
        elif seen_at is not None:
            await self._see_gone(row, seen_at)
        elif row.position == 1:
            self._add(
                FaultKind.ROOT_REPLACED, 1, row.entry.record_id, f"record {_id(said.record_id)} was first"
            )
        elif not self._forked:
            self._forked = True
            detail = f"record {_id(said.record_id)} was sealed here; the chain goes on another way"
            self._add(FaultKind.FORKED, row.position, row.entry.record_id, detail)

    async def _see_gone(self, row: Row, seen_at: int) -> None:
        """Records were taken out and the rest moved up."""
        for position in range(row.position + self._shift, seen_at):
            said = self._said(position - self._shift)
            if said is not None and await self.find_in_chain(said.record_id) is None:
                self._add(FaultKind.DELETED, position, said.record_id, "the chain was closed over it")
        self._shift = seen_at - row.position

    def _see_content(self, row: Row, said: Entry | None) -> None:
        """The record is gone, or is no longer what was sealed."""
        if row.record is None:
            self._add(FaultKind.DELETED, row.position, row.entry.record_id, "the record is gone")
        elif recorded_moment(row.record) != moment_of(row.entry.record_id):
            self._add(
                FaultKind.BACK_DATED, row.position, row.entry.record_id, "its moment is not that of its id"
            )
        elif digest(row.record) != row.entry.record_sha256 or (
            said and row.entry.record_sha256 != said.record_sha256
        ):
            self._add(
                FaultKind.EDITED, row.position, row.entry.record_id, "the record is not what was sealed"
            )

    def _see_link(self, row: Row, said: Entry | None) -> None:
        """The records are right, so the chain around them is not. After a first fault all later hashes differ."""
        if row.entry.hash != self._made_anew(row) or row.previous_hash != self._hash:
            self._add(
                FaultKind.EDITED, row.position, row.entry.record_id, "the entry of the chain was changed"
            )
        elif said is not None and row.entry.sealed_at != said.sealed_at:
            self._add(FaultKind.EDITED, row.position, row.entry.record_id, "its time of sealing was changed")
        elif said is not None and row.entry.hash != said.hash and not self.faults:
            self._add(FaultKind.FORKED, row.position, row.entry.record_id, "the witness saw another chain")

    def _made_anew(self, row: Row) -> bytes:
        return link(self.area, row.position, row.entry.record_id, row.entry.record_sha256, row.previous_hash)

    def _add(self, kind: FaultKind, position: int | None, record_id: bytes | None, detail: str) -> None:
        if len(self.faults) >= MOST_FAULTS:
            self.uncounted += 1
            return
        self.faults.append(Fault(kind, self.area, position, _id(record_id) if record_id else None, detail))


def _is_record_of(said: bytes, record: bytes | None) -> bool:
    return record is not None and hashlib.sha256(record).digest() == said[16:48]


def _id(record_id: bytes) -> UUID:
    return UUID(bytes=record_id)


def _id_of(said: Entry | None) -> bytes | None:
    return said.record_id if said is not None else None
