"""Rows of invitations, of who was invited, and of what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.referral.domain.invitations import ListedEvent
from services.referral.domain.leg import Leg
from services.referral.storage.legs import LEG, leg_of
from shared.postgres.pool import Connection

# Row-level security keeps this to the areas that the transaction says.
WHO_MAY_BE_INVITED = f"""
SELECT {LEG} FROM legs l JOIN event_consents c USING (person_id)
WHERE l.need = $1 AND l.state <> 'withdrawn' AND l.invitation_id IS NULL AND c.taken_back_at IS NULL
  AND NOT EXISTS (SELECT FROM invited_people i
      WHERE i.person_id = l.person_id AND i.pool_id = $2 AND i.starts_on IS NOT DISTINCT FROM $3)
  AND NOT EXISTS (SELECT FROM legs o WHERE o.person_id = l.person_id AND o.pool_id = $2
      AND o.state IN ('requested', 'offered', 'accepting', 'accepted', 'started'))
ORDER BY l.received_at, l.leg_id LIMIT 5000
"""
OUTSTANDING = """
SELECT coalesce(sum(people), 0)::integer FROM invitations_outstanding
WHERE pool_id = $1 AND starts_on IS NOT DISTINCT FROM $2
"""
LOCK_EVENT = "SELECT pg_advisory_xact_lock($1, hashtext($2::text))"
ADD = """
INSERT INTO invitations (invitation_id, area, need, group_code, service_id, pool_id, starts_on, invited_by, invited_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
ADD_PEOPLE = """
INSERT INTO invited_people (invitation_id, person_id, referral_id, area, pool_id, starts_on, invited_at)
SELECT $1, person_id, referral_id, $4, $5, $6, $7
FROM unnest($2::uuid[], $3::uuid[]) AS new (person_id, referral_id) ORDER BY person_id
ON CONFLICT DO NOTHING RETURNING person_id
"""
FIND = """
SELECT invitation_id, i.person_id, i.referral_id, i.area, n.need, i.pool_id, i.starts_on, i.answer, i.leg_id
FROM invited_people i JOIN invitations n USING (invitation_id)
"""
LOCK = f"{FIND} WHERE invitation_id = $1 AND i.referral_id = $2 FOR UPDATE OF i"
LIST_OF = f"{FIND} WHERE i.person_id = $1 ORDER BY i.invited_at DESC, invitation_id"
ANSWER = """
UPDATE invited_people SET answer = $3, answered_at = $4, leg_id = $5 WHERE invitation_id = $1 AND person_id = $2
"""
FIGURES = """
SELECT n.invitation_id, n.need, n.group_code, s.name, n.starts_on, n.invited_at,
    count(*)::integer AS invited,
    count(*) FILTER (WHERE i.answer IN ('yes', 'full'))::integer AS yes,
    count(*) FILTER (WHERE i.answer = 'no')::integer AS no,
    count(*) FILTER (WHERE i.answer IS NULL)::integer AS silent,
    count(*) FILTER (WHERE l.state IN ('accepted', 'started', 'completed'))::integer AS placed,
    count(*) FILTER (WHERE l.state IN ('started', 'completed') OR EXISTS (
        SELECT FROM leg_history h WHERE h.leg_id = l.leg_id AND h.to_state = 'started'))::integer AS came
FROM invitations n JOIN invited_people i USING (invitation_id) LEFT JOIN legs l ON l.leg_id = i.leg_id
LEFT JOIN copied_services s ON s.service_id = n.service_id
WHERE n.area = $1 GROUP BY n.invitation_id, s.name ORDER BY n.invited_at DESC LIMIT 50
"""

INVITING_LOCK = 6_210


@dataclass(frozen=True, slots=True)
class Invited:
    """One person's invitation, as it stands."""

    invitation_id: UUID
    person_id: UUID
    referral_id: UUID
    area: str
    need: str
    pool_id: UUID
    starts_on: date | None
    answer: str | None
    leg_id: UUID | None


@dataclass(frozen=True, slots=True)
class InvitationFigures:
    """What became of one round of inviting, in numbers."""

    invitation_id: UUID
    need: str
    group_code: str | None
    name: str | None
    starts_on: date | None
    invited_at: datetime
    invited: int
    yes: int
    no: int
    silent: int
    placed: int
    came: int


async def list_who_may_be_invited(connection: Connection, need: str, event: ListedEvent) -> list[Leg]:
    """A leg of each who has this need or had it, may be invited, and was not yet; also more than one of a person."""
    rows = await connection.fetch(WHO_MAY_BE_INVITED, need, event.pool.pool_id, event.starts_on)
    return [leg_of(row) for row in rows]


async def count_outstanding(connection: Connection, event: ListedEvent) -> int:
    """How many of all areas were invited and have not answered."""
    return int(await connection.fetchval(OUTSTANDING, event.pool.pool_id, event.starts_on))


async def lock_inviting(connection: Connection, pool_id: UUID) -> None:
    """Whoever else invites to this event waits until the transaction ends, and then sees whom it invited."""
    await connection.execute(LOCK_EVENT, INVITING_LOCK, str(pool_id))


async def add_invitation(
    connection: Connection,
    *,
    invitation_id: UUID,
    area: str,
    need: str,
    group: str | None,
    event: ListedEvent,
    by: UUID,
    now: datetime,
) -> None:
    await connection.execute(
        ADD, invitation_id, area, need, group, event.pool.service_id, event.pool.pool_id, event.starts_on, by, now
    )  # fmt: skip


async def add_invited(
    connection: Connection,
    invitation_id: UUID,
    legs: Sequence[Leg],
    *,
    area: str,
    event: ListedEvent,
    now: datetime,
) -> frozenset[UUID]:
    """Gives the people to whom it is new."""
    rows = await connection.fetch(
        ADD_PEOPLE, invitation_id, [leg.person_id for leg in legs], [leg.referral_id for leg in legs], area,
        event.pool.pool_id, event.starts_on, now,
    )  # fmt: skip
    return frozenset(row["person_id"] for row in rows)


async def lock_invited(connection: Connection, invitation_id: UUID, referral_id: UUID) -> Invited | None:
    row = await connection.fetchrow(LOCK, invitation_id, referral_id)
    return Invited(**dict(row)) if row else None


async def list_invited(connection: Connection, person_id: UUID) -> list[Invited]:
    return [Invited(**dict(row)) for row in await connection.fetch(LIST_OF, person_id)]


async def keep_answer(
    connection: Connection, invited: Invited, answer: str, now: datetime, leg_id: UUID | None = None
) -> None:
    await connection.execute(ANSWER, invited.invitation_id, invited.person_id, answer, now, leg_id)


async def list_figures(connection: Connection, area: str) -> list[InvitationFigures]:
    """The last rounds of inviting in an area, the newest first."""
    return [InvitationFigures(**dict(row)) for row in await connection.fetch(FIGURES, area)]
