"""How much space services have, as search needs it: from the directory's copy of what providers say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.directory.domain.space import Band, best_space
from services.directory.storage.copied_signals import changed_space, last_heard, signals_of
from shared.postgres.pool import Connection


class SignalSpaces:
    """Of a sensitive service, or one that takes nobody, the copy says nothing."""

    async def heard(self, connection: Connection) -> datetime:
        return await last_heard(connection)

    async def changed(
        self, connection: Connection, heard_after: datetime, since: datetime, now: datetime
    ) -> Sequence[UUID]:
        return await changed_space(connection, heard_after, since, now)

    async def bands(
        self, connection: Connection, service_ids: Sequence[UUID], now: datetime
    ) -> Mapping[UUID, Band]:
        found = await signals_of(connection, service_ids)
        return {service_id: best_space(signals, now).band for service_id, signals in found.items()}
