"""Capacity at work on a real database: its HTTP on a real socket, its consumers fed with records as Kafka gives them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
from prometheus_client import CollectorRegistry

from services.capacity.entrypoints.pool_rounds import PoolRound, PoolRounds
from services.capacity.entrypoints.side_tasks import DECAY
from services.capacity.metrics import CapacityMetrics
from services.capacity.settings import CapacitySettings
from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.directory import Catchment, Pool, ServicePublishedV1
from shared.events.envelope import Event, new_event, new_event_id
from shared.events.event_data import EventData
from shared.events.referral import PlaceRequestedV1, PlaceRequestEventData, ReferralOfferedV1
from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.postgres import pool as postgres
from shared.security.signed_links import Purpose, mint
from shared.service_defaults.process import ServiceParts
from tests.support.sign_in import system_bearer
from tests.support.stored_records import stored

SYSTEM = system_bearer("signals:write")
AREA = "E09000009"


@dataclass
class MovableClock:
    """A clock that stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass
class CapacityAtWork:
    settings: CapacitySettings
    pool: postgres.Pool
    clock: MovableClock
    parts: ServiceParts
    pipelines: dict[str, ConsumerPipeline]
    http: httpx.AsyncClient
    offsets: "count[int]" = field(default_factory=count)

    async def hear(self, events: Sequence[Event[Any]]) -> None:
        """One batch of one topic, as the consumer takes it."""
        group = {
            "referral.place-requests.v1": "capacity.place-requests",
            "referral.referrals.v1": "capacity.offers",
            "directory.services.v1": "capacity.services",
        }[events[0].data.topic]
        pipeline = self.pipelines[group]
        await pipeline.take(pipeline.read([stored(each, next(self.offsets)) for each in events]))

    async def a_pool(self, status: str | None = None, free: int | None = None, **more: Any) -> UUID:
        """A pool that the directory told of, with what its provider said."""
        pool_id = uuid4()
        await self.hear([published(uuid4(), [pool_id])])
        if status is not None:
            answer = await self.say(pool_id, status, free, **more)
            assert answer.status_code == 200, answer.text
        return pool_id

    async def say(
        self, pool_id: UUID, status: str, free: int | None = None, seen: int = 0, **more: Any
    ) -> httpx.Response:
        key = more.pop("key", None) or uuid4().hex
        by = more.pop("by", SYSTEM)
        statement = {
            "status": status,
            "free": free,
            "version_seen": seen,
            "tapped_at": self.clock().isoformat(),
        }
        return await self.http.post(
            f"/capacity/api/pools/{pool_id}/signal",
            json=statement | more,
            headers={**by, "idempotency-key": key},
        )

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.http.get(path, params=params, headers=SYSTEM)

    def link(self, pool_id: UUID, days: int = 30) -> str:
        expires = self.clock() + timedelta(days=days)
        return f"/capacity/space/{mint(self.settings.link_signing_key, Purpose.CAPACITY_SIGNAL, pool_id, expires)}"

    async def said(self, *types: type[EventData]) -> list[EventData]:
        """What the outbox holds, in order; of these types only, when given."""
        rows = await self.pool.fetch("SELECT headers, payload FROM outbox_events ORDER BY seq")
        classes = [CLASS_OF_TYPE[orjson.loads(row["headers"])["ce_type"]] for row in rows]
        read = [cls.model_validate_json(row["payload"]) for cls, row in zip(classes, rows, strict=True)]
        return [each for each in read if not types or isinstance(each, types)]

    async def causes(self) -> list[str | None]:
        rows = await self.pool.fetch("SELECT headers FROM outbox_events ORDER BY seq")
        return [orjson.loads(row["headers"]).get("ce_causationid") for row in rows]

    async def counts(self, pool_id: UUID) -> tuple[int, int, int, int]:
        """Places, free, held, taken."""
        row = await self.pool.fetchrow(
            "SELECT places, free, held, taken FROM pools WHERE pool_id = $1", pool_id
        )
        assert row is not None
        return row["places"], row["free"], row["held"], row["taken"]

    async def dead(self) -> list[str]:
        """The reasons of the dead letters."""
        rows = await self.pool.fetch("SELECT reason FROM deferred_events WHERE status = 'dead' ORDER BY id")
        return [row["reason"] for row in rows]


async def run(capacity: CapacityAtWork, one_round: PoolRound, metrics: CapacityMetrics | None = None) -> int:
    """One turn of a round; gives how many pools it handled or set aside."""
    counted = metrics or CapacityMetrics(CollectorRegistry())
    return await PoolRounds(capacity.pool, capacity.clock, counted).until_nothing_is_due(one_round)


async def decay_all(capacity: CapacityAtWork) -> None:
    await run(capacity, DECAY)


def published(
    service_id: UUID, pool_ids: Iterable[UUID], version: int = 1, organisation_id: UUID | None = None
) -> Event[ServicePublishedV1]:
    data = ServicePublishedV1(
        service_id=service_id,
        version=version,
        name="Art for all",
        organisation_id=organisation_id or uuid4(),
        area=AREA,
        catchment=Catchment(everywhere=True),
        needs=("creative",),
        languages=("en",),
        delivery=("at-a-place",),
        pools=tuple(Pool(pool_id=each, kind="session") for each in pool_ids),
    )
    return new_event(data, area=AREA)


def asked(pool_id: UUID) -> Event[PlaceRequestedV1]:
    data = PlaceRequestedV1(
        pool_id=pool_id, request_id=new_event_id(), referral_id=new_event_id(), leg_id=new_event_id()
    )
    return new_event(data, area=AREA)


def word(kind: type[PlaceRequestEventData], request: Event[PlaceRequestedV1], **more: Any) -> Event[Any]:
    return new_event(kind.model_validate(request.data.model_dump() | more), area=AREA)


def offered(request: Event[PlaceRequestedV1], at: datetime) -> Event[ReferralOfferedV1]:
    data = ReferralOfferedV1(
        referral_id=request.data.referral_id,
        leg_id=request.data.leg_id,
        person_id=uuid4(),
        need="creative",
        request_id=request.data.request_id,
        service_id=uuid4(),
        pool_id=request.data.pool_id,
        organisation_id=uuid4(),
        offered_at=at,
        answer_by=at + timedelta(days=3),
    )
    return new_event(data, area=AREA)
