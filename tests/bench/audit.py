"""`./kith bench audit`: a referral taken with its audit records ÷ one without; records checked in a second.

Both kinds of request go through the whole app to a real PostgreSQL, in turn, so that a busy machine slows both.
The chain that is checked is read from PostgreSQL and from the signed heads on a real Kafka.
"""

import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import httpx
from pydantic import SecretStr

from services.referral.bootstrap import make_parts
from services.referral.domain.audit_act import Act, Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.domain.audit_heads import HeadReader, HeadSigner, public_halves
from services.referral.domain.audit_keys import WrappingKeys
from services.referral.entrypoints.audit_verify import verify
from services.referral.settings import ReferralSettings, key_bytes
from services.referral.use_cases.audit_trail import AuditTrail
from services.referral.use_cases.seal_audit import AT_ONCE, seal_area
from shared.access.vocabulary import Verb
from shared.events.envelope import Event
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox import append_events
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Connection, Pool, transaction
from shared.postgres.reach import areas_reach, rounds_reach
from shared.service_defaults.lasting_objects import set_lasting_objects_aside
from tests.bench.bench_places import Servers
from tests.bench.wrong_result import WrongResult
from tests.component.referral.test_gp_door import REFERRALS, gp_referral, key
from tests.support.databases import Databases
from tests.support.eventually import eventually
from tests.support.kafka_topics import empty_all_topics
from tests.support.messaging_place import running
from tests.support.reaching import looking_pool
from tests.support.service_apps import KEY_ENCRYPTION_KEYS
from tests.support.service_in_process import service_in_process
from tests.support.sign_in import PUBLIC_KEYS, system_bearer

POSTS = 1_000  # of each kind, in turn
WARM_UP = 50
RECORDS = 100_000
CHECKS = 5  # of them all
AREA = "E09000025"


async def record_nothing(
    _trail: AuditTrail, connection: Connection, _acts: Sequence[Act], events: Sequence[Event[Any]] = ()
) -> None:
    """The other side of the ratio."""
    await append_events(connection, events)


async def measure(servers: Servers) -> dict[str, Any]:
    """Figures as JSON-ready values; raises WrongResult where records are missing or the chain does not hold."""
    databases = Databases(servers.postgres)
    database = await databases.create("referral")
    settings = _settings(database.dsn, servers.kafka)
    pool = await looking_pool(database.dsn)
    try:
        figures = await _posts(settings, pool)
        return figures | await _verify(settings, pool, servers.kafka)
    finally:
        await pool.close()
        await databases.drop(database)


def _settings(dsn: str, kafka: str) -> ReferralSettings:
    return ReferralSettings(
        postgres_dsn=SecretStr(dsn), kafka_bootstrap_servers=kafka, http_port=0,
        public_url="http://localhost:8080", link_signing_key=SecretStr("a signing key for a bench"),
        internal_key=SecretStr("an internal key for a bench"),
        token_keys=PUBLIC_KEYS,
        capacity_url="http://127.0.0.1:9", notify_url="http://127.0.0.1:9", outcomes_url="http://127.0.0.1:9",
        key_encryption_keys=KEY_ENCRYPTION_KEYS,
        audit_wrapping_keys={"bench": SecretStr("11" * 32)},
        audit_signing_keys={"bench": SecretStr("22" * 32)},
    )  # fmt: skip


async def _posts(settings: ReferralSettings, pool: Pool) -> dict[str, Any]:
    """The same referral, posted in turn with the trail and without, so that each pair meets the same machine."""
    times: dict[bool, list[float]] = {True: [], False: []}
    async with _app(settings, pool) as client:
        for number in range(WARM_UP + POSTS):
            for audited in (True, False) if number % 2 else (False, True):
                seconds = await _post(client, audited=audited)
                if number >= WARM_UP:
                    times[audited].append(seconds)
    recorded = await pool.fetchval("SELECT count(*) FROM audit_records")
    if recorded != WARM_UP + POSTS:
        raise WrongResult(f"{recorded} records for {WARM_UP + POSTS} referrals")
    with_, without = (1000 * statistics.median(times[kind]) for kind in (True, False))
    return {
        "post_with_audit_vs_without": round(with_ / without, 3),
        "post_with_audit_ms": round(with_, 2),
        "post_without_audit_ms": round(without, 2),
        "tenths": [
            round(statistics.median(times[True][start::10]) / statistics.median(times[False][start::10]), 3)
            for start in range(10)
        ],
    }


async def _post(client: httpx.AsyncClient, *, audited: bool) -> float:
    with nullcontext() if audited else patch.object(AuditTrail, "record", record_nothing):
        started = time.perf_counter()
        answer = await client.post(REFERRALS, json=gp_referral(), headers=key())
        seconds = time.perf_counter() - started
    if answer.status_code != 201:
        raise WrongResult(f"a referral was answered with {answer.status_code}")
    return seconds


@asynccontextmanager
async def _app(settings: ReferralSettings, pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    headers = system_bearer("referrals:write")
    async with service_in_process("referral", make_parts, settings, pool, headers=headers) as client:
        yield client


async def _verify(settings: ReferralSettings, pool: Pool, kafka: str) -> dict[str, Any]:
    """Writes and seals many records, and then checks them all."""
    await empty_all_topics(kafka)
    await pool.execute("DELETE FROM outbox_events")
    wrapping = WrappingKeys(key_bytes(settings.audit_wrapping_keys))
    trail = AuditTrail(wrapping)
    signer = HeadSigner(key_bytes(settings.audit_signing_keys))
    written = time.perf_counter()
    for _ in range(RECORDS // AT_ONCE):
        async with transaction(pool, areas_reach([AREA])) as connection:
            await trail.record(connection, _acts(AT_ONCE))
    sealed = time.perf_counter()
    async with transaction(pool, rounds_reach("referral")) as connection:
        while (await seal_area(connection, AREA, signer, wrapping.marks, datetime.now(UTC))).sealed:
            pass
    done = time.perf_counter()
    relay = OutboxRelay("bench", settings.postgres_dsn.get_secret_value(), kafka, MessagingMetrics())
    async with running(relay.run):
        await eventually(lambda: pool.fetchval("SELECT NOT EXISTS (SELECT FROM outbox_events)"), within=60)
    set_lasting_objects_aside()  # as the command does
    reader = HeadReader(public_halves(key_bytes(settings.audit_signing_keys)))
    took = [await _check_once(pool, kafka, reader) for _ in range(CHECKS)]
    return {
        "verify_records_per_s": round(RECORDS / statistics.median(took)),
        "seal_records_per_s": round(RECORDS / (done - sealed)),
        "write_records_per_s": round(RECORDS / (sealed - written)),
        "records": RECORDS,
    }


async def _check_once(pool: Pool, kafka: str, reader: HeadReader) -> float:
    started = time.perf_counter()
    verdict = await verify(pool, kafka, reader, AREA)
    seconds = time.perf_counter() - started
    if verdict.faults or verdict.records != RECORDS:
        raise WrongResult(f"{verdict.records} of {RECORDS} records, {len(verdict.faults)} faults")
    return seconds


def _acts(count: int) -> list[Act]:
    actor = Actor(ActorKind.SERVICE, "bench")
    person_id = uuid4()
    return [
        Act(actor, AuditPurpose.ALLOCATION, Verb.CHANGE, RecordKind.LEG, uuid4(), AREA, person_id, uuid4())
        for _ in range(count)
    ]
