"""The chain, its heads and its keys: what fits, what does not, and what is left when a key is gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.audit_act import Act, Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.domain.audit_chain import (
    as_microseconds,
    as_milliseconds,
    link,
    moment_of,
    record_bytes,
    recorded_at_of,
    recorded_moment,
    root_of,
)
from services.referral.domain.audit_heads import Head, HeadReader, HeadSigner, public_halves
from services.referral.domain.audit_keys import KeyNotReadable, WrappingKeys, key_id_of
from services.referral.domain.audit_marks import MARK, RecordMarks
from services.referral.use_cases.new_ids import new_id
from shared.access.roles import Role
from shared.access.vocabulary import Verb

AREA = "E09000025"
SEEDS = {"new": bytes(31) + b"\x01", "old": bytes(31) + b"\x02"}

acts = st.builds(
    Act,
    actor=st.builds(
        Actor, st.sampled_from(ActorKind), st.none() | st.text(max_size=40), st.none() | st.sampled_from(Role)
    ),
    purpose=st.sampled_from(AuditPurpose),
    verb=st.sampled_from(Verb),
    object_kind=st.sampled_from(RecordKind),
    object_id=st.none() | st.uuids(),
    area=st.just(AREA),
    person_id=st.none() | st.uuids(),
    referral_id=st.none() | st.uuids(),
    trace_id=st.none() | st.just("0af7651916cd43dd8448eb211c80319c"),
)


@given(acts)
def test_an_act_comes_back_as_it_was_written(act: Act) -> None:
    wrapped, key = WrappingKeys({"a": bytes(32)}).new_key(uuid4(), AREA)
    record_id = new_id()

    body = key.encrypt(act, record_id)

    assert (
        WrappingKeys({"b": bytes(31) + b"b", "a": bytes(32)}).unwrap(wrapped).decrypt(body, record_id, AREA)
        == act
    )


def test_a_body_moved_to_another_record_cannot_be_read() -> None:
    _, key = WrappingKeys({"a": bytes(32)}).new_key(uuid4(), AREA)
    act = Act(Actor(ActorKind.STAFF, "x"), AuditPurpose.AUDIT, Verb.READ, RecordKind.LEG, None, AREA)
    body = key.encrypt(act, new_id())

    with pytest.raises(InvalidTag):
        key.decrypt(body, new_id(), AREA)


def test_a_key_moved_to_another_person_does_not_open() -> None:
    keys = WrappingKeys({"a": bytes(32)})
    wrapped, _ = keys.new_key(uuid4(), AREA)

    with pytest.raises(KeyNotReadable):
        keys.unwrap(type(wrapped)(uuid4(), wrapped.key_id, AREA, wrapped.wrapped, wrapped.wrapped_by))


@given(st.integers(0, 59), st.integers(0, 7))
def test_any_bit_changed_in_a_stored_key_shows_by_its_id_and_does_not_open(byte: int, bit: int) -> None:
    keys = WrappingKeys({"a": bytes(32)})
    stored, _ = keys.new_key(uuid4(), AREA)
    flipped = bytearray(stored.wrapped)
    flipped[byte] ^= 1 << bit
    changed = replace(stored, wrapped=bytes(flipped))

    assert key_id_of(stored.subject, stored.wrapped_by, stored.wrapped) == stored.key_id
    assert key_id_of(changed.subject, changed.wrapped_by, changed.wrapped) != stored.key_id
    with pytest.raises(KeyNotReadable):
        keys.unwrap(changed)


@pytest.mark.parametrize("change", [{"wrapped": b""}, {"wrapped": b"short"}, {"wrapped_by": "stranger"}])
def test_a_key_that_is_cut_off_or_wrapped_by_a_stranger_does_not_open(change: dict[str, Any]) -> None:
    keys = WrappingKeys({"a": bytes(32)})
    stored, _ = keys.new_key(uuid4(), AREA)

    with pytest.raises(KeyNotReadable):
        keys.unwrap(replace(stored, **change))


@given(st.integers(0, 20 + MARK - 1), st.integers(0, 7))
def test_no_bit_of_a_marked_record_can_be_changed(byte: int, bit: int) -> None:
    marks = RecordMarks({"a": bytes(32)})
    record = bytearray(bytes(20) + marks.mark(bytes(20)))
    record[byte] ^= 1 << bit

    assert not marks.is_ours(bytes(record))


def test_a_mark_by_any_listed_key_is_ours_and_by_no_other() -> None:
    said = b"all that stands in a record"
    record = said + RecordMarks({"old": SEEDS["old"]}).mark(said)

    assert RecordMarks(SEEDS).is_ours(record)
    assert not RecordMarks({"new": SEEDS["new"]}).is_ours(record)
    assert not RecordMarks(SEEDS).is_ours(b"")


def test_tags_find_one_actor_under_one_key_alone() -> None:
    keys = WrappingKeys({"a": bytes(32)})
    (_, one), (_, other) = (keys.new_key(uuid4(), AREA) for _ in range(2))
    staff, system = Actor(ActorKind.STAFF, "7"), Actor(ActorKind.SYSTEM, "7")

    assert one.tag(staff) == one.tag(Actor(ActorKind.STAFF, "7", Role.AUDITOR))
    assert len({one.tag(staff), one.tag(system), other.tag(staff)}) == 3


@given(st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001  (made aware below)
def test_moments_are_as_postgresql_sends_them(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)

    assert as_milliseconds(as_microseconds(moment)) == int(
        (moment - datetime.fromtimestamp(0, UTC)) / timedelta(milliseconds=1)
    )


def test_the_moment_of_a_record_is_that_of_its_id() -> None:
    record_id = new_id()
    record = record_bytes(record_id, recorded_at_of(record_id), uuid4(), bytes(16), AREA, b"body")

    assert recorded_moment(record) == moment_of(record_id.bytes)


def test_each_part_of_a_link_counts() -> None:
    plain = (AREA, 1, bytes(16), bytes(32), root_of(AREA))
    others = [
        ("E09000026", 1, bytes(16), bytes(32), root_of(AREA)),
        (AREA, 2, bytes(16), bytes(32), root_of(AREA)),
        (AREA, 1, b"\x01" * 16, bytes(32), root_of(AREA)),
        (AREA, 1, bytes(16), b"\x01" * 32, root_of(AREA)),
        (AREA, 1, bytes(16), bytes(32), root_of("E09000026")),
    ]

    assert len({link(*each) for each in (plain, *others)}) == 6


def head(**changed: object) -> Head:
    plain: dict[str, object] = {
        "area": AREA, "first_position": 1, "previous_hash": root_of(AREA),
        "record_ids": (bytes(15) + b"1", bytes(15) + b"2"), "record_sha256s": (bytes(32), bytes(32)),
        "sealed_at": datetime(2026, 11, 22, tzinfo=UTC),
    }  # fmt: skip
    return Head(**{**plain, **changed})  # type: ignore[arg-type]


def test_a_signature_of_any_key_that_is_believed_counts_and_no_other() -> None:
    statement = head().statement(head().hashes()[-1])
    signer = HeadSigner(SEEDS)
    by_old = HeadSigner({"old": SEEDS["old"]}).sign(statement)
    reader = HeadReader(public_halves(SEEDS))

    assert signer.kid == "new"
    assert reader.is_ours("new", statement, signer.sign(statement))
    assert reader.is_ours("old", statement, by_old)
    assert not reader.is_ours("new", statement, by_old)
    assert not reader.is_ours("stranger", statement, by_old)
    assert not HeadReader(public_halves({"new": SEEDS["new"]})).is_ours("old", statement, by_old)


@pytest.mark.parametrize(
    "changed",
    [
        {"area": "E09000026"},
        {"first_position": 2},
        {"previous_hash": bytes(32)},
        {"record_ids": (bytes(15) + b"1", bytes(15) + b"3")},
        {"record_sha256s": (bytes(32), b"\x01" * 32)},
        {"sealed_at": datetime(2026, 11, 23, tzinfo=UTC)},
    ],
)
def test_all_that_a_head_says_is_signed(changed: dict[str, object]) -> None:
    plain, other = head(), head(**changed)

    assert plain.statement(plain.hashes()[-1]) != other.statement(other.hashes()[-1])
