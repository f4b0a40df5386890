"""Every SQL statement about members, their roles and the hierarchy of organisations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.directory.domain.membership import Member, Membership
from shared.access.hierarchy import PassedDown
from shared.access.roles import Role
from shared.postgres.pool import Connection

FIND = "SELECT id, display_name, version, active FROM members WHERE id = $1"
FIND_BY_SUBJECT = """
SELECT id, display_name, version, active FROM members WHERE issuer = $1 AND subject = $2
"""
ADD = """
INSERT INTO members (id, issuer, subject, display_name, email, let_in_by) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING true
"""
WAS_LET_IN_BY = "SELECT EXISTS (SELECT FROM members WHERE id = $1 AND let_in_by = $2)"
NEXT_VERSION = """
UPDATE members SET version = version + 1 WHERE id = $1 RETURNING id, display_name, version, active
"""
SET_ACTIVE = "UPDATE members SET active = $2 WHERE id = $1"
MEMBERSHIPS_OF = """
SELECT id, member_id, role, area, organisation_id, held_from, held_to FROM memberships
WHERE member_id = $1 ORDER BY held_from, id
"""
FIND_MEMBERSHIP = """
SELECT id, member_id, role, area, organisation_id, held_from, held_to FROM memberships
WHERE id = $1 AND member_id = $2 FOR UPDATE
"""
GIVE = """
INSERT INTO memberships (id, member_id, role, area, organisation_id, held_from, held_to, given_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING
"""
END = """
UPDATE memberships SET held_to = $2, ended_by = $3, end_said = true
WHERE id = $1 AND (held_to IS NULL OR held_to > $2)
"""
TAKE_ENDED = """
UPDATE memberships SET end_said = true WHERE held_to <= $1 AND NOT end_said RETURNING member_id
"""
# A member is listed where a role of theirs is, or was, held; a new one without any role to whoever let them in, or may
# see all.
LIST = """
SELECT members.id, display_name, version, active FROM members
WHERE $1 OR EXISTS (
    SELECT FROM memberships WHERE member_id = members.id AND memberships.area = any($2::text[]))
    OR let_in_by = $4 AND NOT EXISTS (SELECT FROM memberships WHERE member_id = members.id)
ORDER BY display_name, members.id LIMIT $3
"""
# Of those whom LIST shows without any role.
COUNT_WITHOUT_ROLE = """
SELECT count(*) FROM members
WHERE active AND ($1 OR let_in_by = $2) AND NOT EXISTS (SELECT FROM memberships WHERE member_id = members.id)
"""
PARENTS = "SELECT parent_id, child_id, passes_down FROM organisation_parents"
DECLARE_PARENT = """
INSERT INTO organisation_parents (child_id, parent_id, passes_down, declared_by) VALUES ($1, $2, $3, $4)
ON CONFLICT (child_id) DO UPDATE SET
    parent_id = excluded.parent_id, passes_down = excluded.passes_down, declared_by = excluded.declared_by
"""
DROP_PARENT = "DELETE FROM organisation_parents WHERE child_id = $1"
# The feed says the parent, so that is news of the organisation.
CHANGED_PARENT = "UPDATE organisations SET changed_at = clock_timestamp() WHERE id = $1"
IN_ORGANISATIONS = """
SELECT DISTINCT member_id FROM memberships
WHERE organisation_id = any($1::uuid[]) AND (held_to IS NULL OR held_to > now()) ORDER BY member_id
"""


async def find_member(connection: Connection, member_id: UUID) -> Member | None:
    row = await connection.fetchrow(FIND, member_id)
    return Member(**row) if row else None


async def find_member_by_subject(connection: Connection, issuer: str, subject: str) -> Member | None:
    row = await connection.fetchrow(FIND_BY_SUBJECT, issuer, subject)
    return Member(**row) if row else None


async def add_member(
    connection: Connection,
    member_id: UUID,
    issuer: str,
    subject: str,
    display_name: str,
    email: str | None,
    *,
    let_in_by: UUID | None = None,
) -> bool:
    """False when this subject, or this id, is a member already."""
    return bool(await connection.fetchval(ADD, member_id, issuer, subject, display_name, email, let_in_by))


async def was_let_in_by(connection: Connection, member_id: UUID, by: UUID) -> bool:
    return bool(await connection.fetchval(WAS_LET_IN_BY, member_id, by))


async def next_version(connection: Connection, member_id: UUID) -> Member | None:
    """Takes the member's row until the end of the transaction, so that what is said of it keeps its order."""
    row = await connection.fetchrow(NEXT_VERSION, member_id)
    return Member(**row) if row else None


async def set_active(connection: Connection, member_id: UUID, *, active: bool) -> None:
    await connection.execute(SET_ACTIVE, member_id, active)


async def memberships_of(connection: Connection, member_id: UUID) -> list[Membership]:
    return [_membership(row) for row in await connection.fetch(MEMBERSHIPS_OF, member_id)]


async def find_membership(connection: Connection, membership_id: UUID, member_id: UUID) -> Membership | None:
    row = await connection.fetchrow(FIND_MEMBERSHIP, membership_id, member_id)
    return _membership(row) if row else None


async def give(connection: Connection, membership: Membership, given_by: UUID | None) -> None:
    await connection.execute(
        GIVE,
        membership.id,
        membership.member_id,
        str(membership.role),
        membership.area,
        membership.organisation_id,
        membership.held_from,
        membership.held_to,
        given_by,
    )


async def end(connection: Connection, membership_id: UUID, now: datetime, ended_by: UUID) -> None:
    await connection.execute(END, membership_id, now, ended_by)


async def take_ended(connection: Connection, now: datetime) -> list[UUID]:
    """The members of memberships whose day has come; each membership once."""
    return sorted({row["member_id"] for row in await connection.fetch(TAKE_ENDED, now)})


async def list_members(
    connection: Connection, *, all_of_them: bool, areas: Sequence[str], let_in_by: UUID, most: int
) -> list[Member]:
    rows = await connection.fetch(LIST, all_of_them, list(areas), most, let_in_by)
    return [Member(**row) for row in rows]


async def count_without_role(connection: Connection, *, all_of_them: bool, let_in_by: UUID) -> int:
    """Who may sign in and was never given a role."""
    return int(await connection.fetchval(COUNT_WITHOUT_ROLE, all_of_them, let_in_by))


async def organisation_links(connection: Connection) -> list[PassedDown]:
    return [
        PassedDown(row["parent_id"], row["child_id"], frozenset(Role(each) for each in row["passes_down"]))
        for row in await connection.fetch(PARENTS)
    ]


async def declare_parent(connection: Connection, link: PassedDown, declared_by: UUID) -> None:
    roles = sorted(str(role) for role in link.roles)
    await connection.execute(DECLARE_PARENT, link.child, link.parent, roles, declared_by)
    await connection.execute(CHANGED_PARENT, link.child)


async def drop_parent(connection: Connection, child: UUID) -> None:
    await connection.execute(DROP_PARENT, child)
    await connection.execute(CHANGED_PARENT, child)


async def members_in(connection: Connection, organisations: Sequence[UUID]) -> list[UUID]:
    """In the order of their ids, so that two that change the hierarchy cannot wait for each other in a circle."""
    return [row["member_id"] for row in await connection.fetch(IN_ORGANISATIONS, list(organisations))]


def _membership(row: Any) -> Membership:
    return Membership(**{**row, "role": Role(row["role"])})
