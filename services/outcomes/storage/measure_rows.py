"""SQL about what people answered and what it scored."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.outcomes.domain.follow_up import Occasion
from shared.postgres.pool import Connection

KEEP_ANSWERS = """
INSERT INTO answers (follow_up_id, area, instrument, answers, answered_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT answers_pk DO NOTHING RETURNING true
"""
ANSWERED_AT = "SELECT recorded_at FROM measures WHERE follow_up_id = $1"
# The columns stand in the order of MeasureRow's fields.
KEEP_MEASURE = """
INSERT INTO measures (follow_up_id, referral_id, person_id, area, occasion, instrument, score, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT ON CONSTRAINT measures_pk DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One score of one person."""

    follow_up_id: UUID
    referral_id: UUID
    person_id: UUID
    area: str
    occasion: Occasion
    instrument: str
    score: Decimal
    recorded_at: datetime


async def keep_answers(connection: Connection, measure: MeasureRow, answers: Sequence[int]) -> bool:
    """Keeps the answers. False when this follow-up was answered before."""
    return bool(
        await connection.fetchval(
            KEEP_ANSWERS, measure.follow_up_id, measure.area, measure.instrument, answers, measure.recorded_at
        )
    )


async def keep_measure(connection: Connection, measure: MeasureRow) -> None:
    await connection.execute(KEEP_MEASURE, *astuple(measure))


async def find_answered_at(connection: Connection, follow_up_id: UUID) -> datetime | None:
    """When the follow-up was answered, if it was."""
    answered_at: datetime | None = await connection.fetchval(ANSWERED_AT, follow_up_id)
    return answered_at
