"""What is known of each wait: since when, until when, and how often somebody who came later was given a place."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from services.referral.domain.borough_turns import Balances
from services.referral.domain.leg import LegState, Step
from services.referral.storage.json_rows import as_json_rows
from shared.postgres.pool import Connection

# Rows are taken in the order of their ids: whoever writes more than one takes turns.
# Who comes back from a request that brought nothing had never left.
JOIN = """
INSERT INTO places_in_line AS known (leg_id, area, need, joined_at)
SELECT leg_id, area, need, joined_at FROM jsonb_populate_recordset(NULL::places_in_line, $1::text::jsonb)
ORDER BY leg_id
ON CONFLICT ON CONSTRAINT places_in_line_pk DO UPDATE SET
    left_at = NULL, wanted_at = EXCLUDED.joined_at, asked_at = NULL, asked_times = 0, review_since = NULL
WHERE known.left_at IS NOT NULL
"""
LEAVE = "UPDATE places_in_line SET left_at = $2 WHERE leg_id = ANY ($1::uuid[]) AND left_at IS NULL"
AWAY = """
WITH theirs AS (SELECT leg_id FROM places_in_line WHERE leg_id = ANY ($1::uuid[]) ORDER BY leg_id FOR UPDATE)
UPDATE places_in_line AS p SET away_at = $2 FROM theirs WHERE p.leg_id = theirs.leg_id AND p.away_at IS NULL
"""
BACK = """
WITH theirs AS (
    SELECT leg_id FROM places_in_line WHERE leg_id = ANY ($1::uuid[]) AND away_at IS NOT NULL ORDER BY leg_id FOR UPDATE
)
UPDATE places_in_line AS p SET away_at = NULL FROM theirs WHERE p.leg_id = theirs.leg_id
"""
SOMEBODY_IS_AWAY = """
SELECT EXISTS (SELECT FROM away_from_line WHERE need = ANY ($1::text[]))
"""
# Never waits: who is coming back in another's hands at this moment is not in the line yet, and not away any more.
COUNT_PASSED_AWAY = """
WITH theirs AS (
    SELECT leg_id FROM places_in_line WHERE leg_id = ANY ($1::uuid[]) AND away_at IS NOT NULL
    ORDER BY leg_id FOR UPDATE SKIP LOCKED
)
UPDATE places_in_line AS p SET overtaken_away = p.overtaken_away + passed.times
FROM unnest($1::uuid[], $2::integer[]) AS passed (leg_id, times) JOIN theirs USING (leg_id)
WHERE p.leg_id = passed.leg_id
"""
COUNT_PASSED = """
WITH theirs AS (
    SELECT leg_id FROM places_in_line WHERE leg_id = ANY ($1::uuid[]) ORDER BY leg_id FOR UPDATE
)
UPDATE places_in_line AS p SET overtaken = p.overtaken + passed.times
FROM unnest($1::uuid[], $2::integer[]) AS passed (leg_id, times) JOIN theirs USING (leg_id)
WHERE p.leg_id = passed.leg_id
"""
OVERTAKEN = """
SELECT leg_id, overtaken + overtaken_away AS overtaken FROM places_in_line
WHERE leg_id = ANY ($1::uuid[]) AND overtaken + overtaken_away > 0
"""
BALANCES = "SELECT pool_id, balances FROM borough_balances WHERE pool_id = ANY ($1::uuid[])"
KEEP_BALANCES = """
INSERT INTO borough_balances (pool_id, balances)
SELECT pool_id, balances FROM jsonb_populate_recordset(NULL::borough_balances, $1::text::jsonb)
ON CONFLICT ON CONSTRAINT borough_balances_pk DO UPDATE SET balances = EXCLUDED.balances
"""

FIND = """
SELECT joined_at, asked_at, wanted_at, overtaken + overtaken_away AS overtaken FROM places_in_line WHERE leg_id = $1
"""
USUAL_WAIT = """
SELECT count(*)::int AS people,
    percentile_cont(0.25) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - joined_at)) AS shortest,
    percentile_cont(0.75) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - joined_at)) AS longest
FROM places_in_line WHERE need = $1 AND area = $2 AND left_at > $3
"""
WANTED = """
UPDATE places_in_line SET wanted_at = $2, asked_at = NULL, asked_times = 0, review_since = NULL
WHERE leg_id = $1 AND (asked_at IS NOT NULL OR review_since IS NOT NULL)
"""
COUNT_ASKED = "SELECT leg_id, asked_times FROM places_in_line WHERE leg_id = ANY ($1::uuid[])"
OF_THESE = """
WITH theirs AS (SELECT leg_id FROM places_in_line WHERE leg_id = ANY ($1::uuid[]) ORDER BY leg_id FOR UPDATE)
"""
NOTE_ASKED = f"""{OF_THESE}
UPDATE places_in_line AS p SET asked_at = $2, asked_times = p.asked_times + 1
FROM theirs WHERE p.leg_id = theirs.leg_id
"""
NOTE_REVIEW = (
    f"{OF_THESE} UPDATE places_in_line AS p SET review_since = $2 FROM theirs WHERE p.leg_id = theirs.leg_id"
)
# Those whom a process of an older release put in the line.
ADD_MISSING = """
INSERT INTO places_in_line (leg_id, area, need, joined_at)
SELECT l.leg_id, l.area, l.need, coalesce(l.waiting_since, l.received_at) FROM legs l
WHERE l.state = 'waiting' AND NOT EXISTS (SELECT FROM places_in_line p WHERE p.leg_id = l.leg_id)
ORDER BY l.leg_id LIMIT 1000 FOR SHARE OF l SKIP LOCKED
ON CONFLICT ON CONSTRAINT places_in_line_pk DO NOTHING
"""
DECLINE_MEANWHILE = """
INSERT INTO declined_meanwhile (leg_id, service_id, area, declined_at) VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT declined_meanwhile_pk DO NOTHING
"""
DECLINED_MEANWHILE = "SELECT service_id FROM declined_meanwhile WHERE leg_id = $1"

FEWEST_TOLD_OF = 5
BACK_OR_OVER = frozenset(
    {LegState.WAITING, LegState.ACCEPTED, LegState.COMPLETED, LegState.WITHDRAWN, LegState.UNMET}
)


async def note_waits(connection: Connection, steps: Collection[Step], now: datetime) -> None:
    """Of the steps those by which a leg joins the line, goes away from it, and comes back or has what it waited for."""
    now_in = {step.leg.leg_id: step.leg.state for step in steps}
    asked = {step.leg.leg_id for step in steps if _goes_away(step)}
    if asked:
        await connection.execute(AWAY, list(asked), now)
    if back := [leg_id for leg_id, state in now_in.items() if state in BACK_OR_OVER]:
        await connection.execute(BACK, back)
    joined = {step.leg.leg_id: step.leg for step in steps if step.leg.state is LegState.WAITING}
    rows = [
        {"leg_id": leg.leg_id, "area": leg.wants.area, "need": leg.wants.need, "joined_at": leg.waiting_since}
        for leg in joined.values()
    ]
    if rows:
        await connection.execute(JOIN, as_json_rows(rows))
    left = {step.leg.leg_id for step in steps if step.leg.state is LegState.OFFERED}
    if left:
        await connection.execute(LEAVE, sorted(left), now)


def _goes_away(step: Step) -> bool:
    return step.came_from is LegState.WAITING and step.leg.state is LegState.REQUESTED


async def somebody_is_away(connection: Connection, needs: Collection[str]) -> bool:
    """Whether anybody waited for one of the needs and is asked about now, in whatever area."""
    return bool(await connection.fetchval(SOMEBODY_IS_AWAY, list(needs)))


async def count_passed_away(connection: Connection, passed: Mapping[UUID, int]) -> None:
    """Those who are away. It may be asked whatever is locked."""
    if passed:
        await connection.execute(COUNT_PASSED_AWAY, list(passed), list(passed.values()))


async def count_passed(connection: Connection, passed: Mapping[UUID, int]) -> None:
    """Call it with the line's lock alone: what was read under it is what is added to."""
    if passed:
        await connection.execute(COUNT_PASSED, list(passed), list(passed.values()))


async def read_overtaken(connection: Connection, leg_ids: Collection[UUID]) -> dict[UUID, int]:
    """How often each was passed so far, of those who were."""
    return {row["leg_id"]: row["overtaken"] for row in await connection.fetch(OVERTAKEN, list(leg_ids))}


async def read_balances(connection: Connection, pool_ids: Collection[UUID]) -> dict[UUID, Balances]:
    rows = await connection.fetch(BALANCES, list(pool_ids))
    return {row["pool_id"]: orjson.loads(row["balances"]) for row in rows}


async def keep_balances(connection: Connection, balances: Mapping[UUID, Balances]) -> None:
    rows = [{"pool_id": pool_id, "balances": dict(owed)} for pool_id, owed in balances.items()]
    if rows:
        await connection.execute(KEEP_BALANCES, as_json_rows(rows))


@dataclass(frozen=True, slots=True)
class PlaceKept:
    """What is known of the wait of one leg."""

    joined_at: datetime
    asked_at: datetime | None
    wanted_at: datetime | None
    overtaken: int
    """How often somebody who came later was given a place that would have suited them."""


@dataclass(frozen=True, slots=True)
class UsualWait:
    """How long the middle half of those waited who got a place of late."""

    shortest: timedelta
    longest: timedelta


async def find_place_kept(connection: Connection, leg_id: UUID) -> PlaceKept | None:
    row = await connection.fetchrow(FIND, leg_id)
    return PlaceKept(**row) if row else None


async def find_usual_wait(connection: Connection, need: str, area: str, since: datetime) -> UsualWait | None:
    """None where too few have got a place to say."""
    row = await connection.fetchrow(USUAL_WAIT, need, area, since)
    if row is None or row["people"] < FEWEST_TOLD_OF:
        return None
    return UsualWait(timedelta(seconds=row["shortest"]), timedelta(seconds=row["longest"]))


async def confirm_wanted(connection: Connection, leg_id: UUID, now: datetime) -> bool:
    """False where nobody has asked since their last yes."""
    return await connection.execute(WANTED, leg_id, now) == "UPDATE 1"


async def decline_meanwhile(
    connection: Connection, leg_id: UUID, service_id: UUID, area: str, now: datetime
) -> bool:
    """False where they said so before."""
    return await connection.execute(DECLINE_MEANWHILE, leg_id, service_id, area, now) == "INSERT 0 1"


async def list_declined_meanwhile(connection: Connection, leg_id: UUID) -> frozenset[UUID]:
    rows = await connection.fetch(DECLINED_MEANWHILE, leg_id)
    return frozenset(row["service_id"] for row in rows)


async def add_missing_places(connection: Connection) -> None:
    await connection.execute(ADD_MISSING)


async def count_times_asked(connection: Connection, leg_ids: Collection[UUID]) -> dict[UUID, int]:
    """How often each was asked since their last yes."""
    rows = await connection.fetch(COUNT_ASKED, list(leg_ids))
    return {row["leg_id"]: row["asked_times"] for row in rows}


async def note_asked(connection: Connection, leg_ids: Collection[UUID], now: datetime) -> None:
    if leg_ids:
        await connection.execute(NOTE_ASKED, list(leg_ids), now)


async def note_review(connection: Connection, leg_ids: Collection[UUID], now: datetime) -> None:
    """Somebody is to look into these waits."""
    if leg_ids:
        await connection.execute(NOTE_REVIEW, list(leg_ids), now)
