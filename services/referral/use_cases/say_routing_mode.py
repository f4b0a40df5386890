"""A coordinator says for an area whether its people choose among three first, and how long they have."""

from datetime import datetime
from uuid import UUID

from services.referral.domain.audit_act import RecordKind
from services.referral.storage.routing_modes import keep_mode
from services.referral.storage.said_routing_modes import add_said_mode
from services.referral.use_cases.audit_trail import Acting
from shared.access.vocabulary import Verb
from shared.postgres.pool import Connection


async def say_routing_mode(
    connection: Connection,
    area: str,
    *,
    proposes: bool,
    choose_hours: int,
    said_by: UUID,
    now: datetime,
    by: Acting,
) -> None:
    """It holds from the next person on. Legs that stand with their person already stay there until their time is over."""
    await keep_mode(connection, area, proposes=proposes, choose_hours=choose_hours)
    await add_said_mode(connection, area, said_by, now)
    await by.record(connection, by.act(Verb.CHANGE, RecordKind.ROUTING_MODE, None, area=area))
