"""Providers' statements of their space, copied; where one opens, the waiting list drains."""

from collections.abc import Sequence
from datetime import datetime

from services.referral.domain.listed_pool import TAKING
from services.referral.storage.copied_signals import keep_signals
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.drain_waiting_list import drain_waiting_list
from shared.events.capacity import SignalChangedV1
from shared.events.envelope import Event
from shared.postgres.pool import Connection
from shared.postgres.reach import acting_as_rounds


async def copy_signals(
    connection: Connection, events: Sequence[Event[SignalChangedV1]], now: datetime, by: Acting
) -> None:
    await keep_signals(connection, [event.data for event in events])
    opened = {event.data.pool_id: event for event in events if event.data.status in TAKING}
    if opened:
        changes = Changes(now, by)
        async with acting_as_rounds(connection, "referral"):
            await drain_waiting_list(connection, opened.keys(), changes, causes=opened)
            await changes.keep(connection)
