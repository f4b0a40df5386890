"""Capacity's ledger in simulated time: the only file that knows how a word about a place is applied."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.capacity.domain.ledger import PoolLedger, apply_signal, apply_word
from services.capacity.domain.places import Hold, PlaceHeld, PlaceTaken, Request, Word
from services.capacity.domain.status import Status
from services.referral.domain.leg import Leg, Placement
from services.referral.domain.listed_pool import Signal
from simulator.landscape import Provider


class PlaceLedger:
    """Each pool's places and holds. Its own rule, that they add up, is checked with every word."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._pools = {
            each.pool.pool_id: apply_signal(
                PoolLedger(each.pool.pool_id), Status.LIMITED if each.limited else Status.OPEN, each.places
            )
            for each in providers
        }
        self._holds: dict[UUID, Hold] = {}

    def ask(self, leg: Leg, placement: Placement, at: datetime) -> bool:
        """Whether a place is held now."""
        return isinstance(self._say(Word.REQUESTED, leg, placement, at), PlaceHeld)

    def confirm(self, leg: Leg, placement: Placement, at: datetime) -> bool:
        return isinstance(self._say(Word.CONFIRMED, leg, placement, at), PlaceTaken)

    def give_up(self, leg: Leg, placement: Placement, at: datetime) -> None:
        self._say(Word.GIVEN_UP, leg, placement, at)
        del self._holds[placement.request_id]

    def end(self, leg: Leg, placement: Placement, at: datetime) -> None:
        self._say(Word.ENDED, leg, placement, at)
        del self._holds[placement.request_id]

    def signal(self, pool_id: UUID) -> Signal:
        """What referral has heard: in simulated time news takes no time."""
        pool = self._pools[pool_id]
        return Signal(pool.status.value, pool.free_or_no_limit, pool.version, pool.version)

    def given(self) -> int:
        """Places that are held or taken."""
        return sum(pool.held + pool.taken for pool in self._pools.values())

    def _say(self, word: Word, leg: Leg, placement: Placement, at: datetime) -> object:
        request = Request(
            placement.request_id, placement.pool_id, leg.referral_id, leg.leg_id, leg.wants.area
        )
        applied = apply_word(
            word, request, self._pools[placement.pool_id], self._holds.get(placement.request_id), at
        )
        if applied.ledger is not None:
            self._pools[placement.pool_id] = applied.ledger
        if applied.hold is not None:
            self._holds[placement.request_id] = applied.hold
        return applied.fact
