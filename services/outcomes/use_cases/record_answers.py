"""A person answers the seven statements: the answers stay here, the score is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.outcomes.domain import swemwbs
from services.outcomes.domain.errors import FollowUpNotFound
from services.outcomes.published_events import accessed_by_person, follow_up_settled, measure_recorded
from services.outcomes.storage.follow_up_rows import (
    FollowUp,
    find_follow_up,
    lock_follow_up,
    name_of_service,
    settle,
)
from services.outcomes.storage.measure_rows import MeasureRow, find_answered_at, keep_answers, keep_measure
from shared.access.vocabulary import Verb
from shared.messaging.outbox import append_events
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """What a page about a follow-up shows."""

    occasion: str
    service_name: str | None
    answered_at: datetime | None


async def view_follow_up(connection: Connection, follow_up_id: UUID) -> FollowUpView:
    """Says, for the audit trail, that the person looked."""
    follow_up = await find_follow_up(connection, follow_up_id)
    if follow_up is None:
        raise FollowUpNotFound
    answered_at = await find_answered_at(connection, follow_up_id)
    name = await name_of_service(connection, follow_up.leg_id)
    await append_events(connection, [accessed_by_person(follow_up, Verb.READ)])
    return FollowUpView(follow_up.occasion, name, answered_at)


async def record_answers(
    connection: Connection, follow_up_id: UUID, answers: Sequence[int], now: datetime
) -> bool:
    """Keeps the first answers; the same form sent again changes nothing, and gives False.

    Answers that come after the follow-up lapsed are kept and counted too: late is better than never.
    """
    score = swemwbs.metric_score(answers)
    follow_up = await lock_follow_up(connection, follow_up_id)
    if follow_up is None:
        raise FollowUpNotFound
    measure = _measure(follow_up, score, now)
    if not await keep_answers(connection, measure, answers):
        return False
    await keep_measure(connection, measure)
    said = [measure_recorded(follow_up, score, now)]
    if await settle(connection, follow_up_id, now, "answered"):
        said.append(follow_up_settled(follow_up, "answered"))
    await append_events(connection, [*said, accessed_by_person(follow_up, Verb.CREATE)])
    return True


def _measure(follow_up: FollowUp, score: Decimal, now: datetime) -> MeasureRow:
    return MeasureRow(
        follow_up.follow_up_id,
        follow_up.referral_id,
        follow_up.person_id,
        follow_up.area,
        follow_up.occasion,
        follow_up.instrument,
        score,
        now,
    )
