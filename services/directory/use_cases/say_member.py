"""Says what a member or a system may do as of now, whenever that has changed: tokens with less are refused."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.directory.domain.membership import grants_of
from services.directory.published_events import client_changed, membership_changed
from services.directory.storage.client_rows import next_client_version
from services.directory.storage.member_rows import memberships_of, next_version, organisation_links
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection


async def say_member(connection: Connection, member_id: UUID, now: datetime) -> None:
    """The member's row stays ours until the end of the transaction, so events keep the order of the changes."""
    member = await next_version(connection, member_id)
    if member is None:
        return
    held = await memberships_of(connection, member_id)
    grants = grants_of(held, await organisation_links(connection), now)
    await append_event(connection, membership_changed(member, grants if member.active else ()), area=None)


async def say_members(connection: Connection, member_ids: Iterable[UUID], now: datetime) -> None:
    for member_id in sorted(set(member_ids)):
        await say_member(connection, member_id, now)


async def say_client(connection: Connection, client_id: UUID) -> None:
    client = await next_client_version(connection, client_id)
    if client is not None:
        await append_event(connection, client_changed(client), area=None)
