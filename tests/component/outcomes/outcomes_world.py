"""Outcomes over a real PostgreSQL: what it hears, its clock, its pages and what it says."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from services.outcomes.bootstrap import make_parts, plan_of
from services.outcomes.domain.follow_up import Occasion, follow_up_id
from services.outcomes.entrypoints.event_subscribers import subscriptions
from services.outcomes.entrypoints.follow_up_clock import settle_what_is_due
from services.outcomes.settings import OutcomesSettings
from services.outcomes.use_cases.follow_referrals import follow_referrals
from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.envelope import Event, event_from_record
from shared.postgres.pool import Pool, transaction
from shared.security.signed_links import Purpose, link_url, mint
from tests.component.outcomes.journey import START
from tests.support.reaching import EVERYWHERE
from tests.support.service_in_process import service_in_process
from tests.support.sign_in import system_bearer


@dataclass
class MovableClock:
    """Stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass
class OutcomesWorld:
    """What the tests do with one running outcomes."""

    settings: OutcomesSettings
    pool: Pool
    clock: MovableClock = field(default_factory=MovableClock)

    async def hear(self, *events: Event[Any]) -> None:
        """As one batch, in order."""
        async with transaction(self.pool, EVERYWHERE) as connection:
            await follow_referrals(connection, events, plan_of(self.settings))

    async def hear_as_subscribed(self, *events: Event[Any]) -> None:
        """Through the subscription, as one batch."""
        [of_referrals, *_] = subscriptions(plan_of(self.settings))
        async with transaction(self.pool, EVERYWHERE) as connection:
            await of_referrals.handle(connection, events)

    async def tick(self) -> None:
        await settle_what_is_due(self.pool, plan_of(self.settings), self.clock)

    async def said(self, event_type: str = "") -> list[Event[Any]]:
        """What stands in the outbox, in order."""
        rows = await self.pool.fetch("SELECT headers, payload FROM outbox_events ORDER BY seq")
        events = []
        for row in rows:
            headers = {name: value.encode() for name, value in json.loads(row["headers"]).items()}
            model = CLASS_OF_TYPE[headers["ce_type"].decode()]
            events.append(event_from_record(headers, row["payload"], model))
        return [event for event in events if event.type.startswith(event_type)]

    def link(self, leg_id: UUID, occasion: Occasion) -> str:
        """The path of the page that the person is sent."""
        expires_at = self.clock() + timedelta(days=90)
        token = mint(
            self.settings.link_signing_key, Purpose.MEASURE, follow_up_id(leg_id, occasion), expires_at
        )
        return link_url("", Purpose.MEASURE, token)

    async def answer(
        self, client: httpx.AsyncClient, leg_id: UUID, occasion: Occasion, answers: str
    ) -> httpx.Response:
        """Fills in the form as a browser would: `answers` is seven digits."""
        return await client.post(
            self.link(leg_id, occasion), data=form(answers), follow_redirects=True, headers=AS_BROWSER
        )

    @asynccontextmanager
    async def client(self, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
        """The HTTP edge in process, with other settings where the test wants them."""
        chosen = self.settings.model_copy(update=settings)
        async with service_in_process("outcomes", make_parts, chosen, self.pool, self.clock) as found:
            yield found


AS_BROWSER = {"accept": "text/html,application/xhtml+xml"}
AS_COMMISSIONER = system_bearer("summary:read", "operate")


def form(answers: str) -> Mapping[str, str]:
    return {f"statement_{number}": digit for number, digit in enumerate(answers, start=1) if digit != " "}
