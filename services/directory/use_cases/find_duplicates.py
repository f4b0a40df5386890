"""Keeps the likely duplicates of the menu: all of them when it starts, thereafter only what has changed."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog

from services.directory.duplicates.blocking import Blocks
from services.directory.duplicates.candidates import likely_pairs
from services.directory.duplicates.traits import Traits, traits_of
from services.directory.metrics import count_not_read
from services.directory.storage.duplicate_rows import (
    FoundPair,
    changed_since,
    compared_documents,
    keep_likely,
)
from services.directory.storage.stored_documents import public_organisation_from, service_from
from shared.postgres.pool import Pool, transaction

log = structlog.get_logger(__name__)

AT_ONCE = 500  # services


class DuplicateFinder:
    """Holds what is compared of every service; one a process. Two that look at once find the same."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._blocks = Blocks()
        self._since: datetime | None = None

    async def look(self) -> int:
        """Compares what has changed since the last look; how many services that was."""
        async with transaction(self._pool) as connection:
            changed = await changed_since(connection, self._since)
        if not changed:
            return 0
        ids = sorted(changed)
        for some in _cut(ids):
            await self._take(some)
        for some in _cut(ids):
            found = await asyncio.to_thread(self._found, some)
            async with transaction(self._pool) as connection:
                await keep_likely(connection, some, found)
        self._since = max(changed.values())
        return len(ids)

    async def _take(self, ids: Sequence[UUID]) -> None:
        async with transaction(self._pool) as connection:
            documents = await compared_documents(connection, ids)
        await asyncio.to_thread(self._put, ids, documents)

    def _put(self, ids: Sequence[UUID], documents: Sequence[tuple[str, str]]) -> None:
        for service_id in ids:
            self._blocks.drop(service_id)
        for service, organisation in documents:
            traits = _traits(service, organisation)
            if traits is not None:
                self._blocks.put(traits)

    def _found(self, ids: Sequence[UUID]) -> list[FoundPair]:
        return [
            FoundPair(
                pair.left_id,
                pair.right_id,
                pair.likeness.points,
                tuple((reason.sign, reason.points) for reason in pair.likeness.reasons),
            )
            for pair in likely_pairs(self._blocks, ids)
        ]


def _traits(service: str, organisation: str) -> Traits | None:
    """None for what cannot be read."""
    try:
        return traits_of(service_from(service), public_organisation_from(organisation))
    # A process edge: what cannot be read is compared with nothing, and all others are.
    except Exception as error:
        count_not_read("duplicates")
        log.exception("duplicates.not_read", service_id=_id_in(service), error=type(error).__name__)
        return None


def _id_in(document: str) -> str | None:
    """The id that the document gives itself, as far as it can be read at all."""
    try:
        found = json.loads(document).get("id")
        return str(UUID(found))
    except (ValueError, TypeError, AttributeError):
        return None


def _cut(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
