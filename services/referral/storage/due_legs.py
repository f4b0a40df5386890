"""Legs that are due for a round, each locked by one process, and those that no round could handle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.referral.domain.leg import Leg
from services.referral.domain.overdue import latest_words_overdue
from services.referral.domain.waiting_policy import WAITING_POLICY
from services.referral.storage.legs import LEG, leg_of
from shared.postgres.pool import Connection

# $1 now, $2 the most, $3 one leg alone or null, $4 of which moment a word is overdue, by how often it was said.
NOT_SET_ASIDE = "NOT EXISTS (SELECT FROM set_aside_legs a WHERE a.leg_id = l.leg_id AND a.until > $1)"
WORD_IS_OVERDUE = """l.state IN ('requested', 'accepting') AND l.changed_at <= ($4::timestamptz[])[1]
    AND l.changed_at <= ($4::timestamptz[])[least(l.asked_again + 1, cardinality($4::timestamptz[]))]"""
# Who was asked is asked again, or is looked after, some time after the last question; others after their last yes.
STILL_WANTED_IS_DUE = f"""l.state = 'waiting' AND EXISTS (
    SELECT FROM places_in_line p WHERE p.leg_id = l.leg_id AND p.review_since IS NULL AND CASE
        WHEN p.asked_at IS NULL
        THEN coalesce(p.wanted_at, p.joined_at) <= $1::timestamptz - interval '{WAITING_POLICY.still_wanted_after.days} days'
        ELSE p.asked_at <= $1::timestamptz - interval '{WAITING_POLICY.reminded_after.days} days' END)"""
# Locked, so that nothing is noted of a leg whose person is being forgotten.
SET_ASIDE = """
INSERT INTO set_aside_legs AS known (leg_id, area, round, error, until)
SELECT leg_id, area, $2, $3, $4::timestamptz + $5::interval FROM legs WHERE leg_id = $1 FOR SHARE
ON CONFLICT ON CONSTRAINT set_aside_legs_pk DO UPDATE SET
    round = excluded.round, error = excluded.error, failures = known.failures + 1,
    until = $4::timestamptz + least($5::interval * 2 ^ least(known.failures, 20), $6::interval)
"""
# A leg that did not fail for a day after its time is over: it was handled since.
FORGET_SET_ASIDE = "DELETE FROM set_aside_legs WHERE until < $1::timestamptz - interval '1 day'"
COUNT_SET_ASIDE = "SELECT count(*) FROM set_aside_legs WHERE until > $1"
COUNT_OVERDUE = """
SELECT state, count(*) AS legs FROM legs WHERE state IN ('requested', 'accepting') AND asked_again > 0
GROUP BY state
"""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """What makes a leg due for a round, and who comes first."""

    condition: str
    order: str
    words_overdue: Callable[[datetime], Sequence[datetime]] | None = None

    @property
    def ids(self) -> str:
        return f"SELECT l.leg_id FROM legs l {self._chosen}"

    @property
    def lock(self) -> str:
        # Who is in another's hands at this very moment is skipped: that other decides.
        return f"SELECT {LEG} FROM legs l {self._chosen} FOR UPDATE OF l SKIP LOCKED"

    @property
    def _chosen(self) -> str:
        alone = "($3::uuid IS NULL OR l.leg_id = $3)"
        return f"WHERE {self.condition} AND {NOT_SET_ASIDE} AND {alone} ORDER BY {self.order} LIMIT $2"

    def parameters(self, now: datetime, limit: int, only: UUID | None) -> list[object]:
        words = [self.words_overdue(now)] if self.words_overdue else []
        return [now, limit, only, *words]


OFFERS_DUE = Due("l.state = 'offered' AND l.answer_by <= $1", "l.answer_by")
CHOICES_DUE = Due("l.state = 'proposed' AND l.answer_by <= $1", "l.answer_by")
STILL_WANTED_DUE = Due(STILL_WANTED_IS_DUE, "l.leg_id")
# The states are those of the index, in its words.
AT_CLOSED = Due(
    "l.state IN ('requested', 'offered', 'accepting', 'accepted', 'started')"
    " AND l.service_id IN (SELECT s.service_id FROM copied_services s WHERE s.closed)",
    "l.received_at, l.leg_id",
)
LEFT_IN_MATCHING = Due("l.state = 'matching'", "l.received_at, l.leg_id")


def answers_overdue(patience: timedelta) -> Due:
    """Legs to which capacity owes an answer for longer than it may."""
    return Due(WORD_IS_OVERDUE, "l.changed_at", lambda now: latest_words_overdue(now, patience))


async def lock_due_legs(
    connection: Connection, due: Due, now: datetime, limit: int, only: UUID | None = None
) -> list[Leg]:
    """Those that are due, or the one alone if it is."""
    rows = await connection.fetch(due.lock, *due.parameters(now, limit, only))
    return [leg_of(row) for row in rows]


async def list_due_ids(connection: Connection, due: Due, now: datetime, limit: int) -> list[UUID]:
    """Which are due, without looking into them."""
    rows = await connection.fetch(due.ids, *due.parameters(now, limit, None))
    return [row["leg_id"] for row in rows]


async def set_aside(connection: Connection, leg_id: UUID, *, by: str, error: str, now: datetime) -> None:
    """Lets rounds pass the leg over for a while: longer each time, never for good."""
    await connection.execute(SET_ASIDE, leg_id, by, error, now, FIRST_PAUSE, LONGEST_PAUSE)


async def forget_set_aside(connection: Connection, now: datetime) -> None:
    await connection.execute(FORGET_SET_ASIDE, now)


async def count_set_aside(connection: Connection, now: datetime) -> int:
    return int(await connection.fetchval(COUNT_SET_ASIDE, now))


async def count_overdue(connection: Connection) -> Mapping[str, int]:
    """How many legs have asked again and still have no answer, by state."""
    return {row["state"]: row["legs"] for row in await connection.fetch(COUNT_OVERDUE)}
