"""Counts, from outside, how many who came later were sent where somebody who still waits could have gone.

It knows the constraints of pools and when people came, and nothing of the waiting list's own order or bounds.
"""

from collections import Counter
from uuid import UUID

from services.referral.domain.leg import Leg
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.suitability import suits


class Overtaking:
    def __init__(self) -> None:
        self._waiting: dict[str, dict[UUID, Leg]] = {}
        self._need_of: dict[UUID, str] = {}
        self.passed: Counter[UUID] = Counter()

    @property
    def most(self) -> int:
        """Of all who ever waited, how often the one was passed who was passed most often."""
        return max(self.passed.values(), default=0)

    def joined(self, leg: Leg) -> None:
        self._waiting.setdefault(leg.wants.need, {})[leg.leg_id] = leg
        self._need_of[leg.leg_id] = leg.wants.need

    def left(self, leg_id: UUID) -> None:
        del self._waiting[self._need_of.pop(leg_id)][leg_id]

    def asks(self, leg: Leg, pool: ListedPool) -> None:
        for need in pool.needs:
            for other in self._waiting.get(need, {}).values():
                if other.received_at < leg.received_at and suits(pool, other.wants, other.tried):
                    self.passed[other.leg_id] += 1


class NobodyCounts:
    """In its place where nobody asks: looking at everybody who waits takes time."""

    most: int | None = None

    def joined(self, leg: Leg) -> None: ...

    def left(self, leg_id: UUID) -> None: ...

    def asks(self, leg: Leg, pool: ListedPool) -> None: ...
