"""Legs to which capacity owes an answer for too long say their word again: nobody waits for a lost word."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.referral.domain.overdue import ask_again
from services.referral.storage.due_legs import answers_overdue, lock_due_legs
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from shared.postgres.pool import Connection

log = structlog.get_logger(__name__)

AT_ONCE = 50
SELDOM = 2  # times that may happen while something is restarted; more often is a fault


async def ask_overdue_again(
    connection: Connection, now: datetime, by: Acting, patience: timedelta, only: UUID | None = None
) -> int:
    """Says again what is overdue, or the word of the one leg alone, and gives the number."""
    legs = await lock_due_legs(connection, answers_overdue(patience), now, AT_ONCE, only)
    changes = Changes(now, by)
    for leg in legs:
        after = changes.step(ask_again(leg, now, patience))
        tell = log.warning if after.asked_again <= SELDOM else log.error
        request_id = str(leg.placement.request_id) if leg.placement else None
        tell(
            "leg.answer_overdue",
            leg_id=str(leg.leg_id), request_id=request_id, state=leg.state, asked_again=after.asked_again,
        )  # fmt: skip
    await changes.keep(connection)
    return len(legs)
