"""How much space a service has, in bands: counts of places are providers' own and are never shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.directory.domain.service import Service

Band = Literal["space", "a-few", "full", "closed-until", "not-known"]
SignalStatus = Literal["open", "limited", "full", "paused", "unknown"]

MANY = 5  # places from which on we say "space" and no longer "a few"
# Who has more is told first; a pause that ends is better than full, of which nobody knows the end.
BEST_FIRST: tuple[Band, ...] = ("space", "a-few", "closed-until", "full", "not-known")
STEPS = (50, 20, 10, MANY, 1)


@dataclass(frozen=True, slots=True)
class Signal:
    """A provider's last word on one pool. `free` None with open or limited means that there is no limit."""

    pool_id: UUID
    status: SignalStatus
    free: int | None
    confirmed_at: datetime
    expires_at: datetime
    paused_until: datetime | None = None
    expected_wait_days: int | None = None

    def band(self, now: datetime) -> Band:
        """A word that is too old counts for nothing, whether or not anybody has said so yet."""
        if self.expires_at <= now or self.status == "unknown":
            return "not-known"
        if self.status == "paused":
            return "closed-until"
        if self.status == "full" or self.free == 0:
            return "full"
        return "a-few" if self.free is not None and self.free < MANY else "space"

    @property
    def at_least(self) -> int | None:
        """The lower end of the step in which the free places are; None where there is no limit."""
        if self.status not in {"open", "limited"}:
            return 0
        free = self.free
        return None if free is None else next((step for step in STEPS if free >= step), 0)

    @property
    def at_most(self) -> int | None:
        """The upper end of that step; None where it has none."""
        least = self.at_least
        if least is None or least == STEPS[0]:
            return None
        return 0 if least == 0 else STEPS[STEPS.index(least) - 1] - 1


@dataclass(frozen=True, slots=True)
class Space:
    """What is known of a whole service: the best of its pools, when that was said, and what to expect."""

    band: Band = "not-known"
    said_at: datetime | None = None
    closed_until: datetime | None = None
    wait_days: int | None = None


NOT_KNOWN = Space()


def space_of(service: Service, signals: Iterable[Signal], now: datetime) -> Space:
    """Nothing is known of a sensitive service, nor of one that takes nobody."""
    if service.sensitive or not service.takes_people:
        return NOT_KNOWN
    pools = {pool.id for pool in service.pools}
    return best_space((signal for signal in signals if signal.pool_id in pools), now)


def best_space(signals: Iterable[Signal], now: datetime) -> Space:
    """Of equal pools the one that was spoken of last."""
    known = [signal for signal in signals if signal.band(now) != "not-known"]
    if not known:
        return NOT_KNOWN
    best = min(BEST_FIRST.index(signal.band(now)) for signal in known)
    chosen = max(
        (signal for signal in known if signal.band(now) == BEST_FIRST[best]),
        key=lambda signal: (signal.confirmed_at, signal.pool_id),
    )
    return Space(BEST_FIRST[best], chosen.confirmed_at, chosen.paused_until, chosen.expected_wait_days)
