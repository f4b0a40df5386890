"""Members see where they are signed in, and end what they do not know or need."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.directory.domain.session import Session
from services.directory.storage.session_rows import revoke_other_sessions, revoke_session_of, sessions_of
from services.directory.use_cases.say_member import say_member
from shared.postgres.pool import Connection


async def live_sessions(connection: Connection, member_id: UUID, now: datetime) -> Sequence[Session]:
    return [each for each in await sessions_of(connection, member_id) if each.is_live(now)]


async def end_one(connection: Connection, member_id: UUID, session_id: UUID, now: datetime) -> bool:
    """Every service hears of it by the member's next version. False for a session that is none of theirs."""
    ended = await revoke_session_of(connection, session_id, member_id, now)
    if ended:
        await say_member(connection, member_id, now)
    return ended


async def end_others(connection: Connection, member_id: UUID, this: UUID, now: datetime) -> None:
    await revoke_other_sessions(connection, member_id, this, now)
    await say_member(connection, member_id, now)
