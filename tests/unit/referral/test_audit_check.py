"""The check against its witness, at its edges; what a superuser can do stands in the component tests."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.audit_chain import digest, link, record_bytes, recorded_at_of, root_of
from services.referral.domain.audit_check import MOST_FAULTS, AreaCheck, FaultKind, Page, Row
from services.referral.use_cases.new_ids import new_id

AREA = "E09000025"


class ListedWitness:
    def __init__(self, rows: Sequence[Row]) -> None:
        self._said = [row.said for row in rows]

    def __len__(self) -> int:
        return len(self._said)

    def run(self, first_position: int, count: int) -> bytes:
        return b"".join(self._said[first_position - 1 : first_position - 1 + count])

    def at(self, position: int) -> bytes | None:
        return self._said[position - 1] if 1 <= position <= len(self._said) else None

    def position_of(self, record_id: bytes) -> int | None:
        return next((n for n, said in enumerate(self._said, 1) if said[:16] == record_id), None)


def chain(count: int) -> list[Row]:
    records = [
        record_bytes(record_id, recorded_at_of(record_id), uuid4(), bytes(16), AREA, b"body")
        for record_id in (new_id() for _ in range(count))
    ]
    return chained([(record[:16], record) for record in records])


def chained(records: Sequence[tuple[bytes, bytes]]) -> list[Row]:
    rows: list[Row] = []
    for position, (record_id, record) in enumerate(records, 1):
        previous = rows[-1].entry.hash if rows else root_of(AREA)
        made = link(AREA, position, record_id, digest(record), previous)
        rows.append(Row(position, record_id + digest(record) + made + bytes(8), previous, record))
    return rows


async def check(rows: Sequence[Row], witnessed: Sequence[Row], page: int = 3) -> AreaCheck:
    async def find(record_id: bytes) -> int | None:
        return next((row.position for row in rows if row.entry.record_id == record_id), None)

    found = AreaCheck(AREA, ListedWitness(witnessed), find)
    for start in range(0, len(rows), page):
        await found.take(Page(*zip(*rows[start : start + page], strict=True)))
    await found.end()
    return found


async def test_what_no_head_tells_of_yet_is_held_to_its_own_hashes() -> None:
    rows = chain(6)
    broken = [*rows[:4], rows[4]._replace(said=rows[4].said[:48] + bytes(40)), rows[5]]

    assert (await check(rows, rows[:3])).faults == []
    assert {fault.position for fault in (await check(broken, rows[:3])).faults} == {5, 6}


async def test_a_chain_without_a_witness_is_read_all_the_same() -> None:
    rows = chain(4)

    assert (await check(rows, [])).faults == []
    assert [each.kind for each in (await check(rows[1:], [])).faults] == [FaultKind.DELETED]


async def test_nothing_at_all_holds() -> None:
    assert (await check([], [])).faults == []


async def test_many_faults_are_counted_and_not_all_named() -> None:
    rows = chain(MOST_FAULTS + 5)
    gone = [row._replace(record=None) for row in rows]

    found = await check(gone, rows)

    assert (len(found.faults), found.uncounted) == (MOST_FAULTS, 5)


@given(st.data())
async def test_any_records_taken_out_are_each_named_even_when_the_chain_is_closed(
    data: st.DataObject,
) -> None:
    rows = chain(9)
    taken = data.draw(st.sets(st.integers(1, 9), min_size=1, max_size=8))
    left = [(row.entry.record_id, row.record) for row in rows if row.position not in taken]

    found = await check(chained([(record_id, record or b"") for record_id, record in left]), rows)

    tail = {position for position in taken if position > max({*range(1, 10)} - taken)}
    named = {fault.record_id for fault in found.faults if fault.kind is FaultKind.DELETED}
    cut = [fault.record_id for fault in found.faults if fault.kind is FaultKind.TRUNCATED]
    assert named == {UUID(bytes=rows[position - 1].entry.record_id) for position in taken - tail}
    assert cut == ([UUID(bytes=rows[min(tail) - 1].entry.record_id)] if tail else [])


@given(st.data())
async def test_any_records_put_in_are_each_named(data: st.DataObject) -> None:
    rows = chain(6)
    records = [(row.entry.record_id, row.record or b"") for row in rows]
    put_in = {}
    for _ in range(data.draw(st.integers(1, 3))):
        made = chain(1)[0]
        # Not before the first: that is another root. Behind the last it is one of ours that no head tells of yet.
        place = data.draw(st.integers(1, len(records) - 1))
        records.insert(place, (made.entry.record_id, made.record or b""))
        put_in[made.entry.record_id] = made
    wanted = {UUID(bytes=record_id) for record_id in put_in}

    found = await check(chained(records), rows)

    assert {fault.record_id for fault in found.faults if fault.kind is FaultKind.INSERTED} == wanted
    assert {fault.kind for fault in found.faults} == {FaultKind.INSERTED}


@given(st.integers(1, 6), st.integers(0, 47))
async def test_any_byte_changed_in_any_record_is_named(position: int, byte: int) -> None:
    rows = chain(6)
    record = bytearray(rows[position - 1].record or b"")
    record[byte] ^= 1
    rows_now = [row._replace(record=bytes(record)) if row.position == position else row for row in rows]

    found = await check(rows_now, rows)

    assert [(fault.position, fault.record_id) for fault in found.faults] == [
        (position, UUID(bytes=rows[position - 1].entry.record_id))
    ]
