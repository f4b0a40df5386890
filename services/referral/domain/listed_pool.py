"""A pool as the router sees it: what the directory says of its service and what its provider last said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

SignalStatus = Literal["open", "limited", "full", "paused", "unknown"]

TAKING = frozenset({"open", "limited"})
ORDER: Mapping[SignalStatus, int] = {"open": 0, "limited": 1}


@dataclass(frozen=True, slots=True)
class Signal:
    """What was last heard of a pool's space.

    `free` is our guess of what is left after what we asked for since; None means no limit. Capacity alone
    knows: a guess too high costs a refusal, never a place too many.
    """

    status: SignalStatus = "unknown"
    free: int | None = 0
    version: int = 0
    guess_version: int = 0
    expected_wait_days: int | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the provider said so itself."""
        return self.status in {"full", "paused"}

    @property
    def order(self) -> int:
        """Open before limited before the rest."""
        return ORDER.get(self.status, 2)

    @property
    def has_space(self) -> bool:
        return self.status in TAKING and (self.free is None or self.free > 0)

    def corrected(self, space: "Space") -> "Signal":
        """The signal with what capacity said of the pool's places, unless that is older than the guess."""
        if space.signal_version < self.guess_version:
            return self
        return replace(self, free=space.free, guess_version=space.signal_version)

    def after_one_request(self) -> "Signal":
        return self if self.free is None else replace(self, free=max(0, self.free - 1))


@dataclass(frozen=True, slots=True)
class Space:
    """What an answer of capacity tells of a pool: so many places can be given, under this statement."""

    free: int | None
    signal_version: int


@dataclass(frozen=True, slots=True)
class ListedPool:
    """Something of a service that can be full, with all that routing asks of it."""

    pool_id: UUID
    service_id: UUID
    organisation_id: UUID
    needs: frozenset[str]
    everywhere: bool = True
    areas: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    minimum_age: int | None = None
    maximum_age: int | None = None
    suits: frozenset[str] = frozenset()
    does_not_suit: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    delivery: frozenset[str] = frozenset({"at-a-place"})
    worker_sexes: frozenset[str] = frozenset()
    evenings: bool = False
    weekends: bool = False
    latitude: float | None = None
    longitude: float | None = None
    home_area: str | None = None
    service_version: int = 1
    signal: Signal = Signal()
    given_today: int = 0
    event_day: date | None = None
    """Of an event whose day is known, that day. A course that has begun goes on, and has none."""

    def is_over(self, today: date) -> bool:
        """Whether its day has passed: nobody is sent there any more."""
        return self.event_day is not None and self.event_day < today

    def takes_from(self, area: str) -> bool:
        """Whether people who live there are within its catchment."""
        return self.everywhere or area in self.areas

    def is_listed_as(self, other: "ListedPool") -> bool:
        """Whether both are alike but for what their provider says and what was given today."""
        return self == replace(other, signal=self.signal, given_today=self.given_today)

    def with_signal(self, signal: Signal) -> "ListedPool":
        return replace(self, signal=signal)
