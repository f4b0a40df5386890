"""Rows of what is overdue. Written by SQL that does not read what a leg wants: a leg that nobody can read is overdue too."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.referral.storage.referrals import ReferralRow
from shared.postgres.pool import Connection

MOST_LISTED = 100
UNMET_LOOKED_BACK = timedelta(days=30)

# A step set another due time, or ended the leg; what is owed to somebody without help ends by an act alone.
CLOSE_BY_STEP = """
UPDATE escalations SET closed_at = $1, closed_by = 'step', reason = found.reason
FROM (SELECT e.escalation_id, coalesce(l.reason, 'step') AS reason FROM escalations e JOIN legs l USING (leg_id)
      WHERE e.closed_at IS NULL AND e.next_step <> ALL ($2::text[]) AND (l.due_at IS NULL OR l.due_at <> e.overdue_since)
      FOR UPDATE OF e SKIP LOCKED) AS found
WHERE escalations.escalation_id = found.escalation_id
"""
# Locked, so that nothing is noted of a leg whose person is being forgotten. Who is in another's hands is next time's.
OPEN_OVERDUE = """
INSERT INTO escalations (leg_id, area, owed_by, next_step, overdue_since, owner_area, opened_at, raised_at)
SELECT l.leg_id, l.area, l.owner, l.next_step, l.due_at, l.area, $1, $1 FROM legs l
WHERE l.due_at <= $1
    AND NOT EXISTS (SELECT FROM escalations e WHERE e.leg_id = l.leg_id AND e.closed_at IS NULL)
ORDER BY l.due_at LIMIT $2 FOR SHARE OF l SKIP LOCKED
ON CONFLICT (leg_id) WHERE closed_at IS NULL DO NOTHING
"""
OPEN_UNMET = """
INSERT INTO escalations (leg_id, area, owed_by, next_step, overdue_since, owner_area, opened_at, raised_at)
SELECT l.leg_id, l.area, 'coordinator', $3, l.changed_at, l.area, $1, $1
FROM legs l JOIN referrals r USING (referral_id)
WHERE l.state = 'unmet' AND l.changed_at > $4 AND r.referrer_id IS NULL
    AND NOT EXISTS (SELECT FROM escalations e
        WHERE e.leg_id = l.leg_id AND (e.next_step = $3 OR e.closed_at IS NULL))
ORDER BY l.changed_at LIMIT $2 FOR SHARE OF l SKIP LOCKED
ON CONFLICT (leg_id) WHERE closed_at IS NULL DO NOTHING
"""
# They did not say whether they still want what they wait for. A request that brought nothing answers for nobody.
UNANSWERED = "p.review_since = e.overdue_since AND p.left_at IS NULL AND l.due_at IS NOT NULL"
CLOSE_ANSWERED = f"""
UPDATE escalations SET closed_at = $1, closed_by = 'step', reason = found.reason
FROM (SELECT e.escalation_id, coalesce(l.reason, 'step') AS reason
      FROM escalations e JOIN legs l USING (leg_id) LEFT JOIN places_in_line p USING (leg_id)
      WHERE e.closed_at IS NULL AND e.next_step = $2 AND ({UNANSWERED}) IS NOT TRUE
      FOR UPDATE OF e SKIP LOCKED) AS found
WHERE escalations.escalation_id = found.escalation_id
"""
OPEN_UNANSWERED = """
INSERT INTO escalations (leg_id, area, owed_by, next_step, overdue_since, owner_area, opened_at, raised_at)
SELECT l.leg_id, l.area, 'coordinator', $3, p.review_since, l.area, $1, $1
FROM places_in_line p JOIN legs l USING (leg_id)
WHERE p.review_since IS NOT NULL AND p.left_at IS NULL AND l.state = 'waiting'
    AND NOT EXISTS (SELECT FROM escalations e WHERE e.leg_id = l.leg_id
        AND (e.closed_at IS NULL OR (e.next_step = $3 AND e.overdue_since = p.review_since)))
ORDER BY p.review_since LIMIT $2 FOR SHARE OF l SKIP LOCKED
ON CONFLICT (leg_id) WHERE closed_at IS NULL DO NOTHING
"""
RAISE_AGAIN = """
UPDATE escalations e SET raised_at = $1, times_raised = times_raised + 1,
    owner_area = coalesce((SELECT above.next FROM unnest($3::text[], $4::text[]) AS above (area, next)
        WHERE above.area = e.area), e.owner_area)
WHERE e.escalation_id IN (SELECT escalation_id FROM escalations WHERE closed_at IS NULL AND raised_at <= $2
    FOR UPDATE SKIP LOCKED)
"""
FIND_OPEN = "SELECT leg_id FROM escalations WHERE escalation_id = $1 AND closed_at IS NULL"
LOCK_OPEN = f"{FIND_OPEN} FOR UPDATE"
CLOSE_BY_ACT = """
UPDATE escalations SET closed_at = $2, closed_by = 'act', reason = $3 WHERE escalation_id = $1
"""
COUNT_OPEN = """
SELECT owed_by, count(*)::int AS number, min(opened_at) AS oldest FROM escalations WHERE closed_at IS NULL
GROUP BY owed_by
"""
COUNT_IN_REACH = "SELECT count(*) FROM escalations WHERE closed_at IS NULL AND area = ANY ($1::text[])"
LIST = """
SELECT e.escalation_id, e.next_step, e.overdue_since, e.owner_area, e.times_raised, l.need, l.reason AS leg_reason,
    s.name AS service_name, (SELECT d.decision->>'unmet_barrier' FROM routing_decisions d
        WHERE l.state = 'unmet' AND d.leg_id = l.leg_id ORDER BY d.id DESC LIMIT 1) AS unmet_barrier,
    r.referral_id, r.reference, r.person_id, r.area, r.door, r.received_at
FROM escalations e JOIN legs l USING (leg_id) JOIN referrals r USING (referral_id)
LEFT JOIN copied_services s ON s.service_id = l.service_id
WHERE e.closed_at IS NULL AND e.area = ANY ($1::text[])
ORDER BY e.times_raised DESC, e.overdue_since, e.escalation_id LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class OpenEscalations:
    owed_by: str
    number: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class ListedEscalation:
    """What a coordinator is shown: the case by its reference, and nobody by name."""

    escalation_id: UUID
    referral: ReferralRow
    need: str
    next_step: str
    overdue_since: datetime
    owner_area: str
    times_raised: int
    service_name: str | None
    leg_reason: str | None
    unmet_barrier: str | None


async def close_by_step(connection: Connection, now: datetime, without_due_time: Collection[str]) -> None:
    """`without_due_time` is what is owed beside the due time of the leg."""
    await connection.execute(CLOSE_BY_STEP, now, list(without_due_time))


async def close_answered(connection: Connection, now: datetime, owed: str) -> None:
    await connection.execute(CLOSE_ANSWERED, now, owed)


async def open_overdue(connection: Connection, now: datetime, limit: int) -> int:
    return _number(await connection.execute(OPEN_OVERDUE, now, limit))


async def open_unmet(connection: Connection, now: datetime, limit: int, owed: str) -> int:
    """Of needs that were found unmet of late, and whom no referrer hears of."""
    return _number(await connection.execute(OPEN_UNMET, now, limit, owed, now - UNMET_LOOKED_BACK))


async def open_unanswered(connection: Connection, now: datetime, limit: int, owed: str) -> int:
    """Of waits of which nobody said, after reminders, whether they are still wanted: once for each silence."""
    return _number(await connection.execute(OPEN_UNANSWERED, now, limit, owed))


async def raise_again(
    connection: Connection, now: datetime, not_raised_since: datetime, above: Mapping[str, str]
) -> int:
    """Those on which nobody acted, to whoever stands above the area."""
    done = await connection.execute(
        RAISE_AGAIN, now, not_raised_since, list(above.keys()), list(above.values())
    )
    return _number(done)


async def find_open(connection: Connection, escalation_id: UUID) -> UUID | None:
    """The leg of an open escalation; None when it is not open, or not in reach."""
    found: UUID | None = await connection.fetchval(FIND_OPEN, escalation_id)
    return found


async def lock_open(connection: Connection, escalation_id: UUID) -> bool:
    """Whether it is open still. Whoever calls holds the leg."""
    return await connection.fetchval(LOCK_OPEN, escalation_id) is not None


async def close_by_act(connection: Connection, escalation_id: UUID, now: datetime, reason: str) -> None:
    await connection.execute(CLOSE_BY_ACT, escalation_id, now, reason)


async def count_open(connection: Connection) -> list[OpenEscalations]:
    return [OpenEscalations(**row) for row in await connection.fetch(COUNT_OPEN)]


async def count_in_reach(connection: Connection, areas: Sequence[str]) -> int:
    return int(await connection.fetchval(COUNT_IN_REACH, list(areas)))


async def list_in_reach(connection: Connection, areas: Sequence[str]) -> list[ListedEscalation]:
    """Those that were raised most often first, then the longest overdue."""
    return [
        ListedEscalation(
            row["escalation_id"],
            ReferralRow(
                row["referral_id"], row["reference"], row["person_id"], row["area"], row["door"], row["received_at"]
            ),
            row["need"], row["next_step"], row["overdue_since"], row["owner_area"], row["times_raised"],
            row["service_name"], row["leg_reason"], row["unmet_barrier"],
        )
        for row in await connection.fetch(LIST, list(areas), MOST_LISTED)
    ]  # fmt: skip


def _number(command: str) -> int:
    """PostgreSQL's own word on a command, as `UPDATE 3`."""
    return int(command.rpartition(" ")[2])
