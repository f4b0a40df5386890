"""Each service's copy of who may still come in: ids and versions, as directory says them.

A token whose membership version is older than the copy, or whose member has gone, is refused at once; the
copy is what makes a revocation count within a second and not at the token's end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.events.directory import MembershipChangedV1
from shared.events.envelope import Event
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Connection, Pool

# The greatest version of each member in the batch, and never an older one than is there.
COPY = """
INSERT INTO copied_members (member_id, version, active)
SELECT DISTINCT ON (member_id) member_id, version, active
FROM unnest($1::uuid[], $2::bigint[], $3::boolean[]) AS said (member_id, version, active)
ORDER BY member_id, version DESC
ON CONFLICT (member_id) DO UPDATE SET version = excluded.version, active = excluded.active
WHERE copied_members.version < excluded.version
"""
FIND = "SELECT version, active FROM copied_members WHERE member_id = $1"


@dataclass(frozen=True, slots=True)
class Standing:
    """What directory last said of a member or a system."""

    version: int
    active: bool

    def allows(self, token_version: int) -> bool:
        return self.active and token_version >= self.version


async def copy_members(connection: Connection, events: Sequence[Event[Any]]) -> None:
    said: list[MembershipChangedV1] = [event.data for event in events]
    await connection.execute(
        COPY,
        [each.member_id for each in said],
        [each.version for each in said],
        [each.active for each in said],
    )


def members_subscription(service: str) -> Subscription:
    """What every service but directory hears."""
    return Subscription(
        MembershipChangedV1.topic,
        f"{service}.members",
        batch_handler=copy_members,
        batch_types=(MembershipChangedV1,),
    )


async def find_standing(pool: Pool, member_id: UUID) -> Standing | None:
    """None where nothing has been said yet: then the token, which directory signed minutes ago, is all there is."""
    row = await pool.fetchrow(FIND, member_id)
    return Standing(row["version"], row["active"]) if row else None
