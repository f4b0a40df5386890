"""The outside witness: every head of the topic, checked and put down area by area, on disk and not in memory."""

import mmap
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

import orjson

from services.referral.domain.audit_chain import as_microseconds, root_of
from services.referral.domain.audit_check import ENTRY, Fault, FaultKind
from services.referral.domain.audit_heads import Head, HeadReader

NOTHING = bytes(ENTRY)


class AreaWitness:
    """What heads said of one area, an entry of fixed length for each position."""

    def __init__(self, area: str, stack: ExitStack) -> None:
        self.area = area
        self.last_hash = root_of(area)
        self._file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  (the stack closes it)
        self._stack = stack
        self._length = 0
        self._map: mmap.mmap | None = None

    def __len__(self) -> int:
        return self._length

    def add(self, first_position: int, entries: bytes) -> None:
        """Puts down a run of positions; what no head told of before it stays empty."""
        self._file.write(NOTHING * (first_position - 1 - self._length) + entries)
        self._length = first_position - 1 + len(entries) // ENTRY
        self.last_hash = entries[-40:-8]

    def raw(self, first_position: int, count: int) -> bytes:
        """What is put down of these positions, as far as it goes."""
        self._file.flush()
        self._file.seek((first_position - 1) * ENTRY)
        found = self._file.read(count * ENTRY)
        self._file.seek(0, 2)
        return found

    def close_book(self) -> None:
        """No more will be added: from now on it is only read."""
        self._file.flush()
        if self._length:
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
            self._stack.callback(self._map.close)

    def run(self, first_position: int, count: int) -> bytes:
        start = (first_position - 1) * ENTRY
        return self._map[start : start + count * ENTRY] if self._map is not None and start >= 0 else b""

    def at(self, position: int) -> bytes | None:
        if self._map is None or not 1 <= position <= self._length:
            return None
        end = position * ENTRY
        entry = self._map[end - ENTRY : end]
        return None if entry == NOTHING else entry

    def position_of(self, record_id: bytes) -> int | None:
        found = self._map.find(record_id) if self._map is not None else -1
        while found > 0 and found % ENTRY and self._map is not None:
            found = self._map.find(record_id, found + 1)
        return found // ENTRY + 1 if found >= 0 else None


class HeadBook:
    """Takes heads as they stand on the topic. The first that told of a position is believed."""

    def __init__(self, reader: HeadReader) -> None:
        self._reader = reader
        self._stack = ExitStack()
        self.areas: dict[str, AreaWitness] = {}
        self.faults: list[Fault] = []
        self.heads = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def take(self, key: str, body: bytes | None) -> None:
        """One record of the topic, whoever put it there."""
        self.heads += 1
        try:
            head, signed = _read(body or b"")
        except (ValueError, TypeError, KeyError):
            self.faults.append(Fault(FaultKind.HEAD_NOT_OURS, key, None, None, "a head cannot be read"))
            return
        hashes = head.hashes()
        statement = head.statement(hashes[-1])
        if not self._reader.is_ours(signed["kid"], statement, bytes.fromhex(signed["signature"])):
            detail = f"a head of positions {head.first_position} to {head.last_position} is not signed by us"
            self._add(FaultKind.HEAD_NOT_OURS, head.area, head.first_position, None, detail)
            return
        self._put_down(head, hashes)

    def close(self) -> Mapping[str, AreaWitness]:
        for area in self.areas.values():
            area.close_book()
        return self.areas

    def _put_down(self, head: Head, hashes: list[bytes]) -> None:
        area = self.areas.setdefault(head.area, AreaWitness(head.area, self._stack))
        entries = _entries(head, hashes)
        known = area.raw(head.first_position, len(hashes)) if head.first_position <= len(area) else b""
        if known and entries.startswith(known):
            fresh = len(known) // ENTRY
            if fresh < len(hashes):
                self._fork(head, fresh)
            return  # the relay may publish a head twice
        if known:
            self._fork(head, _first_difference(known, entries))
            return
        if head.first_position > len(area) + 1:
            detail = f"no head tells of positions {len(area) + 1} to {head.first_position - 1}"
            self._add(FaultKind.HEADS_MISSING, head.area, len(area) + 1, None, detail)
        elif head.previous_hash != area.last_hash:
            kind = FaultKind.FORKED if len(area) else FaultKind.ROOT_REPLACED
            detail = "a head goes on from another chain than the one before it"
            self._add(kind, head.area, head.first_position, UUID(bytes=head.record_ids[0]), detail)
            return
        area.add(head.first_position, entries)

    def _fork(self, head: Head, index: int) -> None:
        detail = "two heads, both signed by us, tell of this position differently"
        position = head.first_position + index
        self._add(FaultKind.FORKED, head.area, position, UUID(bytes=head.record_ids[index]), detail)

    def _add(
        self, kind: FaultKind, area: str, position: int | None, record_id: UUID | None, detail: str
    ) -> None:
        self.faults.append(Fault(kind, area, position, record_id, detail))


def _read(body: bytes) -> tuple[Head, Mapping[str, str]]:
    """Only as much as the signature covers: whatever else a stranger may have written into it has no say."""
    said = orjson.loads(body)
    head = Head(
        area=str(said["area"]),
        first_position=int(said["first_position"]),
        previous_hash=bytes.fromhex(said["previous_hash"]),
        record_ids=_split(bytes.fromhex("".join(said["record_ids"]).replace("-", "")), 16),
        record_sha256s=_split(bytes.fromhex("".join(said["record_sha256s"])), 32),
        sealed_at=datetime.fromisoformat(said["sealed_at"]),
    )
    bytes.fromhex(said["signature"])
    if not 0 < len(head.record_ids) == len(head.record_sha256s) or not 1 <= head.first_position < 2**60:
        raise ValueError("a head lists records, each with its hash")
    return head, {"kid": str(said["kid"]), "signature": said["signature"]}


def _entries(head: Head, hashes: list[bytes]) -> bytes:
    sealed_at = as_microseconds(head.sealed_at)
    parts = zip(head.record_ids, head.record_sha256s, hashes, strict=True)
    return b"".join(record_id + sha256 + hash_ + sealed_at for record_id, sha256, hash_ in parts)


def _first_difference(known: bytes, entries: bytes) -> int:
    pairs = zip(*(_split(each, ENTRY) for each in (known, entries)), strict=False)
    return next((index for index, (ours, theirs) in enumerate(pairs) if ours != theirs), 0)


def _split(joined: bytes, length: int) -> list[bytes]:
    return [joined[start : start + length] for start in range(0, len(joined), length)]
