"""Whether a chain is as it was when it was witnessed; every fault names its position and its record.

The witness is what the signed heads list, kept outside the database. The rows of one area are taken in order of
position; where they fit, that costs two comparisons and one hash a row.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.referral.domain.audit_chain import digest, link, moment_of, recorded_moment, root_of

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


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and with which record. The position is None for what stands in no chain."""

    kind: FaultKind
    area: str
    position: int | None
    record_id: UUID | None
    detail: str


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a head said of one position."""

    record_id: bytes
    record_sha256: bytes
    hash: bytes
    sealed_at: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One position as the database has it. `record` is None where the record is gone."""

    position: int
    record_id: bytes
    record_sha256: bytes
    previous_hash: bytes
    hash: bytes
    sealed_at: bytes
    record: bytes | None


class Witness(Protocol):
    """All that heads said of one area."""

    def __len__(self) -> int: ...
    def at(self, position: int) -> Witnessed | None: ...
    def position_of(self, record_id: bytes) -> int | None: ...


class _NoWitness:
    def __len__(self) -> int:
        return 0

    def at(self, position: int) -> None:  # noqa: ARG002  (no position was ever told of)
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

    async def take(self, rows: Sequence[Row]) -> None:
        """The next rows, in order of position."""
        for row in rows:
            said = self.witness.at(row.position + self._shift)
            if not self._fits(row, said):
                await self._look_closer(row)
            self._see_moment(row)
            self._position, self._hash = row.position, row.hash
        self.rows += len(rows)

    async def end(self) -> None:
        """After the last row: what the witness knows of and the chain no longer has."""
        missing = len(self.witness) - self._position - self._shift
        if missing > 0 and not self._forked:
            said = self.witness.at(self._position + self._shift + 1)
            self._add(
                FaultKind.TRUNCATED, self._position + 1, _id_of(said),
                f"the chain ends here; {missing} sealed records from here on are gone",
            )  # fmt: skip

    def _fits(self, row: Row, said: Witnessed | None) -> bool:
        return (
            row.position == self._position + 1
            and row.previous_hash == self._hash
            and row.record is not None
            and digest(row.record) == row.record_sha256
            and (
                (
                    row.hash == said.hash
                    and row.record_id == said.record_id
                    and row.record_sha256 == said.record_sha256
                    and row.sealed_at == said.sealed_at
                )
                if said is not None
                else row.hash == self._made_anew(row)
            )
        )

    async def _look_closer(self, row: Row) -> None:
        before = len(self.faults) + self.uncounted
        self._see_hole(row)
        await self._see_other_record(row)
        said = self.witness.at(row.position + self._shift)
        known = said if said is not None and said.record_id == row.record_id else None
        self._see_content(row, known)
        if row.position == 1 and row.previous_hash != root_of(self.area):
            self._add(FaultKind.ROOT_REPLACED, 1, row.record_id, "the chain begins at another root")
        if len(self.faults) + self.uncounted == before:
            self._see_link(row, known)

    def _see_hole(self, row: Row) -> None:
        for position in range(self._position + 1, row.position):
            said = self.witness.at(position + self._shift)
            self._add(FaultKind.DELETED, position, _id_of(said), "the position is gone")
        if row.position != self._position + 1:
            self._hash = row.previous_hash

    async def _see_other_record(self, row: Row) -> None:
        """Another record stands where the witness saw one."""
        said = self.witness.at(row.position + self._shift)
        if said is None or said.record_id == row.record_id:
            return
        elsewhere = await self.find_in_chain(said.record_id)
        seen_at = self.witness.position_of(row.record_id)
        if elsewhere is not None and seen_at is not None:
            detail = f"was sealed at position {seen_at - self._shift}"
            self._add(FaultKind.REORDERED, row.position, row.record_id, detail)
        elif elsewhere is not None:
            self._add(FaultKind.INSERTED, row.position, row.record_id, "was never sealed here")
            self._shift -= 1
        elif seen_at is not None:
            await self._see_gone(row, seen_at)
        elif row.position == 1:
            self._add(FaultKind.ROOT_REPLACED, 1, row.record_id, f"record {_id(said.record_id)} was first")
        elif not self._forked:
            self._forked = True
            detail = f"record {_id(said.record_id)} was sealed here; the chain goes on another way"
            self._add(FaultKind.FORKED, row.position, row.record_id, detail)

    async def _see_gone(self, row: Row, seen_at: int) -> None:
        """Records were taken out and the rest moved up."""
        for position in range(row.position + self._shift, seen_at):
            said = self.witness.at(position)
            if said is not None and await self.find_in_chain(said.record_id) is None:
                self._add(FaultKind.DELETED, position, said.record_id, "the chain was closed over it")
        self._shift = seen_at - row.position

    def _see_content(self, row: Row, said: Witnessed | None) -> None:
        """The record is gone, or is no longer what was sealed."""
        if row.record is None:
            self._add(FaultKind.DELETED, row.position, row.record_id, "the record is gone")
        elif recorded_moment(row.record) != moment_of(row.record_id):
            self._add(FaultKind.BACK_DATED, row.position, row.record_id, "its moment is not that of its id")
        elif digest(row.record) != row.record_sha256 or (said and row.record_sha256 != said.record_sha256):
            self._add(FaultKind.EDITED, row.position, row.record_id, "the record is not what was sealed")

    def _see_link(self, row: Row, said: Witnessed | None) -> None:
        """The records are right, so the chain around them is not. After a first fault all later hashes differ."""
        if row.hash != self._made_anew(row) or row.previous_hash != self._hash:
            self._add(FaultKind.EDITED, row.position, row.record_id, "the entry of the chain was changed")
        elif said is not None and row.sealed_at != said.sealed_at:
            self._add(FaultKind.EDITED, row.position, row.record_id, "its time of sealing was changed")
        elif said is not None and row.hash != said.hash and not self.faults:
            self._add(FaultKind.FORKED, row.position, row.record_id, "the witness saw another chain")

    def _see_moment(self, row: Row) -> None:
        """Records are sealed in the order of their moments, but for those that committed a little late."""
        moment = moment_of(row.record_id)
        if moment < self._newest - LATEST_COMMIT_MILLISECONDS:
            detail = "it was sealed long after records of a later moment"
            self._add(FaultKind.BACK_DATED, row.position, row.record_id, detail)
        self._newest = max(self._newest, moment)

    def _made_anew(self, row: Row) -> bytes:
        return link(self.area, row.position, row.record_id, row.record_sha256, row.previous_hash)

    def _add(self, kind: FaultKind, position: int | None, record_id: bytes | None, detail: str) -> None:
        if len(self.faults) >= MOST_FAULTS:
            self.uncounted += 1
            return
        self.faults.append(Fault(kind, self.area, position, _id(record_id) if record_id else None, detail))


def _id(record_id: bytes) -> UUID:
    return UUID(bytes=record_id)


def _id_of(said: Witnessed | None) -> bytes | None:
    return said.record_id if said is not None else None
