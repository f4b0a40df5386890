"""Who read or answered a measure stands in the trail: from outcomes' page over Kafka to what the person is shown."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import CollectorRegistry

from services.outcomes.domain.follow_up import follow_up_id
from services.outcomes.settings import OutcomesSettings
from services.referral.bootstrap import make_parts
from services.referral.domain.audit_act import Act, ActorKind, AuditPurpose, RecordKind
from services.referral.settings import ReferralSettings
from services.referral.use_cases.erase_person import erase_person
from services.referral.use_cases.read_audit import Search, search
from shared.access.roles import Role
from shared.access.vocabulary import Verb
from shared.events.envelope import Event
from shared.events.outcomes import RecordAccessedV1
from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import utc_now
from shared.service_defaults.process import Platform
from tests.component.outcomes.journey import Journey
from tests.component.outcomes.outcomes_world import OutcomesWorld
from tests.component.referral.golden_messages import AREA, golden
from tests.component.referral.referral_world import ReferralWorld, StoppedClock
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.messaging_place import running
from tests.support.reaching import EVERYWHERE, looking_pool
from tests.support.sign_in import PUBLIC_KEYS, bearer, staff_caller


@pytest.fixture
def settings(settings: ReferralSettings, empty_topics: str) -> ReferralSettings:
    return settings.model_copy(update={"kafka_bootstrap_servers": empty_topics})


@dataclass
class Listening:
    """Referral's worker, and a producer for what another service says."""

    producer: AIOKafkaProducer
    metrics: MessagingMetrics = field(default_factory=MessagingMetrics)

    async def say(self, *events: Event[Any]) -> None:
        for event in events:
            headers = [(name, value.encode()) for name, value in event.headers().items()]
            await self.producer.send_and_wait(
                event.data.topic, event.body(), key=event.subject.encode(), headers=headers
            )

    def counted(self, result: str) -> float:
        labels = {
            "consumer": "referral.accesses",
            "event_type": RecordAccessedV1.event_type,
            "result": result,
        }
        return self.metrics.registry.get_sample_value("kith_events_total", labels) or 0


@pytest.fixture
async def listening(settings: ReferralSettings, pool: Pool, clock: StoppedClock) -> AsyncIterator[Listening]:
    servers = settings.kafka_bootstrap_servers
    found = Listening(AIOKafkaProducer(bootstrap_servers=servers))
    await found.producer.start()
    async with httpx.AsyncClient() as outward, AsyncExitStack() as stack:
        stack.push_async_callback(found.producer.stop)
        parts = make_parts(Platform(settings, pool, clock, CollectorRegistry(), outward))
        heard = [each for each in parts.subscriptions if each.group == "referral.accesses"]
        [sealing] = [task for task in parts.side_tasks if task.name == "audit-sealer"]
        consumers = Consumers("referral", servers, pool, heard, found.metrics)
        for run in (consumers.run, sealing.run):
            await stack.enter_async_context(running(run))
        await eventually(consumers.ready, within=30)
        yield found


@pytest.fixture
async def outcomes(settings: ReferralSettings, outcomes_dsn: str) -> AsyncIterator[OutcomesWorld]:
    """Outcomes as it runs, with its relay."""
    own = OutcomesSettings(
        postgres_dsn=outcomes_dsn,
        kafka_bootstrap_servers=settings.kafka_bootstrap_servers,
        http_port=0,
        public_url=settings.public_url,
        link_signing_key=settings.link_signing_key,
        internal_key=settings.internal_key,
        token_keys=PUBLIC_KEYS,
    )
    pool = await looking_pool(outcomes_dsn)
    relay = OutboxRelay("outcomes", outcomes_dsn, own.kafka_bootstrap_servers, MessagingMetrics())
    async with running(relay.run):
        yield OutcomesWorld(own, pool)
    await pool.close()


async def measuring(world: ReferralWorld, person_id: UUID) -> list[Act]:
    """What stands in the trail of this person's measures, in order."""
    async with world.pool.acquire() as connection:
        page = await search(connection, world.by.trail, Search(frozenset({AREA}), person_id=person_id))
    acts = [each.act for each in reversed(page.records) if each.act]
    return [act for act in acts if act.purpose is AuditPurpose.MEASURING]


def accessed(referral_id: UUID, person_id: UUID, **changes: Any) -> Event[RecordAccessedV1]:
    return golden(RecordAccessedV1, "minimal", referral_id=referral_id, person_id=person_id, **changes)


@pytest.mark.asvs("V16.2.1")
async def test_a_measure_that_is_read_and_answered_is_recorded_sealed_and_shown(
    world: ReferralWorld, client: httpx.AsyncClient, listening: Listening, outcomes: OutcomesWorld
) -> None:
    world.clock.now = outcomes.clock.now = utc_now()
    referred = await world.refer()
    leg = referred.legs[0]
    journey = Journey(
        area=AREA, person_id=leg.person_id, referral_id=referred.referral_id, leg_id=leg.leg_id, now=utc_now()
    )
    await outcomes.hear(journey.received(), journey.accepted())
    before = utc_now()

    async with outcomes.client() as page:
        await page.get(outcomes.link(leg.leg_id, "before"))
        await outcomes.answer(page, leg.leg_id, "before", "3343434")

    # A page, an answer, and the page that says thank you.
    acts = await eventually(lambda: all_three(world, leg.person_id), within=30)
    assert [act.verb for act in acts] == [Verb.READ, Verb.CREATE, Verb.READ]
    for act in acts:
        assert (act.actor.kind, act.actor.id) == (ActorKind.PERSON, str(leg.person_id))
        assert (act.object_kind, act.object_id) == (RecordKind.MEASURE, follow_up_id(leg.leg_id, "before"))
        assert (act.person_id, act.referral_id, act.area) == (leg.person_id, referred.referral_id, AREA)
        assert act.happened_at is not None
        assert before <= act.happened_at <= utc_now()
    unsealed = "SELECT NOT EXISTS (SELECT FROM audit_unsealed)"
    assert await eventually(lambda: world.pool.fetchval(unsealed), because="all is sealed")
    seen = await client.get(world.my_link(referred.referral_id) + "/seen")
    assert "looked at our questions about how you are" in seen.text
    assert "told us how you are" in seen.text
    now = world.clock()
    auditor = bearer(staff_caller(Role.AUDITOR, now, areas=(AREA,)), now) | {"accept": "text/html"}
    audit = await client.get("/referral/audit", headers=auditor)
    for words in ("Create measure", "measuring", f"person {leg.person_id}"):
        assert words.lower() in audit.text.lower()


async def all_three(world: ReferralWorld, person_id: UUID) -> list[Act]:
    acts = await measuring(world, person_id)
    return acts if len(acts) == 3 else []


async def test_what_is_told_twice_is_recorded_once_with_its_role_and_moment(
    world: ReferralWorld, client: httpx.AsyncClient, listening: Listening
) -> None:
    world.clock.now = utc_now()
    referred = await world.refer()
    person_id, worker = referred.legs[0].person_id, uuid4()
    staff = {"actor_kind": "staff", "actor_id": str(worker), "actor_role": "link-worker"}
    told = accessed(referred.referral_id, person_id, **staff)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    late = Event(told.id, yesterday, told.area, told.data)

    await listening.say(late, late)
    await eventually(lambda: listening.counted("duplicate") == 1)

    [act] = await measuring(world, person_id)
    assert (act.actor.kind, act.actor.id, act.actor.role) == (ActorKind.STAFF, str(worker), Role.LINK_WORKER)
    assert act.happened_at == yesterday
    [recorded_at] = [
        row["recorded_at"]
        for row in await world.pool.fetch(
            "SELECT recorded_at FROM audit_records ORDER BY record_id DESC LIMIT 1"
        )
    ]
    assert recorded_at - yesterday > timedelta(hours=23)


async def test_of_somebody_who_was_forgotten_nothing_is_recorded(
    world: ReferralWorld, listening: Listening
) -> None:
    gone = await world.refer()
    person_id = gone.legs[0].person_id
    async with transaction(world.pool, EVERYWHERE) as connection:
        await erase_person(connection, gone.referral_id, world.clock(), world.vault, world.by)
    before = await world.pool.fetchval("SELECT count(*) FROM audit_records")

    await listening.say(accessed(gone.referral_id, person_id))
    await eventually(lambda: listening.counted("ignored") == 1)

    assert await world.pool.fetchval("SELECT count(*) FROM audit_records") == before
    assert await world.pool.fetchval("SELECT count(*) FROM audit_keys WHERE subject = $1", person_id) == 0
    assert await world.pool.fetchval("SELECT count(*) FROM deferred_events") == 0


async def test_a_record_that_is_told_while_the_person_is_forgotten_waits_and_is_ignored(
    world: ReferralWorld, listening: Listening
) -> None:
    gone = await world.refer()
    person_id = gone.legs[0].person_id

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await erase_person(connection, gone.referral_id, world.clock(), world.vault, world.by)
        await listening.say(accessed(gone.referral_id, person_id))
        await eventually(lambda: somebody_waits_for_a_lock(world.pool))
    await eventually(lambda: listening.counted("ignored") == 1)

    assert await world.pool.fetchval("SELECT count(*) FROM audit_keys WHERE subject = $1", person_id) == 0


async def test_what_cannot_be_kept_is_a_dead_letter_that_says_why(
    world: ReferralWorld, listening: Listening
) -> None:
    referred = await world.refer()
    person_id = referred.legs[0].person_id

    await listening.say(
        accessed(uuid4(), person_id), accessed(referred.referral_id, person_id, purpose="curiosity")
    )
    await eventually(lambda: listening.counted("dead") == 2)

    rows = await world.pool.fetch("SELECT reason FROM deferred_events WHERE status = 'dead' ORDER BY reason")
    assert [row["reason"] for row in rows] == ["not-in-the-words-of-the-trail", "referral-not-known"]
    assert await measuring(world, person_id) == []


async def test_whose_record_it_is_is_known_here_and_not_taken_from_the_event(
    world: ReferralWorld, listening: Listening
) -> None:
    referred, other = await world.refer(), await world.refer()

    await listening.say(accessed(referred.referral_id, other.legs[0].person_id))
    await eventually(lambda: listening.counted("handled") == 1)

    assert await measuring(world, other.legs[0].person_id) == []
    [act] = await measuring(world, referred.legs[0].person_id)
    assert act.actor.id == str(referred.legs[0].person_id)
