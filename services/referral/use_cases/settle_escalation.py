"""A coordinator has acted on what was overdue: a new due time, with the reason, in the history of the leg."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.referral.domain.audit_act import RecordKind
from services.referral.domain.errors import NotOverdueAnyMore
from services.referral.domain.leg import LIVE, Leg, LegState, Step
from services.referral.storage.escalations import close_by_act, find_open, lock_open
from services.referral.storage.leg_history import add_steps
from services.referral.storage.legs import lock_leg
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from shared.access.vocabulary import Verb
from shared.postgres.pool import Connection

ActReason = Literal[
    "spoke-with-the-group", "spoke-with-the-person", "asked-others", "found-other-help", "nothing-more-to-do"
]


async def settle_escalation(
    connection: Connection,
    escalation_id: UUID,
    *,
    reason: ActReason,
    days: int,
    now: datetime,
    by: Acting,
) -> None:
    """Raises NotOverdueAnyMore when a step or somebody else has settled it. A leg that is over gets no due time.

    The leg is locked first, as everywhere.
    """
    leg_id = await find_open(connection, escalation_id)
    leg = await lock_leg(connection, leg_id) if leg_id else None
    if leg is None or not await lock_open(connection, escalation_id):
        raise NotOverdueAnyMore
    if leg.state in LIVE:
        changes = Changes(now, by)
        changes.step(Step(_due_in(leg, now + timedelta(days=days)), leg.state, reason, leg.placement))
        await changes.keep(connection)
    else:
        await _note(connection, leg, reason, now, by)
    await close_by_act(connection, escalation_id, now, reason)


async def _note(connection: Connection, leg: Leg, reason: str, now: datetime, by: Acting) -> None:
    """What is over stays as it ended; the act stands behind it in the history and in the audit trail."""
    await add_steps(connection, [Step(leg, leg.state, reason, leg.placement)], now)
    act = by.act(
        Verb.CHANGE, RecordKind.LEG, leg.leg_id, area=leg.wants.area, person_id=leg.person_id,
        referral_id=leg.referral_id,
    )  # fmt: skip
    await by.record(connection, act)


def _due_in(leg: Leg, due_at: datetime) -> Leg:
    waits = leg.state is LegState.WAITING
    return replace(leg, version=leg.version + 1, due_at=due_at, review_at=due_at if waits else leg.review_at)
