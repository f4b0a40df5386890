"""Whatever a service hears of somebody who was forgotten, in whatever order: no row about them comes back."""

import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.capacity.use_cases.note_offer_outcomes import OUTCOMES
from shared.events.check import EXAMPLES
from shared.events.envelope import Event, new_event
from shared.events.event_data import EventData
from shared.events.referral import PersonErasedV1, PlaceGivenUpV1, ReferralReceivedV1
from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.retrier import Retrier
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Pool
from tests.component.access.every_service import AskedService, asked_service
from tests.conftest import CreateDatabase
from tests.support.built_services import SERVICES
from tests.support.rows_about import tables_that_name
from tests.support.stored_records import stored

AREA = "E09000009"
HEARING = ("capacity", "notify", "outcomes")
COUNTS_ALONE = ("directory",)
# What is kept on purpose: the id of who is not to come back.
TOMBSTONES = {
    "capacity": {"erased_referrals"},
    "notify": {"erased_people", "erased_referrals"},
    "outcomes": {"erased_referrals"},
}
# What became of a group's offers is counted of nobody in particular: there is no row to refuse.
OF_NOBODY = {"capacity": OUTCOMES}
OPEN_POOL = """
INSERT INTO pools (
    pool_id, service_id, service_name, service_version, status, unlimited, version, source, confirmed_at, expires_at)
VALUES ($1, $1, 'Art for all', 1, 'open', true, 1, 'api', now(), now() + interval '1 day')
"""
# What tells groups and referrers to stop outlives the rest until it is sent: it is for them, and has no link.
TOLD_FIRST = "DELETE FROM messages WHERE erased_referral_id IS NOT NULL AND link_purpose IS NULL"


@dataclass
class Someone:
    """Every id under which one person is told of."""

    person_id: UUID = field(default_factory=uuid4)
    referral_id: UUID = field(default_factory=uuid4)
    leg_id: UUID = field(default_factory=uuid4)
    request_id: UUID = field(default_factory=uuid4)
    follow_up_id: UUID = field(default_factory=uuid4)
    pool_id: UUID = field(default_factory=uuid4)

    @property
    def ids(self) -> list[UUID]:
        return [self.person_id, self.referral_id, self.leg_id, self.request_id, self.follow_up_id]

    def event(self, model: type[EventData]) -> Event[Any]:
        example = json.loads((EXAMPLES / model.event_type / "full.json").read_text())
        own = {name: value for name, value in vars(self).items() if name in model.model_fields}
        return new_event(model.model_validate(example | own), area=AREA)

    def wish(self, *request_ids: UUID) -> Event[Any]:
        data = PersonErasedV1(
            referral_id=self.referral_id,
            person_id=self.person_id,
            leg_ids=(self.leg_id,),
            request_ids=request_ids,
        )
        return new_event(data, area=AREA)


@dataclass
class Hearing:
    """A service that is given records as Kafka gives them, and tries what was put aside at once."""

    name: str
    pool: Pool
    subscriptions: Sequence[Subscription]
    metrics: MessagingMetrics = field(default_factory=MessagingMetrics)
    offsets: "count[int]" = field(default_factory=count)

    @property
    def told_of_people(self) -> list[type[EventData]]:
        """What it hears about people, but for their wish to be forgotten."""
        return [
            model
            for each in self.subscriptions
            for model in each.wanted.values()
            if model.model_fields.keys() & {"person_id", "referral_id"} and model is not PersonErasedV1
        ]

    async def hear(self, event: Event[Any]) -> None:
        [subscription] = [each for each in self.subscriptions if event.type in each.wanted]
        pipeline = ConsumerPipeline(subscription, self.pool, self.metrics)
        await pipeline.take(pipeline.read([stored(event, next(self.offsets))]))

    async def settle(self) -> None:
        """Until nothing is put aside; what never settles fails the test, with its reason."""
        retrier = Retrier(self.pool, self.subscriptions, self.metrics)
        for _ in range(11):  # the last try but one
            await self.pool.execute("UPDATE deferred_events SET due_at = now() WHERE status = 'retry'")
            while await retrier.try_next():
                pass

    async def put_aside(self) -> list[str]:
        return [row["reason"] for row in await self.pool.fetch("SELECT reason FROM deferred_events")]

    def ignored(self, event: Event[Any]) -> float:
        [group] = [each.group for each in self.subscriptions if event.type in each.wanted]
        return float(self.metrics.events.labels(group, event.type, "ignored")._value.get())


@pytest.fixture
async def hearing(request: pytest.FixtureRequest, database: CreateDatabase) -> AsyncIterator[Hearing]:
    async with in_process(request.param, database) as service:
        yield Hearing(service.name, service.pool, service.subscriptions)


@asynccontextmanager
async def in_process(name: str, database: CreateDatabase) -> AsyncIterator[AskedService]:
    async with asked_service(name, (await database(name)).dsn) as service:
        yield service


async def test_who_hears_of_people_is_asked_here(database: CreateDatabase) -> None:
    """Referral hears answers about places of its own; what comes late is tested where its rows are."""
    hears = set()
    for name in SERVICES:
        async with in_process(name, database) as service:
            if Hearing(name, service.pool, service.subscriptions).told_of_people:
                hears.add(name)

    assert hears == {*HEARING, *COUNTS_ALONE, "referral"}


@pytest.mark.parametrize("hearing", COUNTS_ALONE, indirect=True)
async def test_who_only_counts_keeps_no_row_that_names_anybody(hearing: Hearing) -> None:
    """So there is nothing to forget, and no wish is heard or answered."""
    someone = Someone()
    for model in hearing.told_of_people:
        await hearing.hear(someone.event(model))
    await hearing.settle()

    assert await hearing.pool.fetchval("SELECT sum(referrals) FROM referral_counts") > 0
    assert await tables_that_name(hearing.pool, someone.ids) == set()
    assert await hearing.put_aside() == []


@pytest.mark.parametrize("hearing", HEARING, indirect=True)
async def test_what_is_heard_after_a_person_was_forgotten_is_refused_and_counted(hearing: Hearing) -> None:
    gone, stays = Someone(), Someone()
    for model in hearing.told_of_people:
        await hearing.hear(stays.event(model))
    await hearing.settle()
    kept = await tables_that_name(hearing.pool, stays.ids)
    assert kept  # such events do make rows

    await hearing.hear(gone.wish())
    late = [gone.event(model) for model in hearing.told_of_people]
    counted = [hearing.ignored(event) for event in late]
    for event in late:
        await hearing.hear(event)

    assert await tables_that_name(hearing.pool, gone.ids) == TOMBSTONES[hearing.name]
    assert [hearing.ignored(event) - before for event, before in zip(late, counted, strict=True)] == [
        0 if type(event.data) in OF_NOBODY.get(hearing.name, ()) else 1 for event in late
    ]
    assert await tables_that_name(hearing.pool, stays.ids) == kept
    assert await hearing.put_aside() == []


def received_first(events: list[Event[Any]]) -> None:
    """Kafka keeps the order of one referral: of what referral says nothing comes before, but a wish that is replayed."""
    received = next(each for each in events if isinstance(each.data, ReferralReceivedV1))
    events.remove(received)
    events.insert(1 if isinstance(events[0].data, PersonErasedV1) else 0, received)


@pytest.mark.parametrize("hearing", HEARING, indirect=True)
async def test_in_no_order_does_anything_of_a_forgotten_person_stay(hearing: Hearing) -> None:
    chosen = random.Random(20261122)  # noqa: S311 - orders, not secrets
    for _ in range(20):
        gone = Someone()
        if hearing.name == "capacity":
            await hearing.pool.execute(OPEN_POOL, gone.pool_id)
        events = [gone.event(model) for model in hearing.told_of_people] + [gone.wish(gone.request_id)]
        chosen.shuffle(events)
        if hearing.name == "outcomes":
            received_first(events)

        for event in events:
            await hearing.hear(event)
        if hearing.name == "capacity":  # as referral does when a place is held for nobody any more
            await hearing.hear(gone.event(PlaceGivenUpV1))
        await hearing.settle()

        order = [event.type for event in events]
        assert await hearing.put_aside() == [], order
        if hearing.name == "notify":
            await hearing.pool.execute(TOLD_FIRST)
            await hearing.pool.execute("DELETE FROM owed_erasure_answers")
        assert await tables_that_name(hearing.pool, gone.ids) == TOMBSTONES[hearing.name], order


@pytest.mark.parametrize("hearing", HEARING, indirect=True)
async def test_a_log_that_is_read_again_brings_nobody_back_and_every_wish_is_answered_again(
    hearing: Hearing,
) -> None:
    """After thirty days the inbox has forgotten what it took."""
    gone = Someone()
    log = [gone.event(model) for model in hearing.told_of_people] + [gone.wish(gone.request_id)]
    for event in log:
        await hearing.hear(event)
    await hearing.settle()
    answered = "SELECT count(*) FROM outbox_events WHERE topic LIKE '%.erasures.v1'"
    first = await hearing.pool.fetchval(answered)
    await hearing.pool.execute("DELETE FROM inbox_events")

    for event in log:
        await hearing.hear(event)
    await hearing.settle()

    assert await hearing.put_aside() == []
    if hearing.name == "notify":
        await hearing.pool.execute(TOLD_FIRST)
        await hearing.pool.execute("DELETE FROM owed_erasure_answers")
    else:
        assert (first, await hearing.pool.fetchval(answered)) == (1, 2)
    assert await tables_that_name(hearing.pool, gone.ids) == TOMBSTONES[hearing.name]
