"""The sealer at work in the service, several at once, and the command that checks what they made."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.referral.bootstrap import make_parts
from services.referral.domain.audit_act import RecordKind
from services.referral.domain.audit_heads import HeadSigner, public_halves
from services.referral.domain.audit_marks import RecordMarks
from services.referral.domain.audit_public_keys import as_key_set
from services.referral.entrypoints.audit_command import check_trail
from services.referral.entrypoints.audit_public_keys import AUDIT_KEYS
from services.referral.entrypoints.audit_sealer import AuditSealer
from services.referral.settings import ReferralSettings, key_bytes
from services.referral.use_cases.seal_audit import AT_ONCE, Taken, seal_area
from shared.access.vocabulary import Verb
from shared.events.referral import AuditSealedV1
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.process import Platform
from tests.component.referral.golden_messages import AREA
from tests.component.referral.referral_world import ReferralWorld, StoppedClock
from tests.support.eventually import eventually
from tests.support.messaging_place import running
from tests.support.reaching import EVERYWHERE

NEWHAM = "E09000025"
MARKS = RecordMarks({"tests": bytes.fromhex("11" * 32)})  # by the keys of the settings of these tests


@pytest.fixture
def signer(settings: ReferralSettings) -> HeadSigner:
    return HeadSigner(key_bytes(settings.audit_signing_keys))


async def write(world: ReferralWorld, count: int, area: str = AREA) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        acts = [world.by.act(Verb.READ, RecordKind.REFERRAL, None, area=area) for _ in range(count)]
        await world.by.record(connection, *acts)


async def keys_file(client: httpx.AsyncClient, folder: Path) -> Path:
    """The public keys, as an auditor keeps them."""
    published = await client.get(AUDIT_KEYS, headers={"authorization": ""})
    kept = folder / "keys.json"
    kept.write_bytes(published.content)
    return kept


async def sealed(world: ReferralWorld) -> int:
    return int(await world.pool.fetchval("SELECT count(*) FROM audit_chain"))


async def test_each_area_has_a_chain_and_a_head_of_its_own(world: ReferralWorld, signer: HeadSigner) -> None:
    registry = CollectorRegistry()
    await write(world, 2)
    await write(world, 3, NEWHAM)

    await AuditSealer(world.pool, signer, MARKS, registry).seal_all()

    heads = await world.heard_of(AuditSealedV1)
    assert {(head.area, head.first_position, head.last_position) for head in heads} == {
        (AREA, 1, 2), (NEWHAM, 1, 3),
    }  # fmt: skip
    assert registry.get_sample_value("kith_audit_sealed_total") == 5
    assert registry.get_sample_value("kith_audit_unsealed_seconds") is not None


async def test_the_age_of_what_waits_is_seen_even_when_the_next_round_takes_it(
    world: ReferralWorld, signer: HeadSigner
) -> None:
    registry = CollectorRegistry()
    await write(world, 1)
    await world.pool.execute(
        "UPDATE audit_unsealed SET record_id = ('00000000' || substr(record_id::text, 9))::uuid"
    )

    await AuditSealer(world.pool, signer, MARKS, registry).seal_all()

    assert (registry.get_sample_value("kith_audit_unsealed_seconds") or 0) > 1_000


async def test_nothing_new_brings_no_head(world: ReferralWorld, signer: HeadSigner) -> None:
    sealer = AuditSealer(world.pool, signer, MARKS, CollectorRegistry())
    await write(world, 1)
    await sealer.seal_all()
    await sealer.seal_all()

    assert len(await world.heard_of(AuditSealedV1)) == 1


async def test_a_backlog_is_sealed_in_heads_that_kafka_takes(
    world: ReferralWorld, signer: HeadSigner
) -> None:
    await write(world, AT_ONCE + 1)

    await AuditSealer(world.pool, signer, MARKS, CollectorRegistry()).seal_all()

    heads = await world.heard_of(AuditSealedV1)
    assert [(head.first_position, head.last_position) for head in heads] == [
        (1, AT_ONCE), (AT_ONCE + 1, AT_ONCE + 1),
    ]  # fmt: skip
    assert all(len(head.model_dump_json()) < 128 * 1024 for head in heads)


async def test_what_the_service_did_not_write_is_refused_counted_and_holds_up_nothing(
    world: ReferralWorld, signer: HeadSigner
) -> None:
    registry = CollectorRegistry()
    await write(world, 1)
    # With the rights of the service's own role, but without its keys.
    await world.pool.execute(
        "WITH strangers AS (INSERT INTO audit_records SELECT uuidv7(), area, recorded_at, key_id, actor_tag, body"
        " FROM audit_records, generate_series(1, $1) RETURNING record_id, area)"
        " INSERT INTO audit_unsealed SELECT record_id, area FROM strangers",
        AT_ONCE + 1,
    )
    await write(world, 1)
    sealer = AuditSealer(world.pool, signer, MARKS, registry)

    await sealer.seal_all()
    await sealer.seal_all()

    assert await sealed(world) == 2
    assert registry.get_sample_value("kith_audit_sealed_total") == 2
    assert registry.get_sample_value("kith_audit_refused_total") == AT_ONCE + 1


async def test_while_one_seals_an_area_another_leaves_it_alone(
    world: ReferralWorld, signer: HeadSigner
) -> None:
    await write(world, 1)
    async with transaction(world.pool, EVERYWHERE) as first:
        assert await seal_area(first, AREA, signer, MARKS, datetime.now(UTC)) == Taken(1)
        async with transaction(world.pool, EVERYWHERE) as second:
            assert await seal_area(second, AREA, signer, MARKS, datetime.now(UTC)) == Taken()


async def test_many_sealers_and_writers_make_one_chain(world: ReferralWorld, signer: HeadSigner) -> None:
    writing = True

    async def seal() -> None:
        sealer = AuditSealer(world.pool, signer, MARKS, CollectorRegistry())
        while writing or await world.pool.fetchval("SELECT EXISTS (SELECT FROM audit_unsealed)"):
            await sealer.seal_all()

    async def write_some() -> None:
        for _ in range(15):
            await write(world, 2)

    async def write_all() -> None:
        nonlocal writing
        await asyncio.gather(*(write_some() for _ in range(4)))
        writing = False

    await asyncio.gather(write_all(), *(seal() for _ in range(3)))

    rows = await world.pool.fetch("SELECT position, previous_hash, hash FROM audit_chain ORDER BY position")
    assert [row["position"] for row in rows] == list(range(1, 121))
    assert [row["previous_hash"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]


@pytest.fixture
async def at_work(
    settings: ReferralSettings, pool: Pool, clock: StoppedClock, empty_topics: str
) -> AsyncIterator[None]:
    """The side tasks of the service and its relay."""
    quick = settings.model_copy(update={"audit_seal_seconds": 0.05})
    async with httpx.AsyncClient() as outward, AsyncExitStack() as stack:
        parts = make_parts(Platform(quick, pool, clock, CollectorRegistry(), outward))
        relay = OutboxRelay(
            "referral", settings.postgres_dsn.get_secret_value(), empty_topics, MessagingMetrics()
        )
        for run in (relay.run, *(task.run for task in parts.side_tasks)):
            await stack.enter_async_context(running(run))
        yield


async def test_the_command_says_that_all_holds_and_names_what_does_not(
    world: ReferralWorld,
    settings: ReferralSettings,
    client: httpx.AsyncClient,
    at_work: None,
    empty_topics: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The environment has no key: what the service publishes is enough."""
    monkeypatch.setenv("REFERRAL_POSTGRES_DSN", settings.postgres_dsn.get_secret_value())
    monkeypatch.setenv("REFERRAL_KAFKA_BOOTSTRAP_SERVERS", empty_topics)
    verify = ["verify", "--keys", str(await keys_file(client, tmp_path))]
    referred = await world.refer()
    await eventually(lambda: world.pool.fetchval("SELECT EXISTS (SELECT FROM audit_chain)"))
    await eventually(lambda: world.pool.fetchval("SELECT NOT EXISTS (SELECT FROM outbox_events)"), within=20)

    whole = await asyncio.to_thread(check_trail, verify)
    said = capsys.readouterr().out
    await world.pool.execute(
        "INSERT INTO audit_records SELECT gen_random_uuid(), area, recorded_at, key_id, actor_tag, body"
        " FROM audit_records"
    )
    broken = await asyncio.to_thread(check_trail, [*verify, "--json"])
    verdict = json.loads(capsys.readouterr().out)

    assert (whole, broken) == (0, 1)
    assert "1 records in 1 areas against 1 heads" in said
    assert "all as they were written" in said
    assert str(referred.referral_id) not in said
    assert [fault["kind"] for fault in verdict["faults"]] == ["inserted"]
    assert (verdict["holds"], verdict["records"]) == (False, 1)


async def test_a_key_that_the_auditor_does_not_know_is_not_believed(
    world: ReferralWorld,
    settings: ReferralSettings,
    at_work: None,
    empty_topics: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REFERRAL_POSTGRES_DSN", settings.postgres_dsn.get_secret_value())
    monkeypatch.setenv("REFERRAL_KAFKA_BOOTSTRAP_SERVERS", empty_topics)
    kept = tmp_path / "keys.json"
    kept.write_text(json.dumps(as_key_set(public_halves({"tests": bytes(32)}))))
    await world.refer()
    await eventually(lambda: world.pool.fetchval("SELECT EXISTS (SELECT FROM audit_chain)"))
    await eventually(lambda: world.pool.fetchval("SELECT NOT EXISTS (SELECT FROM outbox_events)"), within=20)

    assert await asyncio.to_thread(check_trail, ["verify", "--keys", str(kept)]) == 1
    assert "head-not-ours" in capsys.readouterr().out


def test_without_a_database_the_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REFERRAL_POSTGRES_DSN", "postgresql://nobody@127.0.0.1:9/nothing")
    monkeypatch.setenv("REFERRAL_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    keys = tmp_path / "keys.json"
    keys.write_text('{"keys": []}')

    assert check_trail(["verify", "--keys", str(keys)]) == 3
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "written", [None, "no JSON", '{"keys": [{"kty": "OKP", "crv": "Ed25519", "d": "x"}]}']
)
def test_without_public_keys_the_command_says_so(
    written: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REFERRAL_POSTGRES_DSN", "postgresql://nobody@127.0.0.1:9/nothing")
    monkeypatch.setenv("REFERRAL_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    monkeypatch.setenv("REFERRAL_HTTP_PORT", "9")
    if written is not None:
        (tmp_path / "keys.json").write_text(written)

    for keys in ([], ["--keys", str(tmp_path / "keys.json")]):
        assert check_trail(["verify", *keys]) == 3
        assert "nothing to check with" in capsys.readouterr().err


def test_keys_that_are_none_are_refused_by_name(settings: ReferralSettings) -> None:
    for wrong in ({}, {"a": "11"}, {"a": "zz" * 32}, {"A name": "11" * 32}):
        with pytest.raises(ValueError, match="audit_signing_keys"):
            ReferralSettings.model_validate(settings.model_dump() | {"audit_signing_keys": wrong})
