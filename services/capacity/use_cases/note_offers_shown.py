"""Notes that providers have been shown offers: full later than that no longer takes them back."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.capacity.storage.hold_rows import mark_shown
from shared.messaging.failures import IgnorableEvent
from shared.postgres.pool import Connection


async def note_offers_shown(connection: Connection, shown_at: Mapping[UUID, datetime]) -> None:
    """Raises IgnorableEvent when one is of a request that is not known here: the rest is then noted one by one."""
    if len(await mark_shown(connection, shown_at)) < len(shown_at):
        raise IgnorableEvent("request-unknown")
