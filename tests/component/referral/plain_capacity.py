"""A capacity in a few lines: keeps count of each pool's places, and answers every word of referral in order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.events import referral
from shared.events.envelope import Event
from shared.events.event_data import EventData
from tests.component.referral.golden_messages import freed, held, refused, signal, taken


@dataclass
class PlainPool:
    free: int = 0
    version: int = 1
    is_full: bool = False
    held: set[UUID] = field(default_factory=set)
    taken: set[UUID] = field(default_factory=set)


@dataclass
class PlainCapacity:
    pools: dict[UUID, PlainPool]

    def say(self, pool_id: UUID, free: int | None) -> Event[Any]:
        """The provider says how much space there is; None for full."""
        pool = self.pools[pool_id]
        pool.version += 1
        pool.is_full, pool.free = free is None, free or 0
        return signal(pool_id, "full" if free is None else "open", pool.free, version=pool.version)

    def answer(self, words: Iterable[EventData]) -> list[Event[Any]]:
        return [answer for word in words for answer in self._answer(word)]

    def _answer(self, word: EventData) -> list[Event[Any]]:
        if isinstance(word, referral.PlaceRequestedV1):
            return [self._requested(word)]
        if isinstance(word, referral.PlaceConfirmedV1):
            return [self._confirmed(word)]
        if isinstance(word, (referral.PlaceGivenUpV1, referral.PlaceEndedV1)):
            return self._undone(word)
        return []

    def _requested(self, word: referral.PlaceRequestedV1) -> Event[Any]:
        pool = self.pools[word.pool_id]
        if pool.is_full or not pool.free:
            return refused(word, "full" if pool.is_full else "no-free-place", version=pool.version)
        pool.free -= 1
        pool.held.add(word.request_id)
        return held(word, version=pool.version)

    def _confirmed(self, word: referral.PlaceConfirmedV1) -> Event[Any]:
        pool = self.pools[word.pool_id]
        if word.request_id not in pool.held:
            return refused(word, "hold-gone", version=pool.version)
        pool.held.remove(word.request_id)
        pool.taken.add(word.request_id)
        return taken(word)

    def _undone(self, word: referral.PlaceGivenUpV1 | referral.PlaceEndedV1) -> list[Event[Any]]:
        pool = self.pools[word.pool_id]
        if word.request_id not in pool.held | pool.taken:
            return []
        pool.held.discard(word.request_id)
        pool.taken.discard(word.request_id)
        pool.free += 0 if pool.is_full else 1
        return [freed(word, free=pool.free, reopened=not pool.is_full, version=pool.version)]
