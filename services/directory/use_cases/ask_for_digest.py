"""A member asks for a weekly mail of what is on near somewhere."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.directory.domain.digest import MOST_OF_A_MEMBER, first_day
from services.directory.storage.digest_rows import add_digest, digests_of, take_turns
from shared.postgres.pool import Connection


class TooManyDigests(Exception):
    """The member has as many as one can have."""


async def ask_for_digest(
    connection: Connection, digest_id: UUID, member_id: UUID, near: str, needs: Sequence[str], now: datetime
) -> None:
    """The same form twice, and the same wish twice, is one mail a week. Raises TooManyDigests."""
    await take_turns(connection, member_id)
    had = await digests_of(connection, member_id)
    if any(each.id == digest_id or (each.near, each.needs) == (near, tuple(sorted(needs))) for each in had):
        return
    if len(had) >= MOST_OF_A_MEMBER:
        raise TooManyDigests
    await add_digest(connection, digest_id, member_id, near, needs, now, first_day(now))
