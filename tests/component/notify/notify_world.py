"""Notify over a real PostgreSQL, a real mail server and a recipient owner that speaks real HTTP."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from services.notify.entrypoints.event_subscribers import subscriptions
from services.notify.entrypoints.message_sender import MessageSender
from services.notify.settings import NotifySettings
from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.check import EXAMPLES
from shared.events.envelope import Event, event_from_record, new_event
from shared.events.event_data import EventData
from shared.postgres.pool import Pool, transaction
from tests.component.notify.real_mail_server import Mailbox
from tests.component.notify.recipient_owner import RecipientOwner
from tests.support.reaching import EVERYWHERE

START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
AREA = "E09000009"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

Data = TypeVar("Data", bound=EventData)


@dataclass
class MovableClock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass
class NotifyWorld:
    """What the tests do with one running notify."""

    settings: NotifySettings
    pool: Pool
    sender: MessageSender
    mailbox: Mailbox
    owner: RecipientOwner
    clock: MovableClock = field(default_factory=MovableClock)

    async def hear(self, *events: Event[Any]) -> None:
        """Each by the subscription that takes its type, as one batch a subscription."""
        for subscription in subscriptions(self.clock):
            wanted = [event for event in events if event.type in subscription.wanted]
            if wanted:
                async with transaction(self.pool, EVERYWHERE) as connection:
                    await subscription.handle(connection, wanted)

    async def send_all(self) -> None:
        while await self.sender.send_due():
            pass

    async def states(self) -> list[tuple[str, str, int, str | None]]:
        rows = await self.pool.fetch(
            "SELECT template, state, attempts, failure_reason FROM messages ORDER BY template, created_at"
        )
        return [tuple(row) for row in rows]

    async def said(self) -> list[Event[Any]]:
        rows = await self.pool.fetch("SELECT headers, payload FROM outbox_events ORDER BY seq")
        events = []
        for row in rows:
            headers = {name: value.encode() for name, value in json.loads(row["headers"]).items()}
            events.append(
                event_from_record(headers, row["payload"], CLASS_OF_TYPE[headers["ce_type"].decode()])
            )
        return events


def event_of(model: type[Data], **changes: Any) -> Event[Data]:
    """An event with ids of its own, other fields as the test gives them."""
    ids = {name: uuid4() for name, each in model.model_fields.items() if each.annotation is UUID}
    return new_event(model.model_validate({**ids, **changes}), area=AREA, traceparent=TRACE)


def golden(model: type[Data], **changes: Any) -> Event[Data]:
    """The golden example of a type, with some fields changed."""
    example = json.loads((EXAMPLES / model.event_type / "full.json").read_text())
    return new_event(model.model_validate(example | changes), area=AREA, traceparent=TRACE)
