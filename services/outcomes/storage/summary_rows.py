"""SQL behind the commissioner's summary: referrals received in a time, and what became of them."""

from dataclasses import dataclass
from datetime import date

from asyncpg import Record

from services.outcomes.domain.summary import FINER_THAN_NO_SERVICE
from shared.postgres.pool import Connection

# All statements then see the same moment.
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
# To an organisation that did not refer the person a referral has the needs alone that stand with it, and where else
# they were turned away is not said.
CHOSEN = """
WITH chosen AS (
    SELECT referral_id, area, door, received_on, all_of_it,
        CASE WHEN all_of_it THEN needs
            ELSE (SELECT count(*) FROM legs l WHERE l.referral_id = referrals.referral_id) END AS needs
    FROM referrals, LATERAL (
        SELECT (SELECT current_organisations()) IS NULL
            OR coalesce(referring_organisation_id = ANY ((SELECT current_organisations())::uuid[]), false)) of (all_of_it)
    WHERE ($1::text IS NULL OR area = $1)
      AND ($2::date IS NULL OR received_on >= $2) AND ($3::date IS NULL OR received_on <= $3))
"""
TOO_LONG_DAYS = 42  # six weeks
BY_DOOR = f"""{CHOSEN}
SELECT area, door, count(*) AS referrals, sum(needs) AS needs FROM chosen GROUP BY area, door
"""
BY_AREA = f"""{CHOSEN}
SELECT chosen.area,
    count(*) FILTER (WHERE accepted_at IS NOT NULL) AS placed,
    count(*) FILTER (WHERE waited_at IS NOT NULL) AS waited,
    count(*) FILTER (WHERE state = 'waiting') AS waiting_now,
    count(*) FILTER (WHERE state = 'unmet') AS unmet,
    coalesce(sum(declines) FILTER (WHERE all_of_it), 0) AS declined,
    coalesce(sum(lapses) FILTER (WHERE all_of_it), 0) AS lapsed,
    count(*) FILTER (WHERE started_at IS NOT NULL) AS started,
    count(*) FILTER (WHERE completed_at IS NOT NULL) AS completed,
    count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn, sum(missed) AS missed
FROM legs JOIN chosen USING (referral_id) GROUP BY chosen.area
"""
# Until they began anything, or took the need back, or today. Area is null for all together.
WITHOUT_SUPPORT = f"""{CHOSEN}, begun AS (
    SELECT referral_id, (min(started_at) AT TIME ZONE 'Europe/London')::date AS on_day
    FROM legs JOIN chosen USING (referral_id) GROUP BY referral_id
)
SELECT chosen.area, count(begun.on_day) AS supported,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY begun.on_day - received_on)
        FILTER (WHERE begun.on_day IS NOT NULL)::int AS median_days,
    count(*) FILTER (WHERE coalesce(begun.on_day, (withdrawn_at AT TIME ZONE 'Europe/London')::date, $4::date)
        - received_on > $5) AS too_long
FROM legs JOIN chosen USING (referral_id) JOIN begun USING (referral_id) GROUP BY GROUPING SETS ((chosen.area), ())
"""
# 'No such service' holds whatever has no reason of its own: there the barrier is told, where somebody told it.
BY_REASON = f"""{CHOSEN}
SELECT chosen.area, told.reason, count(*) AS legs FROM legs JOIN chosen USING (referral_id),
    LATERAL (SELECT CASE WHEN unmet_reason = 'no-service' AND unmet_barrier = ANY ($4::text[]) THEN unmet_barrier
        ELSE unmet_reason END) AS told (reason)
WHERE state = 'unmet' GROUP BY chosen.area, told.reason
"""
MISSED = f"""{CHOSEN}
SELECT chosen.area, need, sum(missed) AS times FROM legs JOIN chosen USING (referral_id)
WHERE missed > 0 GROUP BY chosen.area, need ORDER BY need
"""
SCORES = f"""{CHOSEN}
SELECT chosen.area, person_id, occasion, recorded_at, score FROM measures JOIN chosen USING (referral_id)
WHERE instrument = $4
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which referrals: of one borough or of all, received on these days (both included)."""

    area: str | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class SummaryRows:
    """The counted rows, all of one moment."""

    by_door: list[Record]
    by_area: list[Record]
    by_reason: list[Record]
    missed: list[Record]
    without_support: list[Record]
    scores: list[Record]


async def read_summary(
    connection: Connection, selection: Selection, instrument: str, today: date
) -> SummaryRows:
    """Must be the first statement of its transaction."""
    await connection.execute(ONE_MOMENT)
    chosen = (selection.area, selection.first_day, selection.last_day)
    return SummaryRows(
        await connection.fetch(BY_DOOR, *chosen),
        await connection.fetch(BY_AREA, *chosen),
        await connection.fetch(BY_REASON, *chosen, list(FINER_THAN_NO_SERVICE)),
        await connection.fetch(MISSED, *chosen),
        await connection.fetch(WITHOUT_SUPPORT, *chosen, today, TOO_LONG_DAYS),
        await connection.fetch(SCORES, *chosen, instrument),
    )
