"""A superuser changes the audit trail in every way; each is found, and named by position and record."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.provision.databases import dsn_for
from services.referral.domain.audit_chain import digest, recorded_at_of
from services.referral.domain.audit_keys import WrappingKeys, area_subject
from services.referral.settings import ReferralSettings, key_bytes
from services.referral.storage.audit_chain import RECORD
from services.referral.storage.erasure import KnownReferral, record_erasure
from services.referral.use_cases.audit_trail import AuditTrail
from services.referral.use_cases.new_ids import new_id
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import areas_reach
from shared.service_defaults.clock import utc_now
from shared.vocabulary.vocabulary import boroughs
from tests.component.referral.audit_place import AuditPlace
from tests.support.databases import TestDatabase
from tests.support.kafka_topics import empty_all_topics

SEALED = 8


def a_referral() -> KnownReferral:
    return KnownReferral(uuid4(), "K-TEST", None, (), ())


@pytest.fixture(scope="module")
async def heads(kafka: str) -> str:
    """Topics without heads of an earlier run. Tests of this module keep apart by their areas."""
    await empty_all_topics(kafka)
    return kafka


@pytest.fixture(scope="module")
def areas() -> Iterator[str]:
    return iter(sorted(boroughs()))


@pytest.fixture
async def place(
    settings: ReferralSettings, pool: Pool, referral_database: TestDatabase, heads: str, areas: Iterator[str]
) -> AsyncIterator[AuditPlace]:
    """Eight records under two heads."""
    superuser = await asyncpg.connect(dsn_for(referral_database.admin_dsn, database=referral_database.name))
    trail = AuditTrail(WrappingKeys(key_bytes(settings.audit_wrapping_keys)))
    made = AuditPlace(settings, pool, trail, superuser, heads, next(areas))
    for _ in range(2):
        await made.write(SEALED // 2)
        await made.seal()
    yield made
    await superuser.close()


async def test_an_untouched_trail_holds(place: AuditPlace) -> None:
    verdict = await place.check()

    assert (verdict.faults, verdict.records, verdict.unsealed) == ((), SEALED, 0)


async def test_a_late_commit_is_sealed_with_the_next_batch(place: AuditPlace) -> None:
    early = place.pool.acquire()
    connection = await early
    committing = connection.transaction()
    await committing.start()
    await place.trail.record(connection, place.acts(1))
    await place.write(1)
    await place.seal()

    await committing.commit()
    await place.pool.release(connection)
    sealed = await place.seal()

    assert sealed == 1
    assert await place.found() == []


async def test_an_erased_person_leaves_the_chain_as_it_was(place: AuditPlace) -> None:
    async with transaction(place.pool, areas_reach([place.area])) as connection:
        await record_erasure(connection, a_referral(), place.person_id, place.area, utc_now())
        await place.trail.forget(connection, place.person_id)
    await place.seal()

    verdict = await place.check()
    assert (verdict.faults, verdict.records) == ((), SEALED + 1)


async def test_acts_that_an_erasure_overtakes_make_no_key_and_the_chain_holds(place: AuditPlace) -> None:
    """By a process that has the key in memory, and by one that has not."""
    kept = place.trail
    place.trail = AuditTrail(WrappingKeys(key_bytes(place.settings.audit_wrapping_keys)))
    async with transaction(place.pool, areas_reach([place.area])) as connection:
        await record_erasure(connection, a_referral(), place.person_id, place.area, utc_now())
        await place.trail.forget(connection, place.person_id)

    await place.write(1)
    place.trail = kept
    await place.write(1)
    await place.seal()

    verdict = await place.check()
    assert (verdict.faults, verdict.records) == ((), SEALED + 3)
    keys = "SELECT count(*) FROM audit_keys WHERE subject = $1"
    assert await place.superuser.fetchval(keys, place.person_id) == 0


async def test_a_key_taken_away_without_an_erasure(place: AuditPlace) -> None:
    await place.superuser.execute("ALTER TABLE audit_keys DISABLE TRIGGER ALL")
    await place.superuser.execute("DELETE FROM audit_keys WHERE subject = $1", place.person_id)

    assert await place.found() == [("key-gone", 1, await place.id_at(1))]


@pytest.mark.parametrize("whose", ["person", "area"])
async def test_a_changed_key(place: AuditPlace, whose: str) -> None:
    await place.trail_of_nobody()
    subject = place.person_id if whose == "person" else area_subject(place.area)
    await place.superuser.execute(
        "UPDATE audit_keys SET wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) WHERE subject = $1",
        subject,
    )

    position = 1 if whose == "person" else SEALED + 1
    assert await place.found() == [("key-changed", position, await place.id_at(position))]


async def test_a_key_put_in_the_place_of_another(place: AuditPlace) -> None:
    """It opens, since it is wrapped as ours are; but the records are not of it."""
    made, _ = WrappingKeys(key_bytes(place.settings.audit_wrapping_keys)).new_key(place.person_id, place.area)
    await place.superuser.execute(
        "UPDATE audit_keys SET wrapped = $2 WHERE subject = $1", place.person_id, made.wrapped
    )

    assert await place.found() == [("key-changed", 1, await place.id_at(1))]


async def test_an_edited_record(place: AuditPlace) -> None:
    edited = await place.id_at(3)
    await place.superuser.execute(
        "UPDATE audit_records SET body = body || '\\x00' WHERE record_id = $1", edited
    )

    assert await place.found() == [("edited", 3, edited)]


async def test_an_edited_record_with_the_chain_made_anew(place: AuditPlace) -> None:
    edited = await place.id_at(3)
    await place.superuser.execute(
        "UPDATE audit_records SET body = body || '\\x00' WHERE record_id = $1", edited
    )
    record = await place.superuser.fetchval(
        f"SELECT {RECORD} FROM audit_records r WHERE record_id = $1", edited
    )
    await place.superuser.execute(
        "UPDATE audit_chain SET record_sha256 = $2 WHERE record_id = $1", edited, digest(record)
    )
    await place.rechain()

    assert await place.found() == [("edited", 3, edited)]


async def test_an_edited_entry_of_the_chain(place: AuditPlace) -> None:
    edited = await place.id_at(5)
    await place.superuser.execute("UPDATE audit_chain SET hash = previous_hash WHERE record_id = $1", edited)

    assert ("edited", 5, edited) in await place.found()


async def test_a_changed_time_of_sealing(place: AuditPlace) -> None:
    edited = await place.id_at(5)
    await place.superuser.execute(
        "UPDATE audit_chain SET sealed_at = sealed_at - interval '1 day' WHERE record_id = $1", edited
    )

    assert await place.found() == [("edited", 5, edited)]


async def test_a_deleted_record(place: AuditPlace) -> None:
    gone = await place.id_at(4)
    await place.superuser.execute("DELETE FROM audit_records WHERE record_id = $1", gone)

    assert await place.found() == [("deleted", 4, gone)]


async def test_a_record_deleted_with_its_entry(place: AuditPlace) -> None:
    gone = await place.id_at(4)
    for table in ("audit_records", "audit_chain"):
        await place.superuser.execute(f"DELETE FROM {table} WHERE record_id = $1", gone)

    assert await place.found() == [("deleted", 4, gone)]


async def test_deleted_records_with_the_chain_closed_over_them(place: AuditPlace) -> None:
    gone = [await place.id_at(4), await place.id_at(5)]
    for table in ("audit_records", "audit_chain"):
        await place.superuser.execute(f"DELETE FROM {table} WHERE record_id = ANY ($1)", gone)
    await place.rechain()

    assert await place.found() == [("deleted", 4, gone[0]), ("deleted", 5, gone[1])]


async def test_a_record_deleted_before_it_is_sealed(place: AuditPlace) -> None:
    await place.write(1)
    gone = await place.superuser.fetchval("SELECT record_id FROM audit_unsealed")
    await place.superuser.execute("DELETE FROM audit_records WHERE record_id = $1", gone)

    assert await place.seal() == 0
    assert await place.found() == [("deleted", None, gone)]


async def test_an_inserted_record(place: AuditPlace) -> None:
    forged = new_id()
    await place.forge(await place.id_at(2), forged)

    assert await place.found() == [("inserted", None, forged)]


async def test_an_inserted_record_with_the_chain_made_anew(place: AuditPlace) -> None:
    forged = new_id()
    await place.forge(await place.id_at(2), forged)
    await place.superuser.execute(
        "UPDATE audit_records SET recorded_at = $2 WHERE record_id = $1", forged, recorded_at_of(forged)
    )
    record = await place.superuser.fetchval(
        f"SELECT {RECORD} FROM audit_records r WHERE record_id = $1", forged
    )
    await place.put_in_chain(3, forged, digest(record))
    await place.rechain()

    assert await place.found() == [("inserted", 3, forged)]


@pytest.mark.parametrize("chain", ["as-it-stands", "made-anew"])
async def test_reordered_records(place: AuditPlace, chain: str) -> None:
    third, sixth = await place.id_at(3), await place.id_at(6)
    both = await place.superuser.fetch(
        "SELECT record_id, record_sha256 FROM audit_chain WHERE record_id = ANY ($1) ORDER BY position",
        [third, sixth],
    )
    await place.superuser.execute("ALTER TABLE audit_chain DROP CONSTRAINT audit_chain_record_id_uq")
    for position, row in ((3, both[1]), (6, both[0])):
        await place.superuser.execute(
            "UPDATE audit_chain SET record_id = $3, record_sha256 = $4 WHERE area = $1 AND position = $2",
            place.area, position, row["record_id"], row["record_sha256"],
        )  # fmt: skip
    if chain == "made-anew":
        await place.rechain()

    assert await place.found() == [("reordered", 3, sixth), ("reordered", 6, third)]


async def test_a_tail_cut_off(place: AuditPlace) -> None:
    first_gone = await place.id_at(6)
    gone = await place.superuser.fetch("DELETE FROM audit_chain WHERE position >= 6 RETURNING record_id")
    await place.superuser.execute(
        "DELETE FROM audit_records WHERE record_id = ANY ($1)", [row["record_id"] for row in gone]
    )

    assert await place.found() == [("truncated", 6, first_gone)]


async def test_everything_cut_off(place: AuditPlace) -> None:
    first = await place.id_at(1)
    await place.superuser.execute("TRUNCATE audit_records, audit_chain, audit_unsealed")

    assert await place.found() == [("truncated", 1, first)]


async def test_a_chain_that_went_on_another_way(place: AuditPlace) -> None:
    """As after an older copy of the database was put in the place of this one."""
    gone = await place.superuser.fetch("DELETE FROM audit_chain WHERE position >= 6 RETURNING record_id")
    await place.superuser.execute(
        "DELETE FROM audit_records WHERE record_id = ANY ($1)", [row["record_id"] for row in gone]
    )
    await place.write(4)
    await place.seal()
    other = await place.id_at(6)

    assert await place.found() == [("forked", 6, other), ("forked", 6, other)]


async def test_a_back_dated_record(place: AuditPlace) -> None:
    dated = await place.id_at(7)
    await place.superuser.execute(
        "UPDATE audit_records SET recorded_at = recorded_at - interval '2 days' WHERE record_id = $1", dated
    )

    assert await place.found() == [("back-dated", 7, dated)]


async def test_a_record_of_yesterday_that_is_slipped_in_today(place: AuditPlace) -> None:
    """Put where our records wait."""
    today = await place.id_at(7)
    yesterday = int((recorded_at_of(today) - timedelta(days=1)).timestamp() * 1000)
    dated = UUID(bytes=yesterday.to_bytes(6, "big") + today.bytes[6:])
    await place.forge(today, dated)
    await place.superuser.execute(
        "UPDATE audit_records SET recorded_at = $2 WHERE record_id = $1", dated, recorded_at_of(dated)
    )
    await place.superuser.execute("INSERT INTO audit_unsealed VALUES ($1, $2)", dated, place.area)

    assert await place.seal() == 0
    assert await place.found() == [("stranger", None, dated)]


async def test_a_copy_of_a_record_that_is_slipped_in_among_those_that_wait(place: AuditPlace) -> None:
    forged = new_id()
    await place.write(1)
    await place.forge(await place.id_at(2), forged)
    await place.superuser.execute(
        "UPDATE audit_records SET recorded_at = $2 WHERE record_id = $1", forged, recorded_at_of(forged)
    )
    await place.superuser.execute("INSERT INTO audit_unsealed VALUES ($1, $2)", forged, place.area)

    assert await place.seal() == 1
    assert await place.found() == [("stranger", None, forged)]


async def test_a_record_that_is_edited_before_it_is_sealed(place: AuditPlace) -> None:
    await place.write(1)
    edited = await place.superuser.fetchval("SELECT record_id FROM audit_unsealed")
    await place.superuser.execute(
        "UPDATE audit_records SET actor_tag = $2 WHERE record_id = $1",
        edited,
        bytes(16),
    )

    assert await place.seal() == 0
    assert await place.found() == [("stranger", None, edited)]


async def test_a_replaced_root(place: AuditPlace) -> None:
    first, forged = await place.id_at(1), new_id()
    await place.forge(first, forged)
    await place.superuser.execute(
        "UPDATE audit_records SET recorded_at = $2 WHERE record_id = $1", forged, recorded_at_of(forged)
    )
    record = await place.superuser.fetchval(
        f"SELECT {RECORD} FROM audit_records r WHERE record_id = $1", forged
    )
    await place.superuser.execute(
        "UPDATE audit_chain SET record_id = $2, record_sha256 = $3 WHERE record_id = $1",
        first, forged, digest(record),
    )  # fmt: skip
    await place.superuser.execute("DELETE FROM audit_records WHERE record_id = $1", first)
    await place.rechain()

    assert await place.found() == [("root-replaced", 1, forged)]


async def test_another_root_under_the_same_records(place: AuditPlace) -> None:
    first = await place.id_at(1)
    await place.superuser.execute(
        "UPDATE audit_chain SET previous_hash = sha256('another') WHERE record_id = $1", first
    )

    assert await place.found() == [("root-replaced", 1, first)]


async def test_a_head_that_was_kept_from_the_topic(place: AuditPlace) -> None:
    await place.write(2)
    unwitnessed = await place.superuser.fetchval("SELECT record_id FROM audit_unsealed ORDER BY 1 LIMIT 1")
    await place.seal(silently=True)
    await place.superuser.execute(
        "UPDATE audit_chain SET sealed_at = sealed_at - interval '1 minute' WHERE position > $1", SEALED
    )

    assert await place.found() == [("heads-missing", SEALED + 1, unwitnessed)]


async def test_a_tail_that_nobody_seals(place: AuditPlace) -> None:
    await place.write(2)
    young = await place.check()
    old = [UUID(bytes=bytes(5) + bytes([number]) + bytes(10)) for number in (1, 2)]
    for number, record_id in enumerate(old):
        await place.forge(await place.id_at(number + 1), record_id)
        await place.superuser.execute("INSERT INTO audit_unsealed VALUES ($1, $2)", record_id, place.area)
    late = await place.check()

    assert (young.faults, young.unsealed) == ((), 2)
    assert [(fault.kind, fault.record_id) for fault in late.faults] == [("unsealed", old[0])]
    assert late.unsealed_seconds > 5


async def test_a_head_by_a_stranger(place: AuditPlace) -> None:
    await place.write(1)
    stranger = place.settings.model_copy(
        update={"audit_signing_keys": {"tests": place.settings.audit_wrapping_keys["tests"]}}
    )
    ours, place.settings = place.settings, stranger
    await place.seal()
    place.settings = ours

    assert await place.found() == [("head-not-ours", SEALED + 1, None)]
